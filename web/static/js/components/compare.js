// Several strategies on one question, side by side: what each says, what it
// cost, where they agree, and which evidence they share.
import { h, fill, setText } from "../dom.js";
import { S } from "../strings.js";
import { milliseconds, number, percent, dollars } from "../format.js";
import { permanent } from "../router.js";
import { toast, toastError } from "./toasts.js";
import "./answer.js";

class CompareView extends HTMLElement {
  #columns = new Map();
  #answers = new Map();
  #grid = h("div.columns");
  #verdict = h("p.verdict", { role: "status" });
  #summary = h("div.comparison-summary");
  #stop = null;

  /** Starts columns for strategies whose answers are on their way. */
  begin({ question, strategies, onStop }) {
    this.#frame(question, strategies);
    this.#stop = onStop && h("button.stop", { type: "button", on: { click: onStop } }, S.answer.stop);
    if (this.#stop) this.insertBefore(this.#stop, this.#grid);
    for (const view of this.#columns.values()) view.begin({ brief: true });
    this.#summarise(null);
  }

  #frame(question, strategies) {
    this.#columns = new Map();
    this.#answers = new Map();
    this.#grid.style.setProperty("--columns", strategies.length);
    fill(this.#grid, strategies.map((name) => {
      const view = document.createElement("fn-answer");
      this.#columns.set(name, view);
      return h("section.column-of", { "aria-label": S.strategyName(name), data: { strategy: name } }, h("h2", null, S.strategyName(name)), view);
    }));
    fill(this, h("h1.question", { dir: "auto" }, question), this.#verdict, this.#grid, this.#summary);
  }

  event(e) {
    const view = this.#columns.get(e.data.strategy);
    if (e.type === "comparison") this.show(e.data);
    else if (e.type === "answer") this.#answer(e.data);
    else if (e.type === "error") (view ?? this).fail(problemOf(e.data));
    else view?.event(e);
  }

  #answer(answer) {
    this.#answers.set(answer.strategy, answer);
    this.#columns.get(answer.strategy)?.show(answer, { brief: true });
    this.#summarise(null);
  }

  /** Says that it was stopped, as was wished. */
  stopped() {
    this.#ended();
    this.insertBefore(h("div.notice", { role: "status" }, h("strong", null, S.answer.stopped), h("p", null, S.answer.stoppedFix)), this.#grid);
  }

  #ended() {
    this.#stop?.remove();
    setText(this.#verdict, "");
    for (const view of this.#columns.values()) view.querySelector(".stream")?.remove();
  }

  fail(err) {
    this.#ended();
    this.insertBefore(h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix), this.#grid);
  }

  /** Shows a whole comparison. */
  show(comparison) {
    const names = comparison.answers.map((a) => a.strategy);
    const failed = [...this.#columns.keys()].some((n) => !names.includes(n));
    if (!this.#columns.size || (!failed && names.some((n) => !this.#columns.has(n)))) this.#frame(comparison.question, names);
    this.#stop?.remove();
    for (const a of comparison.answers) {
      this.#answers.set(a.strategy, a);
      if (this.#columns.get(a.strategy)?.answer?.id !== a.id) this.#columns.get(a.strategy)?.show(a, { brief: true });
    }
    this.#summarise(comparison);
    this.#markShared();
  }

  #summarise(comparison) {
    const answers = [...this.#answers.values()];
    if (!answers.length) {
      setText(this.#verdict, S.answer.starting);
      return void fill(this.#summary);
    }
    const row = (name, value) => h("tr", null, h("th", { scope: "row" }, name), answers.map((a) => h("td", null, value(a))));
    setText(this.#verdict, comparison ? verdict(answers, comparison.agreement) : S.answer.starting);
    fill(this.#summary,
      h("div.scroll-x", { tabindex: "0", role: "region", "aria-label": S.compare.table }, h("table.figures.numbers", null,
        h("thead", null, h("tr", null, h("td"), answers.map((a) => h("th", { scope: "col" }, S.strategyName(a.strategy))))),
        h("tbody", null,
          row(S.compare.short, (a) => (a.abstained ? S.compare.abstained : a.short || "–")),
          row(S.compare.evidence, (a) => S.compare.cites(a.citations.length, shared(a, answers))),
          row(S.compare.calls, (a) => number(a.model === "extractive" ? 0 : a.usage.calls)),
          row(S.compare.tokens, (a) => number(a.usage.prompt_tokens + a.usage.completion_tokens)),
          answers.some((a) => a.usage.cost_usd) && row(S.compare.cost, (a) => (a.usage.cost_usd === null ? "–" : dollars(a.usage.cost_usd))),
          row(S.compare.first, (a) => milliseconds(a.timing.first_token_ms)),
          row(S.compare.total, (a) => milliseconds(a.timing.total_ms)),
          row(S.compare.read, (a) => percent(a.trace.coverage))))),
      comparison?.agreement.length > 0 && agreement(comparison.agreement),
      comparison && h("div.answer-actions", null, h("button", { type: "button", on: { click: () => copyLink(comparison.id) } }, S.answer.copyLink)));
  }

  /** Marks footnotes whose evidence another strategy cites too. */
  #markShared() {
    const answers = [...this.#answers.values()];
    for (const [name, view] of this.#columns) {
      const answer = this.#answers.get(name);
      for (const c of answer?.citations ?? []) {
        const others = answers.filter((o) => o !== answer && o.citations.some((d) => overlaps(c, d)));
        if (!others.length) continue;
        const label = S.compare.alsoCited(others.map((o) => S.strategyName(o.strategy)).join(", "));
        const item = view.querySelector(`.footnotes li[data-number="${c.number}"] > div`);
        if (item && !item.querySelector(".shared")) item.prepend(h("span.shared.small", null, label));
        for (const ref of view.querySelectorAll(`.ref[data-number="${c.number}"]`)) ref.classList.add("is-shared");
      }
    }
  }
}
customElements.define("fn-compare", CompareView);

const copyLink = (id) => navigator.clipboard.writeText(permanent("comparisons", id)).then(() => toast(S.answer.linkCopied), toastError);
const problemOf = (p) => Object.assign(new Error(p.title ?? p.detail), p);

function overlaps(a, b) {
  return a.document === b.document && a.start !== null && b.start !== null && a.start < b.end && b.start < a.end;
}

const shared = (a, answers) => a.citations.filter((c) => answers.some((o) => o !== a && o.citations.some((d) => overlaps(c, d)))).length;

/** One line that can be checked against the table below it. */
function verdict(answers, pairs) {
  const given = answers.filter((a) => !a.abstained);
  if (given.length === 0) return S.compare.noneAnswered;
  const same = pairs.filter((p) => p.same_short).length;
  const agree = pairs.length > 0 && same === pairs.length && given.length === answers.length;
  const fastest = answers.reduce((a, b) => (b.timing.total_ms < a.timing.total_ms ? b : a));
  return [agree ? S.compare.allAgree : S.compare.someAgree(same, pairs.length), S.compare.fastest(S.strategyName(fastest.strategy), milliseconds(fastest.timing.total_ms))].join(" ");
}

function agreement(pairs) {
  return h("details.small", null, h("summary", null, S.compare.agreement), h("ul.pairs.numbers", null, pairs.map((p) => h("li", null,
    h("strong", null, `${S.strategyName(p.a)} / ${S.strategyName(p.b)}`), " ",
    S.compare.pair(p.same_short, percent(p.f1), p.shared_evidence)))));
}
