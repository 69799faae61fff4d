// What stands above a source: its footnotes, pages, zoom and outline.
import { h, fill, setText, icon, iconButton, icons } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { percent } from "../format.js";

const zooms = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];
const usual = 2; // index of the width of the panel
const roomy = 640; // pixels of a panel that has room for an outline beside the text

/** Fires "page" with a number, "zoom", and "outline" with whether it is wanted. */
class SourceTools extends HTMLElement {
  #prevNote = iconButton(icons.left, S.source.previousNote, () => this.turnNote(-1));
  #nextNote = iconButton(icons.right, S.source.nextNote, () => this.turnNote(1));
  #note = h("span.numbers.small", { role: "status" });
  #notes = h("div.pager.notes", { role: "group", "aria-label": S.answer.footnotes }, this.#prevNote, this.#note, this.#nextNote);
  #prevPage = iconButton(icons.left, S.source.previousPage, () => this.turnPage(-1));
  #nextPage = iconButton(icons.right, S.source.nextPage, () => this.turnPage(1));
  #number = h("input.page-number", { type: "number", min: 1, "aria-label": S.source.pageNumber });
  #last = h("span.numbers.small");
  #pager = h("div.pager", { role: "group", "aria-label": S.source.pages }, this.#prevPage, this.#number, this.#last, this.#nextPage);
  #smaller = iconButton(icons.minus, S.source.zoomOut, () => this.zoomBy(-1));
  #larger = iconButton(icons.plus, S.source.zoomIn, () => this.zoomBy(1));
  #share = h("button.link-button.small.numbers.zoomed", { type: "button", on: { click: () => this.zoomBy(0) } });
  #zooms = h("div.pager", { role: "group", "aria-label": S.source.zoom, hidden: true }, this.#smaller, this.#share, this.#larger);
  #toggle = h("button.outline-toggle.small", { type: "button", "aria-pressed": "false" }, icon(icons.outline), S.source.outline);
  #source = null;
  #info = null;
  #page = 0;
  #zoom = usual;
  #wanted = { text: null, pages: false }; // null: as there is room

  connectedCallback() {
    this.#number.addEventListener("change", () => this.#turnTo(this.#number.valueAsNumber));
    this.#toggle.addEventListener("click", () => this.#toggleOutline());
    fill(this, this.#notes, this.#pager, this.#zooms, h("span.spacer"), this.#toggle);
  }

  get zoom() {
    return zooms[this.#zoom];
  }

  get page() {
    return this.#page;
  }

  set page(n) {
    this.#page = n;
    this.#number.value = n;
    enable(this.#prevPage, n > 1, this.#nextPage);
    enable(this.#nextPage, n < (this.#info?.pages ?? 0), this.#prevPage);
  }

  get #kind() {
    return this.#info?.pages > 0 ? "pages" : "text";
  }

  /** Whether the outline is wanted beside documents of this kind. */
  get outline() {
    return this.#wanted[this.#kind] ?? this.clientWidth >= roomy;
  }

  /** Whether the document has an outline at all. */
  set outlined(on) {
    this.#toggle.hidden = !on;
    this.#toggle.setAttribute("aria-pressed", String(this.outline));
  }

  /** Shows where a footnote stands among those of its answer. */
  notes(source) {
    this.#source = source;
    const { answer, number } = source;
    this.#notes.hidden = !answer;
    if (!answer) return;
    const at = answer.citations.findIndex((c) => c.number === number);
    setText(this.#note, S.source.note(number, answer.citations.length));
    enable(this.#prevNote, at > 0, this.#nextNote);
    enable(this.#nextNote, at < answer.citations.length - 1, this.#prevNote);
  }

  /** Shows what fits a document, null for one that is gone. */
  show(info) {
    this.#info = info;
    this.#pager.hidden = !info?.pages;
    this.#zooms.hidden = !info;
    if (info) this.#showZoom();
    this.#toggle.hidden = true;
    this.#number.max = info?.pages ?? 1;
    setText(this.#last, S.source.ofPages(info?.pages ?? 0));
  }

  turnNote(step) {
    const { answer, number } = this.#source ?? {};
    const at = answer?.citations.findIndex((c) => c.number === number) ?? -1;
    const next = at >= 0 && answer.citations[at + step];
    if (next) session.openFootnote(answer, next.number);
    return Boolean(next);
  }

  turnPage(step) {
    return this.#turnTo(this.#page + step);
  }

  #turnTo(n) {
    const pages = this.#info?.pages ?? 0;
    if (!Number.isFinite(n) || !pages) return false;
    const page = Math.max(1, Math.min(pages, n));
    this.#number.value = page;
    if (page === this.#page) return false;
    this.dispatchEvent(new CustomEvent("page", { detail: page }));
    return true;
  }

  /** Zooms in or out by one step; 0 goes back to the width of the panel. */
  zoomBy(step) {
    const next = step ? Math.max(0, Math.min(zooms.length - 1, this.#zoom + step)) : usual;
    if (next === this.#zoom || !this.#info) return false;
    this.#zoom = next;
    this.#showZoom();
    this.dispatchEvent(new Event("zoom"));
    return true;
  }

  #showZoom() {
    const share = percent(this.zoom);
    setText(this.#share, share);
    this.#share.setAttribute("aria-label", S.source.zoomed(share));
    this.#share.title = S.source.zoomed(share);
    enable(this.#smaller, this.#zoom > 0, this.#larger);
    enable(this.#larger, this.#zoom < zooms.length - 1, this.#smaller);
  }

  #toggleOutline() {
    const on = !this.outline;
    this.#wanted[this.#kind] = on;
    this.dispatchEvent(new CustomEvent("outline", { detail: on }));
  }
}
customElements.define("fn-source-tools", SourceTools);

/** Enables a button or not; the focus does not get lost with it. */
function enable(button, on, other) {
  const focused = document.activeElement === button;
  button.disabled = !on;
  if (!on && focused) {
    other.disabled = false;
    other.focus();
  }
}
