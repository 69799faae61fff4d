// The questions of an evaluation as a list that can be filtered.
import { h, fill, setText } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { link } from "../router.js";
import { number } from "../format.js";

/** How a strategy did, as a word: right, wrong, partly, abstained or failed. */
export function outcome(q, r) {
  if (r.error) return "failed";
  if (r.right) return "right";
  if (r.abstained) return "abstained";
  return r.f1 > 0 ? "partly" : "wrong";
}

const tests = {
  all: () => true,
  wrong: (q) => q.results.some((r) => !r.right),
  differ: (q) => new Set(q.results.map((r) => outcome(q, r))).size > 1,
  abstained: (q) => q.results.some((r) => r.abstained),
  failed: (q) => q.results.some((r) => r.error),
};

/** The mark of an outcome: a word with a shape, the same in any colour. */
export const mark = (q, r) => h("span.outcome", { data: { outcome: outcome(q, r) } }, S.evaluate.outcome[outcome(q, r)]);

export async function questionList(id, strategies) {
  const all = [];
  for (let next = 1; next > 0;) {
    const page = await api.evaluatedQuestions(id, next);
    all.push(...page.questions);
    next = page.next;
  }
  const filter = h("select", { id: "evaluate-filter" }, Object.keys(tests).map((k) => h("option", { value: k }, S.evaluate.filters[k])));
  const search = h("input", { type: "search", "aria-label": S.evaluate.search, placeholder: S.evaluate.search });
  const count = h("span.small.quiet.numbers", { role: "status" });
  const body = h("tbody");
  const rows = all.map((q) => ({ q, row: row(id, q), text: q.question.toLowerCase() }));
  const show = () => {
    const words = search.value.trim().toLowerCase();
    const wanted = rows.filter(({ q, text }) => tests[filter.value](q) && text.includes(words));
    fill(body, wanted.length ? wanted.map((w) => w.row) : h("tr", null, h("td.quiet", { colspan: strategies.length + 1 }, S.evaluate.nothing)));
    setText(count, S.evaluate.shown(number(wanted.length), number(all.length)));
  };
  filter.addEventListener("change", show);
  search.addEventListener("input", show);
  show();
  return h("section.evaluated", null, h("h2", null, S.evaluate.questions),
    h("div.list-tools", null, h("label.visually-hidden", { for: "evaluate-filter" }, S.evaluate.filter), filter, search, count),
    h("div.scroll-x", { tabindex: "0", role: "region", "aria-label": S.evaluate.questions }, h("table.figures.questions.numbers", null,
      h("thead", null, h("tr", null, h("th", { scope: "col" }, S.evaluate.questions), strategies.map((n) => h("th", { scope: "col" }, S.strategyName(n))))), body)));
}

function row(id, q) {
  return h("tr", null, h("td", null, h("a", { href: link("evaluations", id, q.number), dir: "auto" }, q.question)),
    q.results.map((r) => h("td", null, mark(q, r), r.gold > 0 && h("span.quiet", null, S.evaluate.cites(r.cited, r.gold)))));
}
