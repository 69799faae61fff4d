// Strategies side by side.
import { one } from "./common.js";

export const compare = {
  table: "Figures",
  short: "Short answer",
  abstained: "No answer",
  evidence: "Footnotes",
  cites: (n, shared) => (shared ? `${n}, ${shared} shared` : `${n}`),
  calls: "Model calls",
  tokens: "Tokens",
  cost: "Cost",
  first: "First word",
  total: "Total time",
  read: "Documents read",
  agreement: "Agreement, pair by pair",
  pair: (same, f1, shared) => `${same ? "same short answer" : "different short answers"}, ${f1} of words in common, ${shared} shared ${one(shared, "footnote", "footnotes")}`,
  alsoCited: (names) => `Also cited by ${names}`,
  noneAnswered: "No strategy found an answer.",
  allAgree: "All strategies give the same short answer.",
  someAgree: (same, pairs) => `${same} of ${pairs} pairs of strategies give the same short answer.`,
  fastest: (name, time) => `${name} was fastest (${time}).`,
};
