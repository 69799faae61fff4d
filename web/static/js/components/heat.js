// Where the answers of a comparison looked: for each document a strip for each
// answer, with its evidence, what was shown to the reader, and which reader of
// a chain read where.
import { h, fill, setText } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { percent } from "../format.js";
import { readers, span, within, workersIn } from "./heat-readers.js";

const mostDocuments = 6;

// What an answer keeps of what was shown. Of more documents, or more ranges of
// one, nobody knows how much of them was read.
const keptDocuments = 20;
const keptRanges = 100;

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
  return h("figure", null, h("figcaption", null, h("bdi", null, info.name)), answers.map((a) => row(a, info)));
}

function row(answer, info) {
  const [picture, unknown] = strip(answer, info);
  return h("div.heat-row", null, h("span.heat-of.small", null, S.strategyName(answer.strategy)),
    h("div.heat-lanes", null, picture, unknown, readers(answer, info, picture)));
}

function strip(answer, info) {
  const here = (list) => list.filter((x) => x.document === info.id && Number.isFinite(x.start));
  const cited = answer.abstained ? [] : here(answer.citations);
  const selected = here(answer.selected).filter((e) => !cited.some((c) => c.start <= e.start && e.start < c.end));
  const shown = here(answer.shown);
  const read = howMuch(answer, info, shown);
  const places = [...new Set(cited.map((c) => percent(within(info, c.start))))].join(", ");
  const marks = (list, kind) => list.map((x) => h(`i.${kind}`, { style: span(info, x) }));
  return [h("div.heat-strip", {
    role: "img",
    "aria-label": S.heat.says({ strategy: S.strategyName(answer.strategy), document: info.name, shown: read ?? S.heat.notRecorded, cited: places }),
  }, marks(shown, "shown"), marks(selected, "selected"), marks(cited, "cited")), !read && h("p.small.quiet", { "aria-hidden": "true" }, S.heat.unknown)];
}

/** How much of a document was shown, in words; null when that is not recorded. */
function howMuch(answer, info, shown) {
  const share = percent(within(info, shown.reduce((n, r) => n + r.end - r.start, 0)));
  if (shown.length >= keptRanges) return S.heat.shownAtLeast(share);
  return shown.length || recorded(answer, info) ? S.heat.shown(share) : null;
}

/** Whether an answer would name a document if any of it had been shown. */
function recorded({ shown, trace }, info) {
  const documents = new Set(shown.map((r) => r.document)).size;
  return documents < keptDocuments && (documents > 0 || !trace.sentences_shown) && !workersIn(trace, info).length;
}
