// A document without pages as readable text around the span that a footnote
// points at. Only a window of sentences is loaded at a time.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { paragraphs } from "../reading.js";

const before = 40; // sentences shown ahead of the one that matters
const runLength = 160;

/** Fires "place" with the number of the section that is shown. */
class TextView extends HTMLElement {
  #text = h("div.reading", { dir: "auto" });
  #info = null;
  #citation = null;
  #sections = [];
  #first = 0;
  #next = -1;
  #loading = false;
  #end = null;
  #turn = 0; // the newest place gone to; replies for older ones are dropped

  connectedCallback() {
    fill(this, this.#text);
    this.#end = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && this.#later(), { root: this.closest(".source-body"), rootMargin: "400px" });
  }

  disconnectedCallback() {
    this.#end.disconnect();
  }

  set zoom(z) {
    this.#text.style.setProperty("--zoom", z);
  }

  async show(info, citation, sections) {
    this.#info = info;
    this.#citation = citation;
    this.#sections = sections;
    this.#text.setAttribute("lang", info.language && info.language !== "und" ? info.language : "");
    const turn = ++this.#turn;
    try {
      const shown = await this.#load(Math.max(0, (citation?.sentence ?? 0) - before), turn);
      if (turn !== this.#turn) return;
      if (citation) this.#text.querySelector("mark")?.scrollIntoView({ block: "center" });
      else this.closest(".source-body").scrollTop = 0;
      this.#place(shown.find((s) => s.start === citation?.start) ?? shown[0]);
    } catch (err) {
      if (turn === this.#turn) fill(this.#text, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
    }
  }

  async goto(section) {
    const turn = ++this.#turn;
    const first = await this.#sentenceAt(section.start);
    await this.#load(first, turn);
    if (turn !== this.#turn) return;
    this.#text.querySelector(`[data-start="${section.start}"]`)?.scrollIntoView({ block: "start" });
    this.#place({ section: section.number });
  }

  #place(sentence) {
    if (sentence) this.dispatchEvent(new CustomEvent("place", { bubbles: true, detail: sentence.section }));
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

  /** A run of sentences as blocks, and the text they stand in to tell paragraphs by. */
  async #run(first, limit) {
    const run = await api.sentences(this.#info.id, { first, limit });
    const { sentences } = run;
    if (!sentences.length) return { ...run, blocks: [] };
    const start = sentences[0].start;
    const text = Array.from(await api.text(this.#info.id, { start, end: sentences.at(-1).end }));
    const gap = (a, b) => text.slice(a.end - start, b.start - start).join("");
    return { ...run, blocks: paragraphs(sentences, { gap, citation: this.#citation, sections: this.#sections }) };
  }

  async #load(first, turn) {
    const { sentences, blocks, next } = await this.#run(first, runLength);
    if (turn !== this.#turn) return [];
    this.#first = first;
    this.#next = next;
    fill(this.#text, first > 0 && this.#button(S.source.earlier, () => this.#earlier()), blocks);
    this.#more();
    return sentences;
  }

  async #earlier() {
    const turn = this.#turn;
    const first = Math.max(0, this.#first - runLength);
    const { blocks } = await this.#run(first, this.#first - first);
    if (turn !== this.#turn) return;
    this.#first = first;
    const anchor = this.#text.children[1];
    this.#text.firstElementChild.remove();
    this.#text.prepend(...blocks);
    if (first > 0) this.#text.prepend(this.#button(S.source.earlier, () => this.#earlier()));
    anchor.scrollIntoView({ block: "start" });
  }

  /** Goes on with the text; happens by itself when its end comes near. */
  async #later() {
    if (this.#loading || this.#next < 0) return;
    this.#loading = true;
    const { id } = this.#info;
    const from = this.#next;
    const { blocks, next } = await this.#run(from, runLength).finally(() => {
      this.#loading = false;
    });
    if (this.#info.id !== id || this.#next !== from) return; // elsewhere meanwhile
    this.#next = next;
    this.#text.lastElementChild.remove();
    this.#text.append(...blocks);
    this.#more();
  }

  #more() {
    this.#end.disconnect();
    if (this.#next < 0) return;
    const button = this.#button(S.source.later, () => this.#later());
    this.#text.append(button);
    this.#end.observe(button);
  }

  #button(label, run) {
    return h("button.more", { type: "button", on: { click: run } }, label);
  }
}
customElements.define("fn-text", TextView);
