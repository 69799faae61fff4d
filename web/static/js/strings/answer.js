// Answers, their checks and how they came about.
import { one } from "./common.js";

export const answer = {
  title: "Answer",
  starting: "Looking…",
  retrieved: (query, n) => `${n} passages found for “${query}”`,
  evidence: (n) => `${n} ${one(n, "sentence", "sentences")} selected as evidence`,
  worker: (step, steps) => `Reader ${step} of ${steps} is done`,
  stop: "Stop",
  stopped: "Stopped.",
  stoppedFix: "Nothing of it is kept. Ask again, or ask something else.",
  short: "In short:",
  abstained: "Nothing that was read answers this for certain.",
  nearest: "What came nearest",
  lookedAt: (passages, sentences, share) => `Looked at ${sentences} sentences${passages === "0" ? "" : ` in ${passages} passages`}, ${share} of the documents asked.`,
  searchedFor: "Searched for:",
  actions: "Copy and print",
  copyText: "Copy text",
  copyReferences: "Copy with references",
  copyMarkdown: "Copy Markdown",
  copyLink: "Copy link",
  print: "Print",
  copied: "Copied, with references.",
  copiedPlain: "Copied.",
  linkCopied: "Link copied.",
  route: (strategy, ran) => `${strategy}: ${ran}`,
  quoted: "quoted, no model",
  calls: (n) => `${n} model ${one(n, "call", "calls")}`,
  tokens: (n) => `${n} tokens`,
  costUnknown: "cost unknown",
  lacks: (what) => `the quotes lack ${what}`,
  footnote: (n) => `Footnote ${n}`,
  footnotes: "Footnotes",
  footnotesCount: (n) => `${n} ${one(n, "footnote", "footnotes")}`,
  tableRow: "Row of a table",
  showSource: "Show in document",
  showSourceOf: (n) => `Show in document: footnote ${n}`,
  deleted: "document deleted since",
};

export const support = {
  mark: "△",
  unsupported: "not supported",
  unsupportedWhy: "nothing in the documents was found to support this",
  partly: "in part",
  why: {
    located: "quote found in the document",
    lexical: "quote found; numbers, names and dates agree with it",
    entailed: "quote found; a model agrees that it says so",
  },
};

export const strip = {
  title: "Where the evidence lies",
  of: (name, places) => `${name}: evidence at ${places} of its length`,
  cited: (n) => `Footnote ${n}`,
  more: (n) => `and in ${n} more ${one(n, "document", "documents")}`,
};

export const trace = {
  title: "How it worked",
  queries: "Searched for",
  passages: "Passages found",
  shown: "Sentences read",
  shownOf: (n, share) => `${n}, ${share} of the documents asked`,
  selected: "Selected as evidence",
  rounds: "Rounds",
  workers: "Readers",
  dropped: "Dropped",
  droppedCount: (ids, quotes) => `${ids} sentence ${one(ids, "number", "numbers")} and ${quotes} ${one(quotes, "quote", "quotes")} that nothing stood behind`,
  repaired: "Put right",
  repairedCount: (t) => [
    t.repaired_quotes > 0 && `${t.repaired_quotes} ${one(t.repaired_quotes, "quote", "quotes")} found in the text`,
    t.repaired_replies > 0 && `${t.repaired_replies} ${one(t.repaired_replies, "reply", "replies")} out of form`,
    t.lost_replies > 0 && `${t.lost_replies} ${one(t.lost_replies, "reply", "replies")} could not be read`,
  ].filter(Boolean).join(", "),
  prompts: "Version of the prompts",
  time: "Time",
  times: (retrieve, first, total) => `search ${retrieve}, first word ${first}, total ${total}`,
  usage: "Model",
  noCalls: "not called",
  evidence: (n) => `All evidence, best first (${n})`,
};
