// What every part of the page says.

/** The form of a word that fits a number. */
export const one = (n, singular, plural) => (n === 1 ? singular : plural);

export const common = {
  loading: "Loading…", close: "Close", cancel: "Cancel", undo: "Undo", more: "More",
  home: "Footnote, to the start",
  skip: "Skip to the question",
  menu: "Documents",
  sideTabs: "Documents and history",
  offline: "Connection lost. Trying again…",
};

export const time = {
  milliseconds: (n) => `${n} ms`,
  seconds: (n) => `${n} s`,
  minutes: (n) => `${n} min`,
  hours: (h, m) => (m ? `${h} h ${m} min` : `${h} h`),
};

export const errors = {
  unreachable: "The server cannot be reached.",
  unreachableFix: "Check that Footnote is running, then try again.",
  upload: "The upload broke off.",
  uploadFix: "Check that the server is running and that the file is within its size limit, then try again.",
  stream: "The connection broke while the answer was on its way.",
  streamFix: "Ask again, or look in History: the server finishes and keeps what it began.",
  status: (n) => `The server answered with status ${n}.`,
};

export const key = {
  title: "API key",
  why: "This server asks for an API key.",
  wrong: "That key was refused. Check it and try again.",
  label: "Key",
  kept: "It stays in this tab and is gone when the tab is closed.",
  use: "Use key",
};
