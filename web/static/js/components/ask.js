// The question box: what to ask, of which documents, by which strategies.
import { h, fill, setText } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { mostInScope } from "../library.js";
import { number } from "../format.js";
import { costLine } from "../cost.js";
import { sentence } from "./strategy.js";
import "./options.js";
import "./scope.js";

const tallest = 0.4; // share of the window's height that the box may grow to

/** Fires "ask" with detail {question, documents, options, strategy | strategies}, and "stop". */
class AskForm extends HTMLElement {
  #text = h("textarea", { id: "question", rows: 2, placeholder: S.ask.placeholder, "aria-describedby": "ask-hint strategy-line", maxlength: 20_000, enterkeyhint: "send" });
  #button = h("button.primary", { type: "submit" }, S.ask.ask);
  #stop = h("button.stop-asking", { type: "button", hidden: true }, S.ask.stop);
  #chooser = document.createElement("fn-strategy");
  #options = document.createElement("fn-options");
  #line = h("p.strategy-line.small.quiet", { id: "strategy-line" });
  #problem = h("p.ask-problem.small", { role: "alert", hidden: true });

  connectedCallback() {
    const form = h("form.ask", { on: { submit: (e) => this.#submit(e) } },
      h("label.visually-hidden", { for: "question" }, S.ask.label),
      h("div.ask-box", null, this.#text, h("div.ask-row", null, this.#chooser, this.#options, this.#stop, this.#button)),
      this.#problem,
      h("div.ask-foot", null, document.createElement("fn-scope"), this.#line),
      h("p.visually-hidden", { id: "ask-hint" }, S.ask.hint));
    fill(this, form);
    this.#text.addEventListener("keydown", (e) => this.#key(e));
    this.#text.addEventListener("input", () => this.#typed());
    this.#stop.addEventListener("click", () => this.dispatchEvent(new Event("stop")));
    this.#chooser.addEventListener("change", () => this.#chosen());
    this.#options.addEventListener("change", () => this.#estimate());
    for (const type of ["scope", "total"]) session.library.addEventListener(type, () => this.#estimate());
    session.estimates.addEventListener("change", () => this.#showLine());
    this.#growWithWidth();
    this.#chosen();
  }

  focus() {
    this.#text.focus();
    this.#text.select();
  }

  set question(text) {
    this.#text.value = text;
    this.#grow();
  }

  /** Whether an answer is on its way that can be stopped. */
  set busy(on) {
    const stopping = document.activeElement === this.#stop;
    this.#stop.hidden = !on;
    this.#button.hidden = on;
    if (stopping && !on) this.#text.focus();
  }

  #key(e) {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    this.#submit(e);
  }

  #typed() {
    this.#problem.hidden = true;
    this.#grow();
  }

  /** Makes the box as tall as its text. */
  #grow() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, innerHeight * tallest)}px`;
  }

  #growWithWidth() {
    let width = 0;
    new ResizeObserver(([box]) => {
      if (box.contentRect.width === width) return;
      width = box.contentRect.width;
      this.#grow();
    }).observe(this.#text);
  }

  #chosen() {
    setText(this.#button, this.#chooser.comparing ? S.ask.compare : S.ask.ask);
    this.#options.strategies = this.#chooser.names;
    this.#problem.hidden = true;
    this.#showLine();
    this.#estimate();
  }

  #estimate() {
    session.estimates.request([...session.library.selected.keys()], this.#options.value);
  }

  /** What the chosen strategy does, when to use it, and what it will cost. */
  #showLine() {
    const { names, comparing } = this.#chooser;
    const s = !comparing && session.strategy(names[0]);
    const what = s ? [s.summary, s.when].filter(Boolean).map(sentence) : sentence(names.map(S.strategyName).join(", "));
    fill(this.#line, [what].flat().filter(Boolean).join(" "), " ", h("span.cost-line.numbers", null, costLine(names, session.estimates)));
  }

  #submit(e) {
    e.preventDefault();
    const question = this.#text.value.trim();
    const chosen = this.#chooser.value;
    const problem = this.#check(question, chosen);
    this.#problem.hidden = !problem;
    setText(this.#problem, problem);
    if (problem) return this.#text.focus();
    const documents = [...session.library.selected.keys()];
    const detail = { question, options: this.#options.value, ...chosen, ...(documents.length && { documents }) };
    this.dispatchEvent(new CustomEvent("ask", { detail }));
  }

  #check(question, chosen) {
    const { library } = session;
    if (!question) return S.ask.empty;
    if (library.loaded && library.total === 0 && !library.search && !library.status) return S.ask.noDocuments;
    if (chosen.strategies && (chosen.strategies.length < 2 || chosen.strategies.length > 5)) return S.ask.pickSome;
    if (library.selected.size > mostInScope) return S.ask.tooMany(number(library.selected.size), number(mostInScope));
    return "";
  }
}
customElements.define("fn-ask", AskForm);
