// Where the answers of a comparison looked: for each document a strip for each
// answer, with its evidence, what was shown to the reader, and which reader of
// a chain read where.
import { h, fill, setText } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { percent } from "../format.js";
import { toastError } from "./toasts.js";

const mostDocuments = 6;

class Heat extends HTMLElement {
  async show(answers) {
    const ids = documentsOf(answers);
    const infos = await Promise.all(ids.slice(0, mostDocuments).map((id) => session.document(id).catch(() => null))); // gone meanwhile: no strip
    const known = infos.filter((i) => i?.characters);
    if (!known.length) return;
    const figures = known.map((info) => figure(info, answers));
    fill(this, h("h2", null, S.heat.title), legend(figures), figures,
      ids.length > mostDocuments && h("p.small.quiet", null, S.heat.more(ids.length - mostDocuments)));
  }
}
customElements.define("fn-heat", Heat);

/** The documents that answers rest on, first, and those that were read. */
function documentsOf(answers) {
  const cited = answers.flatMap((a) => (a.abstained ? [] : a.citations)).filter((c) => !c.deleted);
  return [...new Set([...cited, ...answers.flatMap((a) => a.shown)].map((x) => x.document))];
}

function legend(figures) {
  const used = Object.entries(S.heat.legend).filter(([kind]) => figures.some((f) => f.querySelector(`.${kind}`)));
  return h("div.heat-legend.small.quiet", null, h("span", null, S.heat.note), used.map(([kind, words]) => h("span", null,
    h("span.heat-key", { "aria-hidden": "true" }, h(`i.${kind}`, null, kind === "reader" && "1")), words)));
}

function figure(info, answers) {
  return h("figure", null, h("figcaption", null, h("bdi", null, info.name)), answers.map((a) => h("div.heat-row", null,
    h("span.heat-of.small", null, S.strategyName(a.strategy)), h("div.heat-lanes", null, strip(a, info), readers(a, info)))));
}

const within = (info, n) => Math.min(n / info.characters, 1);
const span = (info, { start, end }) => ({ "inset-inline-start": `${(within(info, start) * 100).toFixed(3)}%`, width: `${((within(info, end) - within(info, start)) * 100).toFixed(3)}%` });

function strip(answer, info) {
  const here = (list) => list.filter((x) => x.document === info.id && Number.isFinite(x.start));
  const cited = answer.abstained ? [] : here(answer.citations);
  const selected = here(answer.selected).filter((e) => !cited.some((c) => c.start <= e.start && e.start < c.end));
  const shown = here(answer.shown);
  const read = shown.reduce((n, r) => n + r.end - r.start, 0);
  const places = [...new Set(cited.map((c) => percent(within(info, c.start))))].join(", ");
  const marks = (list, kind) => list.map((x) => h(`i.${kind}`, { style: span(info, x) }));
  return h("div.heat-strip", {
    role: "img",
    "aria-label": S.heat.says({ strategy: S.strategyName(answer.strategy), document: info.name, shown: percent(within(info, read)), cited: places }),
  }, marks(shown, "shown"), marks(selected, "selected"), marks(cited, "cited"));
}

/** A lane of buttons, one for each reader; the arrow keys go from one to the next. */
function readers(answer, info) {
  const parts = answer.trace.steps.filter((s) => s.kind === "worker")
    .flatMap((s) => s.ranges.filter((r) => r.document === info.id).map((range) => ({ step: s, range })));
  if (!parts.length) return null;
  const said = h("p.heat-said.small.quiet", { "aria-hidden": "true" }, S.heat.count(parts.length));
  const buttons = parts.map(({ step, range }, i) => {
    const label = S.heat.reader(step.number, percent(within(info, range.start)), percent(within(info, range.end)), step.found);
    const say = () => setText(said, label);
    return h("button.reader", {
      type: "button", "aria-label": label, tabindex: i ? "-1" : "0", style: span(info, range), data: { number: step.number },
      on: { pointerenter: say, focus: say, click: () => open(range) },
    }, h("span", null, step.number));
  });
  const lane = h("div.heat-readers", { role: "group", "aria-label": S.heat.readers(S.strategyName(answer.strategy), info.name), on: { keydown: (e) => move(e, buttons) } }, buttons);
  return [lane, said];
}

const open = ({ document: id, start, end }) => api.excerpt(id, { start, end }).then((x) => session.openExcerpt(x)).catch(toastError);

function move(e, buttons) {
  const at = buttons.indexOf(e.target);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key] * (document.documentElement.dir === "rtl" ? -1 : 1);
  const next = { Home: buttons[0], End: buttons.at(-1) }[e.key] ?? buttons[at + step];
  if (!next) return;
  e.preventDefault();
  buttons[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
