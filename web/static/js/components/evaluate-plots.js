// Plots as SVG: shapes, dashes and labels tell strategies apart, not colour
// alone, and each plot has its table.
import { h } from "../dom.js";
import { S } from "../strings.js";
import { percent, number } from "../format.js";
import { shown, table } from "./evaluate-table.js";

const svgNS = "http://www.w3.org/2000/svg";
const width = 480;
const height = 300;
const box = { left: 48, right: width - 16, top: 16, bottom: height - 44 };
const unitOf = { cost_usd: "dollars", tokens: "tokens", seconds: "seconds" };

function s(tag, attributes, ...children) {
  const el = document.createElementNS(svgNS, tag);
  for (const [k, v] of Object.entries(attributes)) el.setAttribute(k, v);
  el.append(...children.flat(Infinity).filter((c) => c !== null && c !== false));
  return el;
}

const up = (share) => box.bottom - share * (box.bottom - box.top);
const label = (x, y, text, anchor = "middle") => s("text", { x, y, "text-anchor": anchor }, document.createTextNode(text));

/** The frame: shares go up, and what goes along has marks and a name. */
function frame(name, marks, axis, content) {
  const shares = [0, 0.25, 0.5, 0.75, 1];
  return s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": name, class: "plot" },
    shares.map((v) => [s("line", { x1: box.left, x2: box.right, y1: up(v), y2: up(v), class: v ? "grid" : "axis" }), label(box.left - 8, up(v) + 4, percent(v), "end")]),
    marks.map(({ x, text }) => label(x, box.bottom + 18, text)),
    label((box.left + box.right) / 2, height - 6, axis), content);
}

/** Markers of five shapes, around a point. */
function marker(i, x, y, r = 5) {
  const points = [
    null,
    [[-r, -r], [r, -r], [r, r], [-r, r]],
    [[0, -r * 1.3], [r * 1.2, r], [-r * 1.2, r]],
    [[0, -r * 1.4], [r * 1.4, 0], [0, r * 1.4], [-r * 1.4, 0]],
    [[-r * 1.2, -r], [r * 1.2, -r], [0, r * 1.3]],
  ][i % 5];
  if (!points) return s("circle", { cx: x, cy: y, r, class: "marker" });
  return s("polygon", { points: points.map(([dx, dy]) => `${x + dx},${y + dy}`).join(" "), class: "marker" });
}

/** A round number at or above v, for the end of an axis. */
function ceiling(v) {
  if (!(v > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(v));
  return [1, 2, 2.5, 5, 10].map((f) => f * power).find((c) => c >= v);
}

export function qualityPlot(points, rows) {
  if (!points.length) return null;
  const { quality_key: quality, cost_key: cost } = points[0];
  const unit = unitOf[cost];
  const end = ceiling(Math.max(...points.map((p) => p.cost.high ?? p.cost.value ?? 0)));
  const along = (v) => box.left + (v / end) * (box.right - box.left);
  const known = points.filter((p) => p.quality.value !== null && p.cost.value !== null);
  const order = known.map((_, i) => i).sort((a, b) => known[a].cost.value - known[b].cost.value);
  const drawn = known.map((p, i) => {
    const [x, y] = [along(p.cost.value), up(p.quality.value)];
    const beyond = x > box.right - 110;
    return s("g", { class: `series s${i % 5}` },
      p.quality.low !== null && s("line", { x1: x, x2: x, y1: up(p.quality.low), y2: up(p.quality.high), class: "spread" }),
      p.cost.low !== null && s("line", { x1: along(p.cost.low), x2: along(p.cost.high), y1: y, y2: y, class: "spread" }),
      marker(i, x, y), label(beyond ? x - 10 : x + 10, order.indexOf(i) % 2 ? y + 18 : y - 8, S.strategyName(p.strategy), beyond ? "end" : "start"));
  });
  const said = known.map((p) => S.evaluate.qualityPoint(S.strategyName(p.strategy), shown(p.quality.value, "share"), shown(p.cost.value, unit)));
  const marks = [0, 0.5, 1].map((f) => ({ x: along(f * end), text: f ? shown(f * end, unit) : "0" }));
  return h("figure.plot-of", { data: { plot: "quality" } }, h("h2", null, S.evaluate.quality),
    h("p.small.quiet", null, S.evaluate.score(quality)),
    frame(S.evaluate.qualityOf(said.join("; ")), marks, S.evaluate.perAnswer(S.evaluate.score(cost)), drawn),
    h("details.small", null, h("summary", null, S.evaluate.asTable), table(S.evaluate.quality, [S.evaluate.strategy, S.evaluate.score(quality), S.evaluate.perAnswer(S.evaluate.score(cost))],
      points.map((p) => h("tr", null, h("th", { scope: "row" }, S.strategyName(p.strategy)), h("td", null, shown(p.quality.value, "share")), h("td", null, shown(p.cost.value, unit)))))));
}

export function depthPlot(depth) {
  const tenths = depth[0]?.tenths ?? [];
  const title = h("h2", null, S.evaluate.depth);
  if (!tenths.some((t) => t.n > 0)) return h("figure.plot-of", { data: { plot: "depth" } }, title, h("p.small.quiet", null, S.evaluate.noDepth));
  const x = (i) => box.left + ((i + 0.5) / tenths.length) * (box.right - box.left);
  const drawn = depth.map((d, n) => {
    const places = d.tenths.map((t, i) => ({ x: x(i), v: t.cited.value, low: t.cited.low, high: t.cited.high })).filter((p) => p.v !== null);
    const shift = (n - (depth.length - 1) / 2) * 3; // so that intervals do not hide each other
    return s("g", { class: `series s${n % 5}` },
      s("polyline", { points: places.map((p) => `${p.x + shift},${up(p.v)}`).join(" "), class: "line" }),
      places.map((p) => [p.low !== null && s("line", { x1: p.x + shift, x2: p.x + shift, y1: up(p.low), y2: up(p.high), class: "spread" }), marker(n, p.x + shift, up(p.v), 4)]));
  });
  const names = depth.map((d) => S.strategyName(d.strategy));
  const marks = [0, 5, 10].map((i) => ({ x: box.left + (i / 10) * (box.right - box.left), text: percent(i / 10) }));
  const legend = h("ul.plot-legend.small", null, names.map((name, i) => h("li", null,
    s("svg", { viewBox: "0 0 28 12", class: "plot key", "aria-hidden": "true" }, s("g", { class: `series s${i % 5}` }, s("line", { x1: 0, x2: 28, y1: 6, y2: 6, class: "line" }), marker(i, 14, 6, 4))), name)));
  return h("figure.plot-of", { data: { plot: "depth" } }, title, h("p.small.quiet", null, S.evaluate.depthWhy),
    frame(S.evaluate.depthOf(names.join(", ")), marks, S.evaluate.depthAxis, drawn), legend,
    h("details.small", null, h("summary", null, S.evaluate.asTable), table(S.evaluate.depth, [S.evaluate.depthAxis, S.evaluate.sentences, ...names],
      tenths.map((t, i) => h("tr", null, h("th", { scope: "row" }, S.evaluate.tenth(i)), h("td", null, number(t.n)), depth.map((d) => h("td", null, shown(d.tenths[i].cited.value, "share"))))))));
}
