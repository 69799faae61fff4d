// What the page knows of the library: documents by id in the order chosen,
// loaded a page at a time and kept fresh by the server's events.
import { api } from "./api.js";
import { listed, orders, outdates } from "./order.js";
import { Rates } from "./rates.js";
import { Removals } from "./removals.js";
import { subscribe } from "./sse.js";
import { Uploads } from "./uploads.js";

const pageSize = 200;
const recountPause = 400; // milliseconds in which arrivals are counted together

/** How many documents a question may name; asking all names none. */
export const mostInScope = 1000;

/** Events: "change" with detail {id} (none: everything), "scope", "total", "connection", "failure", "duplicate". */
export class Library extends EventTarget {
  documents = new Map(); // those loaded so far
  uploads = new Uploads();
  rates = new Rates();
  selected = new Map(); // the scope of questions, id -> name; empty means every document
  search = "";
  status = "";
  sort = "newest";
  total = 0; // documents that the list has, loaded or not
  loading = false;
  loaded = false;
  connected = true;
  error = null;
  #removals = new Removals();
  #cursor = null;
  #last = null; // document loaded
  #restores = 0;
  #loads = 0;
  #sorted = true;
  #recount = 0;

  #changed(id) {
    this.dispatchEvent(new CustomEvent("change", { detail: { id } }));
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  start(signal) {
    this.uploads.addEventListener("change", (e) => this.#changed(e.detail.key));
    this.uploads.addEventListener("arrived", (e) => this.#arrived(e.detail));
    this.#removals.addEventListener("failure", (e) => {
      this.#tell("failure", e.detail);
      this.reload();
    });
    subscribe({
      signal,
      open: (lastId) => api.documentEvents(lastId, signal),
      onEvent: (e) => this.#hear(e),
      onState: (on) => this.#connection(on),
    });
    return this.reload();
  }

  #connection(on) {
    if (on && !this.connected) this.reload(); // events may have been missed
    if (on === this.connected) return;
    this.connected = on;
    this.#tell("connection");
  }

  #hear({ type, data }) {
    const info = JSON.parse(data);
    if (!info.id || this.#removals.has(info.id)) return;
    if (type === "deleted") this.#forget(info.id);
    else this.put(info);
  }

  #forget(id) {
    this.#deselect([id]);
    if (this.documents.delete(id)) this.#changed();
    this.#countSoon();
  }

  /** Adds or refreshes one document. */
  put(info) {
    const before = this.documents.get(info.id);
    if (outdates(before, info)) return;
    this.rates.note(info);
    if (before && before.status === info.status) {
      this.documents.set(info.id, { ...before, ...info });
      return this.#changed(info.id);
    }
    this.#countSoon();
    if (!listed(info, this)) {
      if (this.documents.delete(info.id)) this.#changed();
      return;
    }
    if (!before && this.#comesLater(info)) return;
    this.documents.set(info.id, { ...before, ...info });
    if (this.documents.size > this.total) this.#counted(this.documents.size + this.#removals.size);
    if (before && this.sort !== "longest") return this.#changed(info.id);
    this.#sorted = false;
    this.#changed();
  }

  /** Whether a document is on a page of the list that is not loaded yet. */
  #comesLater(info) {
    return this.#cursor !== null && orders[this.sort](info, this.#last) > 0;
  }

  /** The documents as they are listed. */
  inOrder() {
    if (!this.#sorted) this.documents = new Map([...this.documents].sort(([, a], [, b]) => orders[this.sort](a, b)));
    this.#sorted = true;
    return this.documents.values();
  }

  /** Loads the list anew, with what is given of {search, status, sort} changed;
   *  as much of it as was loaded when nothing is. */
  reload(changes) {
    Object.assign(this, changes);
    this.#cursor = null;
    return this.#load({ fresh: true, least: changes ? 0 : this.documents.size });
  }

  get hasMore() {
    return Boolean(this.#cursor);
  }

  more() {
    return this.loading || !this.#cursor ? undefined : this.#load({});
  }

  get #query() {
    const { search, status, sort } = this;
    return { search, status, sort };
  }

  async #load({ fresh = false, least = 0 }) {
    const load = ++this.#loads;
    this.loading = true;
    try {
      const found = fresh ? new Map() : this.documents;
      do {
        const page = await api.documents({ ...this.#query, limit: pageSize, cursor: this.#cursor });
        if (load !== this.#loads) return; // a newer search overtook this one
        for (const info of page.documents) {
          if (this.#removals.has(info.id)) continue;
          this.rates.note(info);
          const known = this.documents.get(info.id);
          found.set(info.id, outdates(known, info) ? known : info);
        }
        this.#cursor = page.next || null;
        this.#last = page.documents.at(-1) ?? null;
        this.#counted(page.total);
      } while (this.#cursor && found.size < least);
      this.documents = found;
      this.error = null;
      this.loaded = true;
    } catch (err) {
      if (load === this.#loads) this.error = err;
    }
    if (load === this.#loads) this.loading = false;
    this.#changed();
  }

  #counted(total) {
    this.total = Math.max(0, total - this.#removals.size);
    this.#tell("total");
  }

  /** Asks how many there are, once for all that happens in a moment. */
  #countSoon() {
    this.#recount ||= setTimeout(async () => {
      this.#recount = 0;
      const page = await api.documents({ ...this.#query, limit: 1 }).catch(() => null);
      if (page) this.#counted(Math.max(page.total, this.documents.size + this.#removals.size)); // some may have come since
    }, recountPause);
  }

  #arrived(info) {
    this.put(info);
    if (info.duplicate) this.#tell("duplicate", info);
  }

  async retry(id) {
    await api.retryDocument(id);
    this.put(await api.document(id));
  }

  async cancel(id) {
    this.put(await api.cancelDocument(id));
  }

  /** Hides documents and deletes them a little later. Returns {undo, now, time}. */
  remove(ids) {
    const infos = ids.map((id) => this.documents.get(id)).filter(Boolean);
    this.#deselect(ids);
    const removal = this.#removals.add(ids, () => infos.forEach((info) => this.put(info)));
    for (const id of ids) this.documents.delete(id);
    this.total = Math.max(0, this.total - ids.length);
    this.#tell("total");
    this.#changed();
    return removal;
  }

  /** Ticks or unticks documents. */
  select(ids, on) {
    if (!on) return this.#deselect(ids);
    for (const id of ids) this.selected.set(id, this.documents.get(id)?.name ?? id);
    this.#tell("scope");
  }

  #deselect(ids) {
    const gone = ids.filter((id) => this.selected.delete(id));
    if (gone.length) this.#tell("scope");
  }

  /** Makes the documents of an earlier question the scope of the next, without
   *  those that are gone. */
  async restoreScope(ids) {
    const found = new Map();
    const restore = ++this.#restores;
    for (const id of ids) {
      const info = this.documents.get(id) ?? await api.document(id).catch(() => null);
      if (info?.status === "ready") found.set(id, info.name);
    }
    if (restore !== this.#restores) return; // another answer was opened meanwhile
    this.selected = found;
    this.#tell("scope");
  }

  clearSelection() {
    this.selected.clear();
    this.#tell("scope");
  }

  /** Ticks everything that is listed and can be asked, as far as questions may go. */
  async selectAll() {
    while (this.hasMore && this.documents.size < mostInScope) await this.#load({});
    this.select([...this.inOrder()].filter((i) => i.status === "ready").slice(0, mostInScope).map((i) => i.id), true);
  }
}
