// One page of a document: its image, the highlighted words, and a layer of
// invisible text that can be selected and searched.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";

const imageWidth = 1400; // pixels; sharp up to a zoom of 2 on a plain screen
const percent = (x) => `${(x * 100).toFixed(3)}%`;

class PageView extends HTMLElement {
  #sheet = h("div.sheet");
  #canvas = h("canvas", { role: "img" });
  #marks = h("div.marks");
  #words = h("div.words", { dir: "auto" });
  #problem = h("div", { role: "alert" });
  #shown = "";
  #abort = null;

  connectedCallback() {
    this.#sheet.append(this.#canvas, this.#marks, this.#words);
    fill(this, this.#problem, this.#sheet);
  }

  set zoom(z) {
    this.#sheet.style.setProperty("--zoom", z);
  }

  /** Shows page n, from 1, of a document with a citation's boxes on it. */
  async show(info, n, citation) {
    const boxes = (citation?.boxes ?? []).filter((b) => b.page === n);
    const key = `${info.id}/${n}`;
    this.#mark(boxes);
    if (key === this.#shown) return this.#reveal();
    this.#abort?.abort();
    this.#abort = new AbortController();
    this.#shown = key;
    this.#sheet.setAttribute("aria-busy", "true");
    this.#canvas.setAttribute("aria-label", S.source.imageOf(n, info.name));
    fill(this.#words);
    fill(this.#problem);
    try {
      await Promise.all([this.#image(info, n, this.#abort.signal), this.#text(info, n, this.#abort.signal)]);
      this.#reveal();
    } catch (err) {
      if (err.name === "AbortError") return;
      this.#shown = "";
      fill(this.#problem, h("div.notice.bad", null, h("strong", null, err.message), err.fix));
    }
    this.#sheet.removeAttribute("aria-busy");
  }

  async #image(info, n, signal) {
    const blob = await api.pageImage(info.id, n, imageWidth, signal);
    const image = await createImageBitmap(blob);
    if (signal.aborted) return;
    this.#canvas.width = image.width;
    this.#canvas.height = image.height;
    this.#canvas.getContext("2d").drawImage(image, 0, 0);
    image.close();
    this.#sheet.style.aspectRatio = `${this.#canvas.width} / ${this.#canvas.height}`;
    this.#sheet.dataset.page = n;
    this.#sheet.removeAttribute("aria-busy");
    this.#reveal();
  }

  async #text(info, n, signal) {
    const page = await api.page(info.id, n, signal);
    if (!page.words.length) return;
    const text = Array.from(await api.text(info.id, { start: page.words[0].start, end: Math.max(...page.words.map((w) => w.end)) }, signal));
    if (signal.aborted) return;
    const from = page.words[0].start;
    const measure = document.createElement("canvas").getContext("2d");
    measure.font = "100px sans-serif";
    fill(this.#words, page.words.map((w) => word(text.slice(w.start - from, w.end - from).join(""), w, page, measure)));
  }

  #mark(boxes) {
    fill(this.#marks, boxes.map((b) => h("div.mark", { style: { left: percent(b.x), top: percent(b.y), width: percent(b.width), height: percent(b.height) } })));
  }

  #reveal() {
    this.#marks.firstElementChild?.scrollIntoView({ block: "center", inline: "nearest" });
  }
}
customElements.define("fn-page", PageView);

/** A word as transparent text, stretched to the width it has on the page. */
function word(text, box, page, measure) {
  const natural = measure.measureText(text).width / 100; // in heights of the font
  const wanted = (box.width * page.width) / (box.height * page.height);
  return h("span", {
    style: {
      left: percent(box.x), top: percent(box.y), "font-size": `${(box.height * 100).toFixed(3)}cqh`,
      transform: natural > 0 ? `scaleX(${(wanted / natural).toFixed(4)})` : "none",
    },
  }, `${text} `);
}
