// An answer as text that can be pasted elsewhere, with its references.
import { S } from "./strings.js";
import { place } from "./format.js";

const special = /[\\`*_{}[\]<>#|~]/g;
const escape = (s) => s.replace(/\s+/g, " ").replace(special, "\\$&");
const plain = (s) => s.replace(/\s+/g, " ").trim();

/** Statements with footnote numbers, or what is missing when it abstained. */
function body(answer, text, mark) {
  if (answer.abstained) return text(`${S.answer.abstained} ${answer.missing ?? ""}`.trim());
  return (answer.statements ?? []).map((s, i) => {
    const unsupported = s.support === "unsupported" ? ` (${S.support.unsupported})` : "";
    return (i > 0 ? s.gap : "") + text(s.text) + (s.citations ?? []).map(mark).join("") + unsupported;
  }).join("");
}

/** Plain text: "… [1]" and, when asked for, a list of references. */
export function toText(answer, references = true) {
  const lines = [body(answer, plain, (n) => ` [${n}]`)];
  if (references) {
    for (const c of answer.citations ?? []) lines.push(`[${c.number}] “${plain(c.quote)}” ${place(c)}`);
  }
  return lines.join("\n\n") + "\n";
}

/** Markdown with footnotes ([^1]); quotes and names are escaped. */
export function toMarkdown(answer) {
  const lines = [`**${escape(answer.question)}**`, body(answer, escape, (n) => `[^${n}]`)];
  for (const c of answer.citations ?? []) lines.push(`[^${c.number}]: “${escape(c.quote)}” — ${escape(place(c))}`);
  return lines.join("\n\n") + "\n";
}
