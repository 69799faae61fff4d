// What the answers of a comparison took.
import { h } from "../dom.js";
import { S } from "../strings.js";
import { dollars, milliseconds, number, percent } from "../format.js";

/** A table with a column for each answer. */
export function figures(answers, agreement = []) {
  const row = (name, value) => h("tr", null, h("th", { scope: "row" }, name), answers.map((a) => h("td", null, value(a))));
  return h("section", null, h("h2", null, S.compare.table),
    h("div.scroll-x", { tabindex: "0", role: "region", "aria-label": S.compare.table }, h("table.figures.numbers", null,
      h("thead", null, h("tr", null, h("td"), answers.map((a) => h("th", { scope: "col" }, S.strategyName(a.strategy))))),
      h("tbody", null,
        row(S.compare.short, (a) => (a.abstained ? S.compare.abstained : a.short || "–")),
        row(S.compare.evidence, (a) => number(a.abstained ? 0 : a.citations.length)),
        row(S.compare.calls, (a) => number(a.model === "extractive" ? 0 : a.usage.calls)),
        row(S.compare.tokens, tokens),
        row(S.compare.cost, cost),
        row(S.compare.first, (a) => milliseconds(a.timing.first_token_ms)),
        row(S.compare.total, (a) => milliseconds(a.timing.total_ms)),
        row(S.compare.read, (a) => percent(a.trace.coverage))))),
    agreement.length > 0 && pairs(agreement));
}

function tokens({ usage }) {
  const { prompt_tokens: read, completion_tokens: written } = usage;
  return S.compare.tokensOf(number(read + written), read > 0 && number(read), number(written));
}

function cost({ model, usage }) {
  if (model === "extractive") return S.compare.costNone;
  return usage.cost_usd === null ? S.compare.costUnknown : dollars(usage.cost_usd);
}

function pairs(agreement) {
  return h("details.small", null, h("summary", null, S.compare.agreement), h("ul.pairs.numbers", null, agreement.map((p) => h("li", null,
    h("strong", null, `${S.strategyName(p.a)} / ${S.strategyName(p.b)}`), " ",
    S.compare.pair(p.same_short, percent(p.f1), p.shared_evidence)))));
}
