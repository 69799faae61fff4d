// The places that the answers of a comparison cite: who cites them, and whether
// they share them.
import { h } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { quote, reference, whereabouts } from "./footnote.js";

/** A table with a line for each place and a column for each answer. */
export function evidence({ places, answers }) {
  if (!places?.length) return null;
  return h("section", null, h("h2", null, S.compare.evidenceTitle),
    h("div.scroll-x", { tabindex: "0", role: "region", "aria-label": S.compare.evidenceTitle },
      h("table.aligned.evidence", null,
        h("thead", null, h("tr", null, h("td"), h("th", { scope: "col" }, S.compare.place), answers.map((a) => h("th", { scope: "col" }, S.strategyName(a.strategy))))),
        h("tbody", null, places.map((p) => line(p, answers))))));
}

function line(place, answers) {
  const first = place.cited[0];
  const open = () => session.openFootnote(answers[first.answer], first.number);
  const cited = answers[first.answer].citations[first.number - 1];
  return h("tr", { data: { shared: place.shared } },
    h("th", { scope: "row" }, h("span.row-kind", null, h("span.row-mark", { "aria-hidden": "true" }, place.shared ? S.compare.sharedMark : S.compare.ownMark),
      place.shared ? S.compare.shared : S.compare.only(S.strategyName(answers[first.answer].strategy)))),
    h("td.place-of", null, quote({ ...cited, quote: place.quote || cited.quote }), whereabouts(place),
      h("button.link-button.small.to-source", { type: "button", "aria-label": S.compare.openPlace(place.name), on: { click: open } }, S.answer.showSource)),
    answers.map((a, i) => h("td.cited-by", null, h("span.cell-of.small", null, S.strategyName(a.strategy)), numbers(a, place.cited.filter((c) => c.answer === i)))));
}

function numbers(answer, cited) {
  if (!cited.length) return [h("span.quiet", { "aria-hidden": "true" }, "–"), h("span.visually-hidden", null, S.compare.notCited)];
  return cited.map((c) => {
    const ref = reference(answer, c.number);
    ref.firstChild.dataset.answer = answer.id;
    return ref;
  });
}
