// The middle of the page: the question box and what was asked last.
import { h, fill } from "../dom.js";
import { api, ApiError } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { link, push } from "../router.js";
import "./ask.js";
import "./answer.js";
import "./compare.js";
import "./evaluate.js";

/** Fires "wide" with detail true while strategies stand side by side. */
class Work extends HTMLElement {
  #ask = document.createElement("fn-ask");
  #result = h("section.result", { "aria-label": S.answer.title, tabindex: "-1" });
  #shown = ""; // view/id of what is on the page
  #abort = null;

  connectedCallback() {
    this.classList.add("column");
    fill(this, this.#ask, this.#result);
    this.#ask.addEventListener("ask", (e) => this.#run(e.detail));
    session.library.addEventListener("change", () => this.#result.querySelector(".welcome") && this.#welcome());
  }

  /** Whether an answer is on the page. */
  get busy() {
    return Boolean(this.#result.querySelector("fn-answer"));
  }

  focusQuestion() {
    if (this.#ask.hidden) location.hash = link("");
    this.#ask.focus();
  }

  fail(err) {
    fill(this.#result, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
  }

  /** Shows what an address names. */
  async go({ view, id, number }) {
    const key = `${view}/${id}`;
    this.#ask.hidden = view === "evaluations";
    if (this.#ask.hidden) return this.#evaluate(id, number);
    if (key !== this.#shown) {
      this.#ask.compact = view !== "ask";
      this.#abort?.abort();
      session.closeSource();
      this.#shown = key;
      if (view === "ask") return this.#welcome();
      fill(this.#result, h("p.quiet", { role: "status" }, S.loading));
      try {
        const found = await (view === "answers" ? api.answer(id) : api.comparison(id));
        if (this.#shown !== key) return;
        this.#show(view, found);
        this.#ask.question = found.question;
      } catch (err) {
        if (this.#shown === key) this.fail(err);
        return;
      }
    }
    const { answer } = this.#result.querySelector("fn-answer") ?? {};
    if (view === "answers" && number && answer?.citations.some((c) => c.number === number)) session.openFootnote(answer, number);
  }

  #show(view, found) {
    const element = document.createElement(view === "answers" ? "fn-answer" : "fn-compare");
    this.#wide(view === "comparisons");
    fill(this.#result, element);
    element.show(found);
    document.title = `${found.question} – Footnote`;
  }

  /** Evaluations have the whole width; a question of one can be asked from there. */
  #evaluate(id, number) {
    let element = this.#result.querySelector("fn-evaluate");
    if (!element) {
      this.#abort?.abort();
      session.closeSource();
      element = document.createElement("fn-evaluate");
      element.addEventListener("ask", (e) => {
        this.#ask.hidden = false;
        this.#ask.question = e.detail.question;
        this.#run(e.detail);
      });
      fill(this.#result, element);
    }
    this.#shown = "evaluations";
    this.#wide(true);
    element.go(id, number);
  }

  #wide(on) {
    this.dispatchEvent(new CustomEvent("wide", { detail: on }));
  }

  #welcome() {
    document.title = "Footnote";
    this.#wide(false);
    const empty = session.library.loaded && session.library.documents.size === 0 && session.library.uploads.size === 0 && !session.library.search;
    fill(this.#result, h("div.welcome", null, h("h1", null, S.welcome.title), h("p", null, empty ? S.welcome.empty : S.welcome.text),
      h("ol.steps", null, S.welcome.steps.map((s) => h("li", null, s)))));
  }

  async #run(asked) {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    session.closeSource();
    const { comparing, view } = asked.strategies ? { comparing: true, view: "comparisons" } : { comparing: false, view: "answers" };
    const element = document.createElement(comparing ? "fn-compare" : "fn-answer");
    this.#shown = "";
    this.#ask.compact = true;
    this.#wide(comparing);
    fill(this.#result, element);
    element.begin({ ...asked, onStop: () => abort.abort() });
    try {
      await api.stream(view, asked, (e) => this.#event(element, view, e), abort.signal);
    } catch (err) {
      if (this.#abort === abort) element.fail(err.name === "AbortError" ? new ApiError({ title: S.answer.stopped, fix: S.answer.stoppedFix }) : err);
    }
  }

  #event(element, view, e) {
    if (!element.isConnected) return;
    if (e.type === "error" && !e.data.strategy) return element.fail(Object.assign(new Error(e.data.title ?? e.data.detail), e.data));
    const last = view === "answers" ? e.type === "answer" : e.type === "comparison";
    if (!last) return element.event(e);
    element.show(e.data);
    this.#shown = `${view}/${e.data.id}`;
    push(link(view, e.data.id));
    document.title = `${e.data.question} – Footnote`;
    session.answered();
  }
}
customElements.define("fn-work", Work);
