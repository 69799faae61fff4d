// Values as people read them, and the tables they stand in.
import { h } from "../dom.js";
import { dollars } from "../format.js";

const decimals = { share: 1, count: 2, tokens: 0, seconds: 3 };

/** A value as people read it; the percent sign of shares is optional. */
export function shown(value, unit, sign = true) {
  if (value === null || value === undefined) return "–";
  if (unit === "dollars") return dollars(value);
  const v = unit === "share" ? 100 * value : value;
  return v.toLocaleString(document.documentElement.lang, { minimumFractionDigits: decimals[unit], maximumFractionDigits: decimals[unit] }) + (sign && unit === "share" ? " %" : "");
}

/** A table that scrolls by itself where it is too wide. */
export const table = (label, head, rows) => h("div.scroll-x", { tabindex: "0", role: "region", "aria-label": label }, h("table.figures.numbers", null,
  h("thead", null, h("tr", null, head.map((t) => (t === "" ? h("td") : h("th", { scope: "col" }, t))))), h("tbody", null, rows)));
