// Sentences as the paragraphs, lists and tables that they come from.
import { h } from "./dom.js";
import { S } from "./strings.js";

const cells = " | "; // between the cells of a row in a document's text

/**
 * Makes blocks of sentences. gap(a, b) is the text between two sentences;
 * those without a line's end between them make one paragraph.
 */
export function paragraphs(sentences, { gap, citation, sections }) {
  const blocks = [];
  let last = null;
  for (const s of sentences) {
    const hit = marked(s, citation);
    if (isRow(s)) {
      if (!last || !isRow(last)) blocks.push(table());
      blocks.at(-1).querySelector("tbody").append(row(s, hit));
    } else {
      const joins = last !== null && s.kind === last.kind && !gap(last, s).includes("\n");
      if (!joins) blocks.push(block(s, sections));
      blocks.at(-1).append(joins ? gap(last, s) : "", hit ? h("mark", null, s.text) : s.text);
    }
    last = s;
  }
  return blocks;
}

function marked(s, citation) {
  const { start, end } = citation ?? {};
  return Number.isFinite(start) && s.start < end && start < s.end;
}

const isRow = ({ kind }) => kind === "row" || kind === "header_row";

function block(s, sections) {
  // Headings of a part of a document have no order of their own: the outline has it.
  const tags = { heading: "h3.heading", code: "pre" };
  const level = s.kind === "heading" ? sections.find((x) => x.number === s.section)?.level : undefined;
  return h(tags[s.kind] ?? `p.${s.kind}`, { data: { start: s.start, ...(level && { level }) } });
}

function table() {
  return h("div.scroll-x", { tabindex: "0", role: "region", "aria-label": S.source.table }, h("table.doc-table", null, h("tbody")));
}

function row(s, hit) {
  const tag = s.kind === "header_row" ? "th" : "td";
  return h("tr", { data: { start: s.start } }, s.text.split(cells).map((text) => h(tag, { scope: tag === "th" && "col" }, hit ? h("mark", null, text) : text)));
}
