// What the page says around all views.

export const time = {
  milliseconds: (n) => `${n} ms`,
  seconds: (n) => `${n} s`,
  minutes: (n) => `${n} min`,
  hours: (h, m) => (m ? `${h} h ${m} min` : `${h} h`),
};

export const key = {
  title: "API key",
  why: "This server asks for an API key.",
  wrong: "That key was refused. Check it and try again.",
  label: "Key",
  kept: "It stays in this tab and is gone when the tab is closed.",
  use: "Use key",
};
