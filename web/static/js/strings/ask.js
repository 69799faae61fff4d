// The question box, strategies and their options.

export const welcome = {
  title: "Ask your documents. Check every word.",
  text: "Every sentence of an answer carries a footnote, and a footnote opens the page with the words marked.",
  empty: "Add a document to begin: a report, a contract, a whole book. Then ask.",
  steps: [
    ["Add documents", "Drop files or folders anywhere on this page. Long ones are welcome: a 600-page PDF is read in seconds."],
    ["Ask a question", "Tick documents to ask only those, or ask them all. Compare strategies to see what each would say and cost."],
    ["Check the footnotes", "Press a number to see the exact words on their page."],
  ],
};

export const ask = {
  label: "Question",
  placeholder: "Ask a question about your documents",
  hint: "Enter asks · Shift+Enter breaks the line · / comes back here",
  ask: "Ask",
  stop: "Stop",
  compare: "Compare",
  compareToggle: "Compare",
  compareWhy: "Ask two to five strategies at once and set their answers side by side",
  strategy: "Strategy",
  strategies: "Ways to answer",
  chosen: (n) => `${n} strategies`,
  options: "Options",
  optionsSet: (n) => `Options: ${n}`,
  reset: "Back to the defaults",
  everywhere: (n) => (n ? `Asks all ${n} documents.` : "Asks all documents."),
  within: "Asks only",
  more: (n) => `and ${n} more`,
  leaveOut: (name) => `Leave out ${name}`,
  askAll: "Ask all",
  empty: "Write a question first.",
  noDocuments: "Add a document first, then ask.",
  pickSome: "Tick two to five strategies to compare.",
  tooMany: (n, most) => `${n} documents are ticked. Tick ${most} at most, or none to ask them all.`,
};

export const cost = {
  nothing: "No model calls: answers cost nothing.",
  free: "no model calls",
  calls: (least, most) => (least === most ? `${most} ${most === "1" ? "call" : "calls"}` : `${least} to ${most} calls`),
  tokens: (least, most) => (least === most ? `${most} tokens` : `${least} to ${most} tokens`),
  upTo: (most) => `up to ${most} tokens`,
  about: (calls, tokens) => `About ${calls}, ${tokens}.`,
  tooLong: "too long for it",
  tooLongSentence: (name) => `These documents are too long for ${name}. Ask fewer, or choose another strategy.`,
};

// What the options do, by their names in the API.
export const options = {
  max_rounds: ["Rounds of search", "How often it may follow up on what is missing"],
  max_evidence: ["Footnotes at most", "Sentences that an answer may cite"],
  budget: ["Tokens shown", "How much of what was found is read"],
  window: ["Tokens per window", "How much one reader sees at once"],
  paths: ["Independent chains", "Answers in different orders, of which one is kept"],
  chooser: ["Choice among chains", "How one of several answers is kept"],
  direction: ["Reading direction", "From which end readers go through the text"],
  scan: ["Read everything", "Go through the whole text instead of searching it"],
  evidence_only: ["Evidence alone", "Answer from the selected sentences without what stands around them"],
  expand: ["Search for an imagined passage too", "The model makes up a passage that would answer, and what resembles it is searched for; it is never shown"],
  clarify: ["Clear the question up first", "The model says what is unclear, and that is looked up as well"],
  demonstrate: ["Show examples", "The model first makes a few questions and answers from the document, and sees them beside yours; they are never cited"],
  verify: ["Check with the model", "Ask the model whether the quotes support each statement"],
};

export const choices = {
  direction: { "": "Default", forward: "Forward", backward: "Backward", both: "Both" },
  chooser: { "": "Default", vote: "Vote", judge: "Judge" },
};

export const strategyName = (name) => ({ auto: "Automatic", rag: "RAG", alr2: "ALR²", coa: "Chain of agents", full: "Full context" })[name] ?? name;
