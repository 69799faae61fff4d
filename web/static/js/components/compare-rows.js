// The statements of a comparison, those that belong together side by side.
import { h } from "../dom.js";
import { S } from "../strings.js";
import { statement } from "./answer.js";

const wordLike = /[\p{L}\p{N}]/u;

/** A table with a column for each answer and a row for what they say. */
export function rows({ rows: all, answers }) {
  if (!all?.length) return null;
  return h("section", null, h("h2", null, S.compare.rows),
    h("div.scroll-x", { tabindex: "0", role: "region", "aria-label": S.compare.rows },
      h("table.aligned", null,
        h("thead", null, h("tr", null, h("td"), answers.map((a) => h("th", { scope: "col" }, S.strategyName(a.strategy))))),
        h("tbody", null, all.map((r) => row(r, answers))))),
    h("p.small.quiet", null, S.compare.rowsNote));
}

function row({ kind, cells }, answers) {
  const said = cells.findIndex((c) => c.statements.length > 0);
  const word = kind === "alone" ? S.compare.only(S.strategyName(answers[said].strategy)) : S.compare.kinds[kind];
  return h("tr", { data: { kind } }, h("th", { scope: "row" }, h("span.row-kind", null, h("span.row-mark", { "aria-hidden": "true" }, S.compare.marks[kind]), word)),
    cells.map((c, i) => cell(c, answers[i])));
}

function cell({ statements, only }, answer) {
  const name = h("span.cell-of.small", null, S.strategyName(answer.strategy));
  if (!statements.length) return h("td.says-nothing", null, name, h("span", { "aria-hidden": "true" }, "–"), h("span.visually-hidden", null, S.compare.nothing));
  return h("td", null, name, statements.map((n) => {
    const s = answer.statements[n];
    const shown = statement(answer, s);
    shown.querySelector(".said").replaceChildren(...marked(s.text, only));
    for (const ref of shown.querySelectorAll(".ref")) ref.dataset.answer = answer.id;
    return h("p", { dir: "auto" }, shown);
  }));
}

/** A text with words marked where they stand whole. */
function marked(text, words) {
  const out = [];
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  let rest = 0;
  for (let at = 0; at < text.length; at++) {
    const word = longestFirst.find((w) => text.startsWith(w, at) && !wordLike.test(text[at - 1] ?? "") && !wordLike.test(text[at + w.length] ?? ""));
    if (!word) continue;
    out.push(document.createTextNode(text.slice(rest, at)), h("mark.only", null, word));
    rest = at + word.length;
    at = rest - 1;
  }
  return [...out, document.createTextNode(text.slice(rest))];
}
