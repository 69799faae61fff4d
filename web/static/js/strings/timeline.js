// The steps of an answer.
import { one } from "./common.js";

const sentences = (n, text) => `${text} ${one(n, "sentence", "sentences")}`;

export const timeline = {
  title: "Step by step",
  kinds: {
    imagine: "Imagined a passage to search for",
    retrieve: "Searched",
    clarify: "Asked what has to be cleared up",
    select: "Selected evidence",
    worker: "Read a part",
    demonstrate: "Made examples of questions and answers",
    answer: "Answered",
    choose: "Chose an answer",
    verify: "Checked the statements",
  },
  round: (n) => `round ${n}`,
  worker: (n) => `reader ${n}`,
  answerOf: (n) => `answer ${n}`,
  quoted: (text) => `“${text}”`,
  found: (n, text, shown) => `${text} ${one(n, "passage", "passages")}, ${shown} new ${one(shown, "sentence", "sentences")}`,
  picked: (n, text, shown, of) => `${text} of ${sentences(shown, of)}`,
  read: (n, text) => sentences(n, text),
  chosen: (number, of) => `number ${number} of ${of}`,
  entailed: (found, shown) => `${found} of ${shown} ${one(shown, "statement", "statements")} supported by the evidence`,
  enough: "What was found suffices.",
  next: "To search for next:",
  missing: (what) => `Missing: ${what}`,
  passages: "Best passages",
  readHere: "What it read",
  picks: "Sentences picked, best first",
  nothing: "Nothing was picked.",
  moreOf: (n) => `and ${n} more`,
  score: (share) => `score ${share}`,
  dropped: (n) => `${n} sentence ${one(n, "number", "numbers")} that did not exist, dropped`,
  fabricated: (n) => `${n} ${one(n, "quote", "quotes")} that no document has, dropped`,
  leftOut: (n) => `${n} ${one(n, "step", "steps")} more, mostly parts in which nothing was found, ${one(n, "is", "are")} not listed.`,
  open: (where) => `Show in document: ${where}`,
};
