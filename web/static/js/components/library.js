// The library: what there is, what is on its way, and what to ask.
import { h, fill } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { isBusy } from "./document-row.js";
import { toast, toastError } from "./toasts.js";
import "./library-bars.js";
import "./library-tools.js";
import "./virtual-list.js";

const tick = 1000; // milliseconds between updates of the times shown

class LibraryView extends HTMLElement {
  #list = document.createElement("fn-virtual-list");
  #note = h("div.docs-note");
  #live = h("p.visually-hidden", { role: "status" });
  #announced = new Map();
  #frame = 0;
  #anchor = ""; // the row that was ticked last, for ranges

  connectedCallback() {
    const { library } = session;
    this.#list.label = S.library.title;
    this.#list.classList.add("docs-scroll");
    this.#list.make = (key) => this.#make(key);
    fill(this, document.createElement("fn-library-tools"), document.createElement("fn-library-bars"), this.#note, this.#list, this.#live);
    this.#list.addEventListener("near-end", () => library.more());
    this.#list.addEventListener("click", (e) => e.target.dataset.pick && this.#pick(e));
    this.#list.addEventListener("keydown", (e) => e.key === "Delete" && this.#removeKey(e));
    this.addEventListener("remove", (e) => this.#remove([e.detail].flat()));
    library.addEventListener("change", (e) => this.#changed(e.detail.id));
    library.addEventListener("scope", () => this.#showTicks());
    library.addEventListener("failure", (e) => toastError(e.detail));
    library.addEventListener("duplicate", (e) => toast(S.library.duplicate(e.detail.name)));
    session.addEventListener("formats", () => this.#showNote());
    setInterval(() => this.#tick(), tick);
    this.#showAll();
  }

  #make(key) {
    const { documents, uploads } = session.library;
    const row = document.createElement("fn-document-row");
    const item = uploads.items.get(key);
    if (item) row.upload(item);
    else row.update(documents.get(key));
    return row;
  }

  #changed(id) {
    const { documents, uploads } = session.library;
    const info = id && documents.get(id);
    if (info) {
      this.#list.row(id)?.update(info);
      this.#announce(info);
    } else if (id && uploads.items.has(id)) {
      this.#list.row(id)?.upload(uploads.items.get(id));
    } else {
      this.#frame ||= requestAnimationFrame(() => this.#showAll());
    }
  }

  #showAll() {
    this.#frame = 0;
    const { library } = session;
    const infos = [...library.inOrder()];
    this.#list.keys = [...library.uploads.items.keys(), ...infos.map((i) => i.id)];
    for (const [key, row] of this.#list.rows) this.#refresh(key, row);
    this.#showNote();
    for (const info of infos) this.#announce(info);
    if (library.hasMore && this.#list.scrollHeight <= this.#list.clientHeight) library.more();
  }

  #refresh(key, row) {
    const { documents, uploads } = session.library;
    if (uploads.items.has(key)) row.upload(uploads.items.get(key));
    else if (documents.has(key)) row.update(documents.get(key));
  }

  #showNote() {
    const { library } = session;
    const empty = library.documents.size === 0 && library.uploads.size === 0;
    this.#note.hidden = !empty && !library.error;
    this.#list.hidden = empty;
    if (library.error) fill(this.#note, h("div.notice.bad", { role: "alert" }, h("strong", null, library.error.message), library.error.fix));
    else if (!library.loaded) fill(this.#note, h("p.quiet", null, S.loading));
    else if (library.search) fill(this.#note, h("p.quiet", null, S.library.nothingFound(library.search)));
    else if (library.status) fill(this.#note, h("p.quiet", null, S.library.nothingListed));
    else if (empty) fill(this.#note, h("h2", null, S.library.emptyTitle), h("p", null, S.library.emptyText), session.formats.length > 0 && h("p.quiet.small", null, S.library.formats(session.formats.map((f) => f.name).join(", "))));
  }

  #showTicks() {
    for (const [key, row] of this.#list.rows) this.#refresh(key, row);
  }

  /** Ticks a row, or with Shift all from the one ticked before. */
  #pick(e) {
    const { pick: id } = e.target.dataset;
    const ids = [...session.library.inOrder()].filter((i) => i.status === "ready").map((i) => i.id);
    const [from, to] = [ids.indexOf(this.#anchor), ids.indexOf(id)].sort((a, b) => a - b);
    session.library.select(e.shiftKey && from >= 0 ? ids.slice(from, to + 1) : [id], e.target.checked);
    this.#anchor = id;
  }

  #removeKey(e) {
    const id = e.target.closest("fn-document-row")?.dataset.id;
    if (id) this.#remove([id]);
  }

  #remove(ids) {
    const { documents, selected } = session.library;
    const name = documents.get(ids[0])?.name ?? selected.get(ids[0]);
    const removal = session.library.remove(ids);
    toast(ids.length === 1 ? S.library.removed(name) : S.library.removedMany(ids.length), { action: { label: S.undo, run: removal.undo }, closed: removal.now, time: removal.time });
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
    for (const [key, row] of this.#list.rows) {
      const info = session.library.documents.get(key);
      if (info && isBusy(info)) row.update(info);
    }
  }
}
customElements.define("fn-library", LibraryView);
