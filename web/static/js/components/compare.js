// Several strategies on one question, side by side: what each says, where they
// agree, which evidence they share, what it cost, and where each looked.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { permanent } from "../router.js";
import { evidence } from "./compare-evidence.js";
import { figures } from "./compare-figures.js";
import { rows } from "./compare-rows.js";
import { download } from "./download.js";
import { toast, toastError } from "./toasts.js";
import "./answer.js";
import "./heat.js";

class CompareView extends HTMLElement {
  #columns = new Map();
  #grid = h("div.columns");
  #verdict = h("div.verdict", { role: "status", "aria-label": S.compare.verdict });
  #actions = h("div.answer-actions", { role: "group", "aria-label": S.compare.actions, hidden: true });
  #summary = h("div.comparison-summary");
  #stop = null;
  #leave = null;

  connectedCallback() {
    this.#leave = new AbortController();
    session.addEventListener("source", () => this.#markOpen(), { signal: this.#leave.signal });
  }

  disconnectedCallback() {
    this.#leave.abort();
  }

  /** Starts columns for strategies whose answers are on their way. */
  begin({ question, strategies, onStop }) {
    this.#frame(question, strategies);
    this.#stop = onStop && h("button.stop", { type: "button", on: { click: onStop } }, S.answer.stop);
    if (this.#stop) this.insertBefore(this.#stop, this.#grid);
    for (const view of this.#columns.values()) view.begin({ brief: true });
    fill(this.#verdict, h("p", null, S.answer.starting));
  }

  #frame(question, strategies) {
    this.#columns = new Map();
    this.#grid.style.setProperty("--columns", strategies.length);
    fill(this.#grid, strategies.map((name) => {
      const view = document.createElement("fn-answer");
      this.#columns.set(name, view);
      return h("section.column-of", { "aria-label": S.strategyName(name), data: { strategy: name } }, h("h2", null, S.strategyName(name)), view);
    }));
    fill(this.#summary);
    this.#actions.hidden = true;
    fill(this, h("h1.question", { dir: "auto" }, question), this.#verdict, this.#actions, this.#grid, this.#summary);
  }

  event(e) {
    const view = this.#columns.get(e.data.strategy);
    if (e.type === "comparison") this.show(e.data);
    else if (e.type === "answer") view?.show(e.data, { brief: true });
    else if (e.type === "error") (view ?? this).fail(problemOf(e.data));
    else view?.event(e);
  }

  /** Says that it was stopped, as was wished. */
  stopped() {
    this.#ended();
    this.insertBefore(h("div.notice", { role: "status" }, h("strong", null, S.answer.stopped), h("p", null, S.answer.stoppedFix)), this.#grid);
  }

  #ended() {
    this.#stop?.remove();
    fill(this.#verdict);
    for (const view of this.#columns.values()) view.querySelector(".stream")?.remove();
  }

  fail(err) {
    this.#ended();
    this.insertBefore(h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix), this.#grid);
  }

  /** Shows a whole comparison. */
  show(comparison) {
    const { answers, failures } = comparison;
    const names = [...answers, ...failures].map((x) => x.strategy);
    if (names.some((n) => !this.#columns.has(n))) this.#frame(comparison.question, names);
    this.#stop?.remove();
    for (const a of answers) {
      const view = this.#columns.get(a.strategy);
      if (view.answer?.id !== a.id) view.show(a, { brief: true });
    }
    for (const f of failures) {
      const view = this.#columns.get(f.strategy);
      if (!view.querySelector(".notice")) view.fail({ message: S.compare.failed, detail: f.detail, fix: f.fix });
    }
    this.#summarise(comparison);
    this.#markShared(comparison);
  }

  #summarise(comparison) {
    const { id, answers, agreement, verdict } = comparison;
    const heat = document.createElement("fn-heat");
    fill(this.#verdict, verdict.map((line) => h("p", { dir: "auto" }, line)));
    fill(this.#actions, h("button", { type: "button", on: { click: () => copyLink(id) } }, S.answer.copyLink),
      Object.entries(S.compare.download).map(([format, label]) => download(api.exportPath(id), { query: { format }, name: `comparison-${id}.${format}`, data: { format } }, label)));
    this.#actions.hidden = false;
    fill(this.#summary, answers.length > 0 && [rows(comparison), evidence(comparison), figures(answers, agreement), heat]);
    heat.show(answers);
  }

  /** Marks footnotes whose evidence another strategy cites too. */
  #markShared({ places, answers }) {
    for (const { cited } of places.filter((p) => p.shared)) {
      for (const { answer, number } of cited) {
        const others = [...new Set(cited.filter((c) => c.answer !== answer).map((c) => S.strategyName(answers[c.answer].strategy)))];
        const view = this.#columns.get(answers[answer].strategy);
        const item = view.querySelector(`.footnotes li[data-number="${number}"] > div`);
        if (item && !item.querySelector(".shared")) item.prepend(h("span.shared.small", null, S.compare.alsoCited(others.join(", "))));
        for (const ref of view.querySelectorAll(`.ref[data-number="${number}"]`)) ref.classList.add("is-shared");
      }
    }
  }

  /** Shows which footnote's source stands beside the tables. */
  #markOpen() {
    const { answer, number } = session.source ?? {};
    for (const el of this.#summary.querySelectorAll(".ref")) {
      if (answer && el.dataset.answer === answer.id && Number(el.dataset.number) === number) el.setAttribute("aria-current", "true");
      else el.removeAttribute("aria-current");
    }
  }
}
customElements.define("fn-compare", CompareView);

const copyLink = (id) => navigator.clipboard.writeText(permanent("comparisons", id)).then(() => toast(S.answer.linkCopied), toastError);
const problemOf = (p) => Object.assign(new Error(p.title ?? p.detail), p);
