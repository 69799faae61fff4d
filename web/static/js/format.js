// Numbers, sizes and times as people read them.
import { S } from "./strings.js";

const locale = document.documentElement.lang || "en";

/** Formats with what is made for the first value: a browser takes tens of milliseconds to learn a locale. */
function formatter(kind, options) {
  let made = null;
  return (value) => (made ??= new kind(locale, options)).format(value);
}

const date = formatter(Intl.DateTimeFormat, { dateStyle: "medium", timeStyle: "short" });
const dayOnly = formatter(Intl.DateTimeFormat, { dateStyle: "full" });
const clockOnly = formatter(Intl.DateTimeFormat, { timeStyle: "short" });

export const number = formatter(Intl.NumberFormat);
export const compact = formatter(Intl.NumberFormat, { notation: "compact", maximumSignificantDigits: 3 });

/** Seconds as "8 s", "2 min" or "1 h 5 min". */
export function duration(seconds) {
  const s = Math.max(1, Math.round(seconds));
  if (s < 60) return S.time.seconds(s);
  const min = Math.round(s / 60);
  if (min < 60) return S.time.minutes(min);
  return S.time.hours(Math.floor(min / 60), min % 60);
}

/** Milliseconds as "14 ms" or "2.3 s". */
export function milliseconds(ms) {
  if (ms < 1000) return S.time.milliseconds(Math.round(ms));
  return S.time.seconds((ms / 1000).toFixed(ms < 10_000 ? 1 : 0));
}

export function bytes(n) {
  const units = ["kilobyte", "megabyte", "gigabyte"];
  let i = 0;
  n = Math.max(n / 1000, 0.1);
  for (; n >= 1000 && i < units.length - 1; i++) n /= 1000;
  return new Intl.NumberFormat(locale, { style: "unit", unit: units[i], unitDisplay: "short", maximumFractionDigits: n < 10 ? 1 : 0 }).format(n);
}

export const when = (iso) => (iso ? date(new Date(iso)) : "");
export const clock = (iso) => (iso ? clockOnly(new Date(iso)) : "");

/** "Today", "Yesterday" or the date in full. */
export function day(iso, now = new Date()) {
  const name = dayOnly(new Date(iso));
  const before = new Date(now);
  before.setDate(now.getDate() - 1);
  if (name === dayOnly(now)) return S.history.today;
  return name === dayOnly(before) ? S.history.yesterday : name;
}
export const dollars = (n) => new Intl.NumberFormat(locale, { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: n < 0.1 ? 4 : 2 }).format(n);
export const percent = (x) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(x);

/** A section path as one line. */
export const path = (sections) => (sections ?? []).filter(Boolean).join(" › ");

/** "report.pdf, 3.2 Data, page 12". */
export function place(citation) {
  return [citation.name, path(citation.section), citation.page ? S.source.page(citation.page) : ""].filter(Boolean).join(", ");
}

/** "2 calls, 3,120 tokens, $0.002"; "" when no model was called. */
export function usageLine({ usage, model }) {
  const tokens = usage.prompt_tokens + usage.completion_tokens;
  if (model === "extractive" || (!usage.calls && !tokens)) return "";
  return [S.answer.calls(usage.calls), tokens > 0 && S.answer.tokens(number(tokens)), usage.cost_usd === null || usage.cost_usd === undefined ? S.answer.costUnknown : dollars(usage.cost_usd)].filter(Boolean).join(", ");
}
