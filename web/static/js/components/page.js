// One page of a document: its image, the highlighted words, and a layer of
// invisible text that can be selected and searched.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { images, widths } from "../images.js";

const fineFrom = 1.5; // zoom
const percent = (x) => `${(x * 100).toFixed(3)}%`;

class PageView extends HTMLElement {
  #sheet = h("div.sheet");
  #canvas = h("canvas", { role: "img" });
  #marks = h("div.marks");
  #words = h("div.words");
  #problem = h("div", { role: "alert" });
  #shown = "";
  #zoom = 1;
  #abort = null;

  connectedCallback() {
    this.#sheet.append(this.#canvas, this.#marks, this.#words);
    fill(this, this.#problem, this.#sheet);
  }

  set zoom(z) {
    this.#zoom = z;
    this.#sheet.style.setProperty("--zoom", z);
  }

  /** Shows page n, from 1, of a document with a citation's boxes on it. */
  async show(info, n, citation) {
    const boxes = (citation?.boxes ?? []).filter((b) => b.page === n);
    const key = `${info.id}/${n}`;
    this.#mark(boxes);
    if (key === this.#shown) {
      this.#reveal();
      return this.#sharpen(info, n);
    }
    this.#abort?.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#shown = key;
    this.#sheet.setAttribute("aria-busy", "true");
    this.#canvas.setAttribute("aria-label", boxes.length ? `${S.source.imageOf(n, info.name)}. ${S.source.markedOn(n)}` : S.source.imageOf(n, info.name));
    fill(this.#words);
    fill(this.#problem);
    try {
      await Promise.all([this.#image(info, n, signal), this.#text(info, n, signal)]);
      if (signal.aborted) return;
      images.prefetch(info, [n + 1, n - 1]);
      await this.#sharpen(info, n);
    } catch (err) {
      if (signal.aborted || err.name === "AbortError") return;
      this.#shown = "";
      fill(this.#problem, h("div.notice.bad", null, h("strong", null, err.message), err.fix));
    }
    this.#sheet.removeAttribute("aria-busy");
  }

  async #image(info, n, signal) {
    const image = await images.get(info.id, n);
    if (signal.aborted) return;
    this.#paint(image);
    this.#sheet.style.aspectRatio = `${image.width} / ${image.height}`;
    this.#sheet.dataset.page = n;
    this.#sheet.removeAttribute("aria-busy");
    this.#reveal();
  }

  #paint(image) {
    this.#canvas.width = image.width;
    this.#canvas.height = image.height;
    this.#canvas.getContext("2d").drawImage(image, 0, 0);
  }

  /** Paints a finer picture when the page is looked at closely. */
  async #sharpen(info, n) {
    if (this.#zoom < fineFrom || this.#canvas.width >= widths.fine) return;
    const image = await images.get(info.id, n, widths.fine).catch(() => null); // the plain one will do
    if (image && this.#shown === `${info.id}/${n}`) this.#paint(image);
  }

  async #text(info, n, signal) {
    const page = await api.page(info.id, n, signal);
    if (!page.words.length) return;
    const text = Array.from(await api.text(info.id, { start: page.words[0].start, end: Math.max(...page.words.map((w) => w.end)) }, signal));
    if (signal.aborted) return;
    const from = page.words[0].start;
    const measure = document.createElement("canvas").getContext("2d");
    measure.font = "100px sans-serif";
    fill(this.#words, page.words.map((w, i) => [
      i > 0 && below(page.words[i - 1], w) && h("br"), // so that what is copied has its lines
      word(text.slice(w.start - from, w.end - from).join(""), w, page, measure),
    ]));
  }

  #mark(boxes) {
    fill(this.#marks, boxes.map((b) => h("div.mark", { style: { left: percent(b.x), top: percent(b.y), width: percent(b.width), height: percent(b.height) } })));
  }

  #reveal() {
    this.#marks.firstElementChild?.scrollIntoView({ block: "center", inline: "nearest" });
  }
}
customElements.define("fn-page", PageView);

/** Whether a word stands on another line than the one before it. */
const below = (a, b) => b.y > a.y + a.height / 2 || b.y + b.height / 2 < a.y;

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
