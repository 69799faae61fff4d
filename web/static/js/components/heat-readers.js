// Which reader of a chain read where in a document: a lane for each chain, below
// the strip of the document.
import { h, setText } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { number, percent } from "../format.js";
import { toastError } from "./toasts.js";

/** What readers read of a document, in the order in which they did. */
export function workersIn(trace, { id }) {
  return workers(trace).flatMap((step) => step.ranges.filter((r) => r.document === id).map((range) => ({ step, range })));
}

const workers = (trace) => (trace.steps ?? []).filter((s) => s.kind === "worker");

/** How far into a document an offset lies, in [0, 1]. */
export const within = (info, n) => Math.min(n / info.characters, 1);

/** Where a part of a document lies on its strip. */
export const span = (info, { start, end }) => ({ "inset-inline-start": `${(within(info, start) * 100).toFixed(3)}%`, width: `${((within(info, end) - within(info, start)) * 100).toFixed(3)}%` });

/** The lanes of an answer and what is said of the reader that is pointed at,
 *  whose part is marked on the strip. */
export function readers(answer, info, strip) {
  const parts = workersIn(answer.trace, info);
  if (!parts.length) return null;
  const rows = lanes(answer, parts);
  const said = h("p.heat-said.small.quiet", null, count(answer.trace, parts.length, rows.length));
  const say = (label, range) => {
    setText(said, label);
    strip.querySelector(".here")?.remove();
    strip.append(h("i.here", { style: span(info, range) }));
  };
  return [rows.map((row, i) => lane(row, { info, say, name: S.heat.readers(S.strategyName(answer.strategy), info.name, i + 1, rows.length) })), said];
}

function count({ workers: all, ...trace }, here, rows) {
  const kept = workers(trace).length;
  return [S.heat.count(here, number(here)), kept < all && S.heat.kept(number(kept), number(all)), rows > 1 && S.heat.rows, S.heat.hint].filter(Boolean).join(" ");
}

/** Chains read the same, so each has a lane of its own. Their readers are
 *  numbered through. */
function lanes({ strategy, trace }, parts) {
  const each = (strategy === "coa" && trace.workers / trace.rounds) || Infinity;
  const out = [];
  let chain = 0;
  for (const part of parts) {
    const of = Math.floor((part.step.number - 1) / each);
    if (!out.length || of !== chain || out.at(-1).some((p) => p.range.start === part.range.start)) out.push([]);
    chain = of;
    out.at(-1).push(part);
  }
  return out;
}

/**
 * Buttons for the readers of a lane, where their parts lie; the arrow keys go
 * from one to the next. They are as wide as what was read, but never too small
 * to be pressed: of very many, the lane scrolls by itself.
 */
function lane(parts, { info, say, name }) {
  const inOrder = [...parts].sort((a, b) => a.range.start - b.range.start);
  const buttons = inOrder.map((part) => button(part, info, say));
  buttons[0].tabIndex = 0;
  let end = 0;
  const filled = inOrder.flatMap(({ range }, i) => {
    const gap = space(range.start - end, info);
    end = Math.max(end, range.end);
    return [gap, buttons[i]];
  });
  return h("div.heat-readers", { role: "group", "aria-label": name, on: { keydown: (e) => move(e, buttons) } }, filled, space(info.characters - end, info));
}

const share = (length, info) => ({ "flex-grow": (length / info.characters * 1000).toFixed(2) }); // below 1 they would not fill the lane

const space = (length, info) => length > 0 && h("i", { style: share(length, info) });

function button({ step, range }, info, say) {
  const at = (n) => percent(within(info, n));
  const label = S.heat.reader(step.number, at(range.start), at(range.end), step.found);
  const tell = () => say(label, range);
  return h("button.reader", {
    type: "button", "aria-label": label, tabindex: "-1", style: share(range.end - range.start, info), data: { number: step.number },
    on: { pointerenter: tell, focus: tell, click: () => open(range) },
  }, step.number);
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
