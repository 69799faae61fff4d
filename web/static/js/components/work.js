// The middle of the page: the question box and what was asked last, or the
// settings.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { link, push, replace } from "../router.js";
import { toastError } from "./toasts.js";
import "./ask.js";
import "./answer.js";
import "./compare.js";
import "./evaluate.js";
import "./settings.js";
import "./welcome.js";

const askedName = (id) => `footnote-asked-${id}`; // what is on its way, so that a reload goes on with it

/** Fires "wide" with detail true while strategies stand side by side. */
class Work extends HTMLElement {
  #ask = document.createElement("fn-ask");
  #result = h("section.result", { "aria-label": S.answer.title, tabindex: "-1" });
  #shown = ""; // view/id of what is on the page
  #running = null; // {view, id, abort} of what is on its way

  connectedCallback() {
    this.classList.add("column");
    fill(this, this.#ask, this.#result);
    this.#ask.addEventListener("ask", (e) => this.#run(e.detail));
    this.#ask.addEventListener("stop", () => this.#stop());
  }

  /** Whether an answer is on the page. */
  get busy() {
    return Boolean(this.#result.querySelector("fn-answer"));
  }

  focusQuestion() {
    if (this.#ask.hidden) location.hash = link("");
    this.#ask.hidden = false;
    this.#ask.focus();
  }

  fail(err) {
    fill(this.#result, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
  }

  /** Shows what an address names. */
  async go(route) {
    const { view, id, number } = route;
    const key = `${view}/${id}`;
    this.#ask.hidden = view === "settings" || view === "evaluations";
    if (view === "evaluations") return this.#evaluate(id, number);
    if (key !== this.#shown) {
      this.#leave();
      session.closeSource();
      this.#shown = key;
      if (view === "answers" || view === "comparisons") await this.#load(view, id);
      else this.#plain(view);
    }
    const { answer } = this.#result.querySelector("fn-answer") ?? {};
    if (this.#shown === key && view === "answers" && number && answer?.citations.some((c) => c.number === number)) session.openFootnote(answer, number);
  }

  #plain(view) {
    document.title = view === "settings" ? `${S.settings.title} – Footnote` : "Footnote";
    this.#wide(false);
    fill(this.#result, document.createElement(view === "settings" ? "fn-settings" : "fn-welcome"));
  }

  async #load(view, id) {
    const key = `${view}/${id}`;
    fill(this.#result, h("p.quiet", { role: "status" }, S.loading));
    try {
      const found = await (view === "answers" ? api.answer(id) : api.comparison(id));
      if (this.#shown !== key) return;
      this.#show(view, found);
      this.#ask.question = found.question;
      session.library.restoreScope(found.documents ?? found.answers[0]?.documents ?? []);
    } catch (err) {
      if (this.#shown !== key) return;
      const asked = err.status === 404 && sessionStorage.getItem(askedName(id));
      if (asked) this.#resume(view, id, JSON.parse(asked));
      else this.fail(err);
    }
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
      this.#leave();
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

  #run(asked) {
    const view = asked.strategies ? "comparisons" : "answers";
    const element = this.#begin(view, asked);
    this.#shown = "";
    this.#listen(element, view, "", (hooks) => api.stream(view, asked, {
      ...hooks,
      onId: (id) => this.#begun(view, id, asked),
    }));
  }

  #resume(view, id, asked) {
    this.#ask.question = asked.question;
    session.library.restoreScope(asked.documents ?? []);
    this.#listen(this.#begin(view, asked), view, id, (hooks) => api.follow(view, id, hooks));
  }

  /** Makes room for what is on its way. */
  #begin(view, asked) {
    this.#leave();
    session.closeSource();
    const element = document.createElement(view === "answers" ? "fn-answer" : "fn-compare");
    this.#wide(view === "comparisons");
    fill(this.#result, element);
    element.begin(asked); // the box above has the button that stops
    document.title = `${asked.question} – Footnote`;
    return element;
  }

  #begun(view, id, asked) {
    this.#running.id = id;
    this.#shown = `${view}/${id}`;
    push(link(view, id));
    sessionStorage.setItem(askedName(id), JSON.stringify(asked));
  }

  async #listen(element, view, id, start) {
    const running = (this.#running = { view, id, abort: new AbortController() });
    this.#ask.busy = true;
    try {
      await start({ onEvent: (e) => this.#event(element, running, e), signal: running.abort.signal });
    } catch (err) {
      if (this.#running === running) this.#failed(element, running, err);
    }
    sessionStorage.removeItem(askedName(running.id));
    if (this.#running === running) this.#leave();
  }

  /** Listens no longer. The server finishes what it began. */
  #leave() {
    this.#running?.abort.abort();
    this.#running = null;
    this.#ask.busy = false;
  }

  /** Ends the work on the server too. */
  #stop() {
    const { view, id, abort } = this.#running ?? {};
    if (id) api.cancel(view, id).catch((err) => err.code !== "answer_finished" && toastError(err));
    else abort?.abort();
  }

  #failed(element, running, err) {
    if (err.name === "AbortError" || err.code === "cancelled") element.stopped();
    else element.fail(err);
    if (this.#shown !== `${running.view}/${running.id}`) return;
    this.#shown = "";
    replace(link("")); // there is nothing at its address
  }

  #event(element, running, e) {
    if (!element.isConnected) return;
    const { view } = running;
    if (e.type === "error" && !e.data.strategy) {
      return this.#failed(element, running, Object.assign(new Error(e.data.title ?? e.data.detail), e.data));
    }
    const last = view === "answers" ? e.type === "answer" : e.type === "comparison";
    if (!last) return element.event(e);
    element.show(e.data);
    session.answered();
  }
}
customElements.define("fn-work", Work);
