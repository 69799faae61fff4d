// The report of an evaluation: scores with intervals, plots, differences.
import { h } from "../dom.js";
import { S } from "../strings.js";
import { dollars, number } from "../format.js";
import { qualityPlot, depthPlot } from "./evaluate-plots.js";
import { shown, table } from "./evaluate-table.js";

const interval = (s, unit) => (s.low === null ? "" : `[${shown(s.low, unit, false)}, ${shown(s.high, unit, false)}]`);
const cell = (s, unit) => h("td", null, h("span.value", null, shown(s.value, unit)), " ", h("span.interval.quiet", null, interval(s, unit)));

export function report(e) {
  const r = e.report;
  const names = e.strategies.map(S.strategyName);
  const free = r.model === "extractive" ? ["calls", "tokens"] : []; // nothing was called
  const wanted = S.evaluate.main.filter((key) => !free.includes(key));
  const main = r.rows.filter((row) => wanted.includes(row.key)).sort((a, b) => S.evaluate.main.indexOf(a.key) - S.evaluate.main.indexOf(b.key));
  return h("div.report", null,
    h("section", null, h("h2", null, S.evaluate.scores), h("p.small.quiet", null, S.evaluate.scoresWhy), scoreTable(S.evaluate.scores, main, names, r.totals),
      h("details.small", null, h("summary", null, S.evaluate.allScores), scoreTable(S.evaluate.allScores, r.rows, names, r.totals))),
    h("div.plots", null, qualityPlot(r.quality, r.rows), depthPlot(r.depth)),
    r.differences.length > 0 && h("section", null, h("h2", null, S.evaluate.differences), r.differences.map((d) => difference(d, wanted))));
}

function scoreTable(label, rows, names, totals) {
  const most = (row) => Math.max(...row.scores.map((s) => s.n));
  const foot = (name, value) => h("tr", null, h("th", { scope: "row" }, name), h("td"), totals.map((t) => h("td", null, value(t))));
  return table(label, ["", S.evaluate.n, ...names], [
    ...rows.map((row) => h("tr", { data: { key: row.key } }, h("th", { scope: "row", title: row.key }, S.evaluate.score(row.key)), h("td.quiet", null, number(most(row))), row.scores.map((s) => cell(s, row.unit)))),
    totals.some((t) => t.usage.cost_usd) && foot(S.evaluate.costInAll, (t) => (t.usage.cost_usd === null ? "–" : dollars(t.usage.cost_usd))),
    totals.some((t) => t.failed) && foot(S.evaluate.failed, (t) => S.evaluate.of(number(t.failed), number(t.n))),
  ].filter(Boolean));
}

/** A pair of strategies: whether each main score differs beyond chance is said in words. */
function difference(d, wanted) {
  const [a, b] = [S.strategyName(d.a), S.strategyName(d.b)];
  const rows = d.rows.filter((r) => wanted.includes(r.key) && r.value !== null);
  const verdict = (r) => (r.low > 0 || r.high < 0 ? S.evaluate.clear : r.low === 0 && r.high === 0 ? S.evaluate.same : S.evaluate.unclear);
  const sign = (r) => (r.value > 0 ? "+" : "");
  return h("details.small", { open: true }, h("summary", null, S.evaluate.difference(a, b)),
    table(S.evaluate.difference(a, b), ["", S.evaluate.n, S.evaluate.difference(a, b), ""], rows.map((r) => h("tr", null,
      h("th", { scope: "row" }, S.evaluate.score(r.key)), h("td.quiet", null, number(r.n)),
      h("td", null, h("span.value", null, sign(r) + shown(r.value, r.unit)), " ", h("span.interval.quiet", null, interval(r, r.unit))),
      h("td.quiet", null, verdict(r))))),
    h("p.quiet", null, S.evaluate.onlyRight(a, d.only_a, b, d.only_b, d.p.toFixed(3))));
}
