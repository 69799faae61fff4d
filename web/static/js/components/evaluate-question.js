// One question of an evaluation: what gold is, what each strategy found, cited
// and answered.
import { h, fill } from "../dom.js";
import { S } from "../strings.js";
import { link } from "../router.js";
import { percent, usageLine, milliseconds } from "../format.js";
import { mark } from "./evaluate-list.js";

class EvaluateQuestion extends HTMLElement {
  /** Shows question q of an evaluation. */
  show(id, q, evaluation) {
    document.title = `${q.question} – Footnote`;
    const asked = evaluation.done === 0 ? q.number : evaluation.questions;
    fill(this,
      h("nav.question-nav.small", { "aria-label": S.evaluate.number(q.number) }, h("a", { href: link("evaluations", id) }, S.evaluate.back),
        q.number > 1 && h("a", { href: link("evaluations", id, q.number - 1) }, S.evaluate.previous),
        q.number < asked && h("a", { href: link("evaluations", id, q.number + 1) }, S.evaluate.next)),
      h("h1.question", { dir: "auto" }, q.question),
      this.#gold(q),
      h("div.columns", { style: { "--columns": q.answers.length } }, q.answers.map((a, i) => this.#answer(q, a, q.results[i], evaluation))));
  }

  #gold({ gold, answerable }) {
    return h("section.gold", null, h("h2", null, S.evaluate.gold),
      answerable ? h("p.short", { dir: "auto" }, gold.answers.join(" / ") || "–") : h("p", null, S.evaluate.goldNone),
      gold.evidence.length > 0 && [h("h3.small.quiet", null, S.evaluate.goldEvidence), h("ol.gold-evidence", null, gold.evidence.map((e) => h("li", null,
        e.text && h("blockquote", { dir: "auto" }, e.text),
        h("p.small.quiet", null, [e.document, e.page > 0 && S.source.page(e.page), e.text && (e.depth === null ? S.evaluate.notThere : S.evaluate.at(percent(e.depth)))].filter(Boolean).join(", ")))))]);
  }

  #answer(q, a, result, { options }) {
    const name = S.strategyName(a.strategy);
    const gone = !a.text && !a.missing && !result.error && !a.found.length;
    const missed = a.ranks.flatMap((rank, i) => (rank ? [] : [i + 1]));
    const detail = { question: q.question, strategy: a.strategy, options, ...(q.documents.length && { documents: q.documents }) };
    return h("section.column-of", { "aria-label": name, data: { strategy: a.strategy } }, h("h2", null, name, " ", mark(q, result)),
      result.error && h("p.notice.bad", null, result.error),
      gone && h("p.quiet", null, S.evaluate.noWords),
      result.short && h("p.short", { dir: "auto" }, h("span.short-label", null, S.evaluate.short), h("br"), result.short),
      (a.text || a.missing) && h("p.answer-text", { dir: "auto" }, a.text || `${S.answer.abstained} ${a.missing}`),
      h("p.small.quiet.numbers", null, [milliseconds(result.seconds * 1000), usageLine({ usage: a.usage, model: a.usage.prompt_tokens ? "" : "extractive" }), missed.length > 0 && S.evaluate.missed(missed.join(", "))].filter(Boolean).join(" · ")),
      !gone && !result.error && [h("h3.small.quiet", null, S.evaluate.found), a.found.length ? h("ol.found", null, a.found.map((f) => found(f, result.abstained))) : h("p.small.quiet", null, S.evaluate.nothingFound)],
      h("div.answer-actions", null, h("button", { type: "button", "aria-label": S.evaluate.askWith(name), on: { click: () => this.#ask(detail) } }, S.evaluate.ask)));
  }

  #ask(detail) {
    this.closest("fn-evaluate").dispatchEvent(new CustomEvent("ask", { detail }));
  }
}
customElements.define("fn-evaluate-question", EvaluateQuestion);

function found(f, abstained) {
  return h("li", null, h("blockquote.small", { dir: "auto" }, f.quote), h("p.small.quiet", null, [f.name, f.page > 0 && S.source.page(f.page)].filter(Boolean).join(", "), " ",
    f.gold.length > 0 && h("span.tag.gold-tag", null, `${S.evaluate.isGold} ${f.gold.map((n) => n + 1).join(", ")}`), " ", f.cited && !abstained && h("span.tag", null, S.evaluate.cited)));
}
