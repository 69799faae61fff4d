// What answers will cost, in words.
import { S } from "./strings.js";
import { compact, number } from "./format.js";

const wide = 3; // from how many times the least the most alone is said

/** "13 to 14 calls, 180K to 200K tokens"; "" while it is not known. */
export function costText(estimate) {
  if (!estimate) return "";
  if (!estimate.fits) return S.cost.tooLong;
  const { calls, tokens } = estimate;
  if (calls.most === 0) return S.cost.free;
  return `${S.cost.calls(number(calls.least), number(calls.most))}, ${tokensText(tokens)}`;
}

function tokensText({ least, most }) {
  return least * wide < most ? S.cost.upTo(compact(most)) : S.cost.tokens(compact(least), compact(most));
}

/** What several strategies cost together, or undefined while that is not known. */
export function sum(estimates) {
  if (!estimates.length || estimates.some((e) => !e)) return undefined;
  const add = (of) => ({ least: estimates.reduce((n, e) => n + e[of].least, 0), most: estimates.reduce((n, e) => n + e[of].most, 0) });
  return { calls: add("calls"), tokens: add("tokens"), fits: estimates.every((e) => e.fits) };
}

/** One line for the chosen strategies: what they cost, or that they cannot. */
export function costLine(names, estimates) {
  const all = names.map((name) => estimates.of(name));
  const total = sum(all);
  if (!total || !estimates.scope.documents) return ""; // there is nothing to ask yet
  if (!total.fits) return S.cost.tooLongSentence(S.strategyName(names[all.findIndex((e) => !e.fits)]));
  if (total.calls.most === 0) return S.cost.nothing;
  return S.cost.about(S.cost.calls(number(total.calls.least), number(total.calls.most)), tokensText(total.tokens));
}
