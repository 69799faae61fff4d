// A document without pages: its outline beside readable text around the span
// that a footnote points at. Only a window of sentences is loaded at a time.
import { h, fill, setText } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";

const before = 40; // sentences shown ahead of the one that matters
const runLength = 160;

class TextView extends HTMLElement {
  #outline = h("details.outline", null, h("summary", null, S.source.outline));
  #toc = h("ol");
  #text = h("div.reading", { dir: "auto" });
  #info = null;
  #citation = null;
  #sections = [];
  #first = 0;
  #next = -1;

  connectedCallback() {
    this.#outline.append(h("nav", { "aria-label": S.source.outline }, this.#toc));
    this.#outline.open = matchMedia("(min-width: 75rem)").matches;
    fill(this, this.#outline, this.#text);
  }

  async show(info, citation) {
    this.#citation = citation;
    try {
      if (this.#info?.id !== info.id) {
        this.#info = info;
        this.#sections = (await api.sections(info.id)).sections;
        this.#showOutline();
      }
      await this.#load(Math.max(0, (citation?.sentence ?? 0) - before));
      this.#text.querySelector("mark")?.scrollIntoView({ block: "center" });
    } catch (err) {
      fill(this.#text, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
    }
  }

  #showOutline() {
    const titled = this.#sections.filter((s) => s.heading);
    this.#outline.hidden = titled.length === 0;
    fill(this.#toc, titled.map((s) => h("li", { style: { "--level": s.level } },
      h("button.link-button", { type: "button", data: { section: s.number }, on: { click: () => this.#goto(s) } }, s.heading))));
  }

  async #goto(section) {
    await this.#load(await this.#sentenceAt(section.start));
    this.#text.querySelector(`[data-start="${section.start}"]`)?.scrollIntoView({ block: "start" });
  }

  /** The number of the sentence at an offset, guessed from how far it is into
   *  the text and then narrowed down. */
  async #sentenceAt(offset) {
    let low = { number: 0, at: 0 };
    let high = { number: this.#info.sentences, at: this.#info.characters };
    while (high.number - low.number > 1) {
      const share = (offset - low.at) / Math.max(1, high.at - low.at);
      const guess = low.number + Math.floor(share * (high.number - low.number)) - runLength / 2;
      const first = Math.max(low.number, Math.min(high.number - 1, guess));
      const { sentences } = await api.sentences(this.#info.id, { first, limit: runLength });
      const hit = sentences.findLast((s) => s.start <= offset);
      if (!sentences.length) break;
      if (!hit) high = { number: first, at: sentences[0].start };
      else if (hit !== sentences.at(-1) || hit.end > offset) return hit.number;
      else low = { number: hit.number, at: hit.start };
    }
    return low.number;
  }

  /** A run of sentences, and the text they stand in to tell paragraphs by. */
  async #run(first, limit) {
    const run = await api.sentences(this.#info.id, { first, limit });
    const { sentences } = run;
    if (!sentences.length) return { ...run, blocks: [] };
    const start = sentences[0].start;
    const text = Array.from(await api.text(this.#info.id, { start, end: sentences.at(-1).end }));
    const gap = (a, b) => text.slice(a.end - start, b.start - start).join("");
    return { ...run, blocks: this.#blocks(sentences, gap) };
  }

  async #load(first) {
    const { sentences, blocks, next } = await this.#run(first, runLength);
    this.#first = first;
    this.#next = next;
    fill(this.#text, first > 0 && this.#button(S.source.earlier, () => this.#earlier()), blocks, next >= 0 && this.#button(S.source.later, () => this.#later()));
    this.#current(sentences);
  }

  async #earlier() {
    const first = Math.max(0, this.#first - runLength);
    const { blocks } = await this.#run(first, this.#first - first);
    this.#first = first;
    const anchor = this.#text.children[1];
    this.#text.firstElementChild.remove();
    this.#text.prepend(...blocks);
    if (first > 0) this.#text.prepend(this.#button(S.source.earlier, () => this.#earlier()));
    anchor.scrollIntoView({ block: "start" });
  }

  async #later() {
    const { blocks, next } = await this.#run(this.#next, runLength);
    this.#next = next;
    this.#text.lastElementChild.remove();
    this.#text.append(...blocks);
    if (next >= 0) this.#text.append(this.#button(S.source.later, () => this.#later()));
  }

  #button(label, run) {
    return h("button.more", { type: "button", on: { click: run } }, label);
  }

  #current(sentences) {
    const at = sentences.find((s) => s.start === this.#citation?.start) ?? sentences[0];
    for (const b of this.#toc.querySelectorAll("button")) {
      if (Number(b.dataset.section) === at?.section) b.setAttribute("aria-current", "location");
      else b.removeAttribute("aria-current");
    }
  }

  /** Sentences with no line break between them make one paragraph. */
  #blocks(sentences, gap) {
    const blocks = [];
    let last = null;
    for (const s of sentences) {
      const joins = last !== null && s.kind === last.kind && !gap(last, s).includes("\n");
      if (!joins) blocks.push(this.#block(s));
      blocks.at(-1).append(joins ? gap(last, s) : "", this.#marked(s));
      last = s;
    }
    return blocks;
  }

  #block(s) {
    const level = Math.min(6, 2 + (this.#sections.find((x) => x.number === s.section)?.level ?? 1));
    const tags = { heading: `h${level}.heading`, code: "pre" };
    return h(tags[s.kind] ?? `p.${s.kind}`, { data: { start: s.start } });
  }

  #marked(s) {
    const { start, end } = this.#citation ?? {};
    const hit = Number.isFinite(start) && s.start < end && start < s.end;
    return hit ? h("mark", null, s.text) : s.text;
  }
}
customElements.define("fn-text", TextView);
