// The source of a footnote: the page with the words marked, or the text around
// them, and the ways onward.
import { h, fill, setText, icon, iconButton, icons } from "../dom.js";
import { api, hasKey } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { path } from "../format.js";
import { toastError } from "./toasts.js";
import "./page.js";
import "./text.js";

const zooms = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

class SourceView extends HTMLElement {
  #title = h("h2", { tabindex: "-1" });
  #where = h("p.where.small.quiet");
  #pager = h("div.pager", { role: "group", "aria-label": S.source.pages });
  #notes = h("div.pager", { role: "group", "aria-label": S.answer.footnotes });
  #body = h("div.source-body", { tabindex: "0", role: "region", "aria-label": S.source.title });
  #original = h("span");
  #zoom = 2;
  #page = 0;
  #info = null;
  #citation = null;
  #opener = null;
  #turn = 0; // the newest request; older ones are dropped when they come back

  connectedCallback() {
    this.setAttribute("role", "complementary");
    this.setAttribute("aria-label", S.source.title);
    fill(this, h("header.source-head", null,
      h("div.source-title", null, h("div", null, this.#title, this.#where), this.#original, iconButton(icons.close, S.source.close, () => session.closeSource())),
      h("div.source-tools", null, this.#notes, this.#pager)), this.#body);
    session.addEventListener("source", () => this.#open(session.source));
    this.addEventListener("keydown", (e) => this.#key(e));
  }

  async #open(source) {
    const turn = ++this.#turn;
    if (!source) {
      this.#opener?.isConnected && this.#opener.focus();
      this.#opener = null;
      return;
    }
    if (!this.contains(document.activeElement)) this.#opener = document.activeElement;
    this.#citation = source.answer?.citations.find((c) => c.number === source.number) ?? null;
    const id = this.#citation?.document ?? source.document;
    this.#head(source);
    try {
      if (this.#citation?.deleted) return this.#gone();
      if (this.#info?.id !== id) {
        const info = await session.document(id);
        if (turn !== this.#turn) return;
        this.#info = info;
      }
      setText(this.#title, this.#info.name);
      this.#showOriginal();
      if (this.#info.pages > 0) this.#showPage(this.#citation?.page || source.page || 1);
      else this.#showText();
    } catch (err) {
      if (turn === this.#turn) fill(this.#body, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
    }
    this.#title.focus({ preventScroll: true });
  }

  #head({ answer, number }) {
    setText(this.#title, this.#citation?.name ?? "");
    setText(this.#where, path(this.#citation?.section));
    fill(this.#pager);
    this.#notes.hidden = !answer;
    if (!answer) return;
    const at = answer.citations.findIndex((c) => c.number === number);
    const go = (step) => () => session.openFootnote(answer, answer.citations[at + step].number);
    fill(this.#notes,
      iconButton(icons.up, S.source.previousNote, go(-1), { disabled: at <= 0 }),
      h("span.numbers.small", null, S.source.note(number, answer.citations.length)),
      iconButton(icons.down, S.source.nextNote, go(1), { disabled: at >= answer.citations.length - 1 }));
  }

  #gone() {
    this.#info = null;
    fill(this.#original);
    fill(this.#body, h("div.notice.warn", null, h("strong", null, S.source.deleted), h("blockquote", { dir: "auto" }, this.#citation.quote)));
  }

  #showPage(n) {
    this.#page = n;
    const last = this.#info.pages;
    const input = h("input.page-number", { type: "number", min: 1, max: last, value: n, "aria-label": S.source.pageNumber, on: { change: (e) => this.#turnTo(e.target.valueAsNumber) } });
    fill(this.#pager,
      iconButton(icons.left, S.source.previousPage, () => this.#turnTo(n - 1), { disabled: n <= 1 }),
      input, h("span.numbers.small", null, S.source.ofPages(last)),
      iconButton(icons.right, S.source.nextPage, () => this.#turnTo(n + 1), { disabled: n >= last }),
      iconButton(icons.minus, S.source.zoomOut, () => this.#setZoom(-1), { disabled: this.#zoom === 0 }),
      iconButton(icons.plus, S.source.zoomIn, () => this.#setZoom(1), { disabled: this.#zoom === zooms.length - 1 }));
    let view = this.#body.querySelector("fn-page");
    if (!view) fill(this.#body, view = document.createElement("fn-page"));
    view.zoom = zooms[this.#zoom];
    view.show(this.#info, n, this.#citation);
  }

  #turnTo(n) {
    if (!Number.isFinite(n)) return;
    const focused = document.activeElement?.getAttribute("aria-label");
    this.#showPage(Math.max(1, Math.min(this.#info.pages, n)));
    const again = focused && [...this.#pager.children].find((c) => c.getAttribute("aria-label") === focused);
    again?.focus();
  }

  #setZoom(step) {
    this.#zoom = Math.max(0, Math.min(zooms.length - 1, this.#zoom + step));
    this.#turnTo(this.#page);
  }

  #showText() {
    let view = this.#body.querySelector("fn-text");
    if (!view) fill(this.#body, view = document.createElement("fn-text"));
    view.show(this.#info, this.#citation);
  }

  /** A plain link where the browser may fetch it; with a key, the page does. */
  #showOriginal() {
    const { id, name } = this.#info;
    const label = [icon(icons.download), S.source.original];
    fill(this.#original, hasKey()
      ? h("button.small", { type: "button", on: { click: () => download(id, name).catch(toastError) } }, label)
      : h("a.button.small", { href: api.originalAddress(id).href, target: "_blank", rel: "noopener" }, label));
  }

  #key(e) {
    if (e.target.matches("input, textarea") || !this.#info?.pages || e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key === "PageDown" || e.key === "n") this.#turnTo(this.#page + 1);
    else if (e.key === "PageUp" || e.key === "p") this.#turnTo(this.#page - 1);
    else if (e.key === "+") this.#setZoom(1);
    else if (e.key === "-") this.#setZoom(-1);
    else return;
    e.preventDefault();
  }
}
customElements.define("fn-source", SourceView);

async function download(id, name) {
  const url = URL.createObjectURL(await api.original(id));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
