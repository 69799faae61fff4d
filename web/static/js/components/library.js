// The library: adding documents, finding them, choosing the scope.
import { h, fill, icon, icons } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { isBusy } from "./document-row.js";
import { toast, toastError } from "./toasts.js";

const typingPause = 200;
const tick = 1000;

class LibraryView extends HTMLElement {
  #rows = new Map();
  #list = h("div.docs", { role: "list", "aria-label": S.library.title });
  #note = h("div.docs-note");
  #live = h("p.visually-hidden", { role: "status" });
  #end = h("div.docs-end", { "aria-hidden": "true" });
  #scopeBar = h("div.scope-bar.small", { hidden: true });
  #typing = 0;
  #announced = new Map();
  #frame = 0;

  connectedCallback() {
    const pick = h("input.visually-hidden", { type: "file", multiple: true, id: "pick-files", tabindex: "-1", "aria-hidden": "true", on: { change: (e) => this.#picked(e.target) } });
    const add = h("button.add", { type: "button", on: { click: () => pick.click() } }, icon(icons.upload), S.library.add);
    const search = h("input", { type: "search", "aria-label": S.library.search, placeholder: S.library.search, on: { input: (e) => this.#search(e.target.value) } });
    fill(this, h("div.library-tools", null, add, pick, search), this.#scopeBar, h("div.docs-scroll", null, this.#note, this.#list, this.#end), this.#live);
    const { library } = session;
    library.addEventListener("change", (e) => this.#changed(e.detail.id));
    library.addEventListener("scope", () => this.#showScope());
    library.addEventListener("failure", (e) => toastError(e.detail));
    library.addEventListener("duplicate", (e) => toast(S.library.duplicate(e.detail.name)));
    session.addEventListener("formats", () => this.#showNote());
    new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && library.more(), { root: this.querySelector(".docs-scroll"), rootMargin: "600px" }).observe(this.#end);
    setInterval(() => this.#tick(), tick);
    this.#showAll();
  }

  #picked(input) {
    session.library.add([...input.files]);
    input.value = "";
  }

  #search(text) {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => session.library.reload(text.trim()), typingPause);
  }

  #changed(id) {
    const info = id && session.library.documents.get(id);
    const row = id && this.#rows.get(id);
    if (info && row) {
      row.update(info);
      this.#announce(info);
    } else if (row && session.library.uploads.has(id)) {
      row.upload(session.library.uploads.get(id));
    } else {
      this.#frame ||= requestAnimationFrame(() => this.#showAll());
    }
  }

  /** Puts the rows in order, reusing those that are there. */
  #showAll() {
    this.#frame = 0;
    const { uploads } = session.library;
    const documents = [...session.library.inOrder()];
    const rows = new Map();
    for (const item of uploads.values()) rows.set(item.key, this.#row(item.key, (r) => r.upload(item)));
    for (const info of documents) rows.set(info.id, this.#row(info.id, (r) => r.update(info)));
    for (const [key, row] of this.#rows) if (!rows.has(key)) row.remove();
    this.#rows = rows;
    let at = this.#list.firstElementChild;
    for (const row of rows.values()) {
      if (row === at) at = at.nextElementSibling;
      else this.#list.insertBefore(row, at);
    }
    this.#showNote();
    this.#showScopeBar();
    for (const info of documents) this.#announce(info);
  }

  #row(key, show) {
    const row = this.#rows.get(key) ?? document.createElement("fn-document-row");
    show(row);
    return row;
  }

  #showNote() {
    const { library } = session;
    const empty = this.#rows.size === 0;
    this.#note.hidden = !empty && !library.error;
    if (library.error) fill(this.#note, h("div.notice.bad", { role: "alert" }, h("strong", null, library.error.message), library.error.fix));
    else if (!library.loaded) fill(this.#note, h("p.quiet", null, S.loading));
    else if (library.search) fill(this.#note, h("p.quiet", null, S.library.nothingFound(library.search)));
    else if (empty) fill(this.#note, h("h2", null, S.library.emptyTitle), h("p", null, S.library.emptyText), session.formats.length > 0 && h("p.quiet.small", null, S.library.formats(session.formats.map((f) => f.name).join(", "))));
  }

  #showScope() {
    this.#showScopeBar();
    for (const [id, info] of session.library.documents) this.#rows.get(id)?.update(info);
  }

  #showScopeBar() {
    const n = session.library.selected.size;
    this.#scopeBar.hidden = n === 0;
    if (n > 0) fill(this.#scopeBar, h("span", null, S.library.selected(n)), h("button.link-button", { type: "button", on: { click: () => session.library.clearSelection() } }, S.library.clearSelection));
  }

  /** Tells screen readers when a document that was being read is done. */
  #announce(info) {
    const before = this.#announced.get(info.id);
    this.#announced.set(info.id, info.status);
    if (!before || before === info.status) return;
    if (info.status === "ready") this.#live.textContent = S.library.nowReady(info.name);
    if (info.status === "failed") this.#live.textContent = S.library.nowFailed(info.name);
  }

  #tick() {
    for (const info of session.library.documents.values()) if (isBusy(info)) this.#rows.get(info.id)?.update(info);
  }
}
customElements.define("fn-library", LibraryView);
