// The question box: what to ask, of which documents, by which strategies.
import { h, fill, setText } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import "./strategy.js";

const tallest = 0.4; // share of the window's height that the box may grow to

/** Fires "ask" with detail {question, documents, options, strategy | strategies}. */
class AskForm extends HTMLElement {
  #text = h("textarea", { id: "question", rows: 1, placeholder: S.ask.placeholder, "aria-describedby": "ask-hint", maxlength: 20_000, enterkeyhint: "send" });
  #button = h("button.primary", { type: "submit" }, S.ask.ask);
  #chooser = document.createElement("fn-strategy");
  #scope = h("p.scope.small");
  #problem = h("p.ask-problem.small", { role: "alert", hidden: true });

  connectedCallback() {
    const form = h("form.ask", { on: { submit: (e) => this.#submit(e) } },
      h("label.visually-hidden", { for: "question" }, S.ask.label),
      h("div.ask-box", null, this.#text, h("div.ask-row", null, this.#chooser, this.#button)),
      this.#problem,
      h("div.ask-foot", null, this.#scope, h("p.ask-hint.small.quiet", { id: "ask-hint" }, S.ask.hint)));
    fill(this, form);
    this.#text.addEventListener("keydown", (e) => this.#key(e));
    this.#text.addEventListener("input", () => this.#typed());
    let width = 0;
    new ResizeObserver(([box]) => {
      if (box.contentRect.width === width) return;
      width = box.contentRect.width;
      this.#grow();
    }).observe(this.#text);
    this.#chooser.addEventListener("change", () => setText(this.#button, this.#chooser.comparing ? S.ask.compare : S.ask.ask));
    for (const type of ["scope", "change"]) session.library.addEventListener(type, () => this.#showScope());
    this.#showScope();
  }

  focus() {
    this.#text.focus();
    this.#text.select();
  }

  /** Takes less room once there is an answer to read. */
  set compact(on) {
    this.classList.toggle("compact", on);
    this.#grow();
  }

  set question(text) {
    this.#text.value = text;
    this.#grow();
  }

  #key(e) {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    e.target.form.requestSubmit();
  }

  #typed() {
    this.#problem.hidden = true;
    this.#grow();
  }

  /** Makes the box as tall as its text. */
  #grow() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight + 2, innerHeight * tallest)}px`;
  }

  #submit(e) {
    e.preventDefault();
    const question = this.#text.value.trim();
    const chosen = this.#chooser.value;
    const problem = this.#check(question, chosen);
    this.#problem.hidden = !problem;
    setText(this.#problem, problem);
    if (problem) return this.#text.focus();
    const documents = [...session.library.selected];
    const detail = { question, options: this.#chooser.options, ...chosen, ...(documents.length && { documents }) };
    this.dispatchEvent(new CustomEvent("ask", { detail }));
  }

  #check(question, chosen) {
    if (!question) return S.ask.empty;
    if (session.library.loaded && session.library.documents.size === 0 && !session.library.search) return S.ask.noDocuments;
    if (chosen.strategies && (chosen.strategies.length < 2 || chosen.strategies.length > 5)) return S.ask.pickSome;
    return "";
  }

  #showScope() {
    const { selected, documents } = session.library;
    if (selected.size === 0) return void fill(this.#scope, S.ask.everywhere);
    const names = [...selected].slice(0, 3).map((id) => documents.get(id)?.name ?? id);
    fill(this.#scope, S.ask.within, " ", h("strong", null, names.join(", ")),
      selected.size > names.length && ` ${S.ask.more(selected.size - names.length)}`, " ",
      h("button.link-button", { type: "button", on: { click: () => session.library.clearSelection() } }, S.ask.askAll));
  }
}
customElements.define("fn-ask", AskForm);
