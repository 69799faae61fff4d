// The source of a footnote: the page with the words marked, or the text around
// them, and the ways onward.
import { h, fill, setText, icon, iconButton, icons } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { images } from "../images.js";
import { path } from "../format.js";
import { download } from "./download.js";
import { toastError } from "./toasts.js";
import "./outline.js";
import "./page.js";
import "./source-tools.js";
import "./text.js";

class SourceView extends HTMLElement {
  #title = h("h2", { tabindex: "-1", dir: "auto" });
  #where = h("p.where.small.quiet", { dir: "auto" });
  #tools = document.createElement("fn-source-tools");
  #outline = document.createElement("fn-outline");
  #body = h("div.source-body", { tabindex: "0", role: "region", "aria-label": S.source.title });
  #original = h("span.original");
  #info = null;
  #citation = null;
  #opener = null;
  #turn = 0; // the newest opening; older ones are dropped when they come back
  #topic = 0; // the same for topics

  connectedCallback() {
    this.setAttribute("role", "complementary");
    this.setAttribute("aria-label", S.source.title);
    fill(this, h("div.source-head", null,
      h("div.source-title", null, h("div", null, this.#title, this.#where), this.#original, iconButton(icons.close, S.source.close, () => session.closeSource())),
      this.#tools), this.#outline, this.#body);
    session.addEventListener("source", () => this.#open(session.source));
    this.#tools.addEventListener("page", (e) => this.#showPage(e.detail));
    this.#tools.addEventListener("zoom", () => this.#zoom());
    this.#tools.addEventListener("outline", (e) => this.#showOutline(e.detail));
    this.#outline.addEventListener("section", (e) => this.#goto(e.detail));
    this.#outline.addEventListener("topic", (e) => this.#openTopic(e.detail).catch(toastError));
    this.#body.addEventListener("place", (e) => {
      this.#outline.current = e.detail;
    });
    this.addEventListener("keydown", (e) => this.#key(e));
    for (const type of ["pointerover", "focusin"]) document.addEventListener(type, (e) => warm(e.target));
  }

  async #open(source) {
    const turn = ++this.#turn;
    if (!source) return this.#close();
    if (!this.contains(document.activeElement)) this.#opener = document.activeElement;
    const citation = source.excerpt ?? source.answer?.citations.find((c) => c.number === source.number) ?? null;
    const id = citation?.document ?? source.document;
    setText(this.#title, citation?.name ?? "");
    this.#tools.notes(source);
    try {
      const info = citation?.deleted ? null : await this.#infoOf(id);
      if (turn !== this.#turn) return;
      this.#topic++; // one of what was shown before comes too late
      this.#info = info;
      this.#citation = citation;
      this.#showWhere();
      if (info) this.#show(source);
      else this.#gone();
    } catch (err) {
      if (turn === this.#turn) fill(this.#body, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
    }
    this.#title.focus({ preventScroll: true });
  }

  /** What is known of a document. One that is not in the list is asked for once. */
  async #infoOf(id) {
    return this.#info?.id === id && !session.library.documents.has(id) ? this.#info : session.document(id);
  }

  #showWhere() {
    setText(this.#where, path(this.#citation?.section));
    this.#where.hidden = !this.#citation;
  }

  #close() {
    if (this.#opener?.isConnected) this.#opener.focus();
    this.#opener = null;
  }

  #show(source) {
    setText(this.#title, this.#info.name);
    this.#showOriginal();
    this.#tools.show(this.#info);
    const outlined = this.#outline.show(this.#info).catch(toastError).then(() => this.#showOutline(this.#tools.outline));
    if (this.#info.pages > 0) this.#showPage(this.#citation?.page || source.page || 1);
    else outlined.then(() => session.source === source && this.#showText());
    this.#ahead(source);
  }

  #gone() {
    fill(this.#original);
    this.#tools.show(null);
    this.#outline.hidden = true;
    fill(this.#body, h("div.notice.warn", null, h("strong", null, S.source.deleted), h("blockquote", { dir: "auto" }, this.#citation.quote)));
  }

  /** The view of a kind, which is kept while documents of that kind follow each other. */
  #view(tag) {
    let view = this.#body.querySelector(tag);
    if (!view) fill(this.#body, view = document.createElement(tag));
    view.zoom = this.#tools.zoom;
    return view;
  }

  #showPage(n) {
    this.#tools.page = n;
    this.dispatchEvent(new CustomEvent("turned", { detail: n }));
    if (!(this.#citation?.boxes ?? []).some((b) => b.page === n)) this.#body.scrollTop = 0;
    this.#view("fn-page").show(this.#info, n, this.#citation);
    this.#whereIn(n);
  }

  #whereIn(page) {
    const { page: cited, start } = this.#citation ?? {};
    this.#outline.current = cited === page && start !== null ? this.#outline.at(start) : this.#outline.atPage(page);
  }

  #showText() {
    this.#view("fn-text").show(this.#info, this.#citation, this.#outline.sections);
  }

  #zoom() {
    if (this.#info?.pages > 0) this.#view("fn-page").show(this.#info, this.#tools.page, this.#citation);
    else this.#view("fn-text");
  }

  #showOutline(on) {
    this.#tools.outlined = !this.#outline.empty;
    this.#outline.hidden = !on || this.#outline.empty;
    this.classList.toggle("outlined", !this.#outline.hidden);
    this.#outline.loadTopics();
    if (this.#info?.pages > 0) this.#whereIn(this.#tools.page);
  }

  #goto(section) {
    if (this.#info.pages > 0) this.#showPage(section.page || 1);
    else this.#view("fn-text").goto(section).catch(toastError);
  }

  /** Opens a topic where it begins. All of it is marked in a text, its first five
   *  pages in a document of pages. */
  async #openTopic({ start, end }) {
    const turn = ++this.#topic;
    const excerpt = await api.excerpt(this.#info.id, { start, end });
    if (turn !== this.#topic) return;
    this.#citation = excerpt;
    this.#showWhere();
    if (excerpt.page > 0) this.#showPage(excerpt.page);
    else this.#showText();
  }

  /** Fetches the pages of the neighbouring footnotes. */
  #ahead({ answer, number }) {
    const at = answer?.citations.findIndex((c) => c.number === number) ?? -1;
    for (const c of [answer?.citations[at + 1], answer?.citations[at - 1]]) prefetch(c);
  }

  #showOriginal() {
    const { id, name } = this.#info;
    const label = S.source.originalOf(name);
    fill(this.#original, download(api.originalPath(id), { name, "aria-label": label, title: label }, icon(icons.download), h("span", null, S.source.original)));
  }

  #key(e) {
    if (e.target.matches("input, textarea") || e.altKey || e.ctrlKey || e.metaKey) return;
    const { scrollTop, scrollHeight, clientHeight } = this.#body;
    const keys = {
      n: () => this.#tools.turnNote(1), p: () => this.#tools.turnNote(-1),
      "+": () => this.#tools.zoomBy(1), "-": () => this.#tools.zoomBy(-1), 0: () => this.#tools.zoomBy(0),
      PageDown: scrollTop + clientHeight >= scrollHeight - 1 && (() => this.#tools.turnPage(1)),
      PageUp: scrollTop <= 1 && (() => this.#tools.turnPage(-1)),
    };
    if (keys[e.key]?.()) e.preventDefault();
  }
}
customElements.define("fn-source", SourceView);

/** Fetches the page of a footnote whose number is pointed at. */
function warm(target) {
  const ref = target.closest?.(".ref, .footnotes li");
  const { answer } = ref?.closest("fn-answer") ?? {};
  prefetch(answer?.citations?.find((c) => c.number === Number(ref.dataset.number)));
}

function prefetch(citation) {
  if (citation?.page > 0 && !citation.deleted) images.prefetch({ id: citation.document, pages: citation.page }, [citation.page]);
}
