// A strip for each document, from its first word to its last, with a mark
// where evidence lies: tall where a footnote points, short where a sentence
// was selected and not cited.
import { h, fill } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { percent } from "../format.js";

const mostStrips = 4;

class Strip extends HTMLElement {
  async show(answer) {
    const found = new Map(); // document -> evidence in it, citations last and so on top
    for (const e of [...answer.selected, ...answer.citations]) {
      if (e.deleted || !Number.isFinite(e.start)) continue;
      found.set(e.document, [...(found.get(e.document) ?? []), e]);
    }
    const shown = [...found].slice(0, mostStrips);
    const strips = await Promise.all(shown.map(([id, evidence]) => strip(id, evidence)));
    if (!strips.some(Boolean)) return;
    fill(this, h("h2.small", null, S.strip.title), strips, found.size > shown.length && h("p.small.quiet", null, S.strip.more(found.size - shown.length)));
  }
}
customElements.define("fn-strip", Strip);

async function strip(id, evidence) {
  const info = await session.document(id).catch(() => null); // gone meanwhile: no strip
  if (!info?.characters) return null;
  const at = (n) => n / info.characters;
  const cited = evidence.filter((e) => e.number);
  const label = S.strip.of(info.name, [...new Set((cited.length ? cited : evidence).map((e) => percent(at(e.start))))].join(", "));
  const marks = evidence.map((e) => h(e.number ? "i.cited" : "i", {
    title: e.number ? S.strip.cited(e.number) : null,
    style: { left: `${(at(e.start) * 100).toFixed(3)}%`, width: `${(at(e.end - e.start) * 100).toFixed(3)}%` },
  }));
  return h("figure", null, h("figcaption.small", null, info.name), h("div.strip", { role: "img", "aria-label": label }, marks));
}
