// What the page knows of the library: documents by id, newest first, loaded a
// page at a time and kept fresh by the server's events.
import { api, ApiError } from "./api.js";
import { subscribe } from "./sse.js";
import { S } from "./strings.js";

const pageSize = 100;
const uploadsAtOnce = 3;
const undoTime = 6000;

/** Events: "change" with detail {id} (or none: everything), "connection". */
export class Library extends EventTarget {
  documents = new Map(); // those loaded so far
  uploads = new Map(); // what is on its way: key -> {key, name, size, share, error, file}
  selected = new Set(); // the scope of questions; empty means every document
  search = "";
  loading = false;
  loaded = false;
  connected = true;
  error = null;
  #cursor = null;
  #nextKey = 1;
  #queue = [];
  #running = 0;
  #leaving = new Map(); // hidden, but not deleted yet: id -> timer
  #rates = new Map(); // id -> {stage, since, done}
  #loads = 0;
  #sorted = true;
  #oldest = ""; // id of the last document loaded

  #changed(id) {
    this.dispatchEvent(new CustomEvent("change", { detail: { id } }));
  }

  start(signal) {
    addEventListener("pagehide", () => this.#leaving.forEach((_, id) => this.#deleteNow(id, true)));
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
    this.dispatchEvent(new Event("connection"));
  }

  #hear({ type, data }) {
    const info = JSON.parse(data);
    if (!info.id || this.#leaving.has(info.id)) return;
    if (type === "deleted") this.#forget(info.id);
    else this.put(info);
  }

  #forget(id) {
    if (this.selected.has(id)) this.select(id, false);
    if (this.documents.delete(id)) this.#changed();
  }

  /** Adds or refreshes one document. */
  put(info) {
    const known = this.documents.has(info.id);
    if (!known && (!matches(info, this.search) || this.#comesLater(info))) return;
    this.#measure(info);
    this.documents.set(info.id, { ...this.documents.get(info.id), ...info });
    if (known) return this.#changed(info.id);
    this.#sorted = false;
    this.#changed();
  }

  /** Whether a document is on a page of the list that is not loaded yet. */
  #comesLater(info) {
    return this.#cursor !== null && info.id < this.#oldest;
  }

  /** The documents, newest first. */
  inOrder() {
    if (!this.#sorted) this.documents = new Map([...this.documents].sort(([, a], [, b]) => newestFirst(a, b)));
    this.#sorted = true;
    return this.documents.values();
  }

  #measure(info) {
    const { stage, done } = info.progress ?? {};
    const rate = this.#rates.get(info.id);
    if (!rate || rate.stage !== stage) this.#rates.set(info.id, { stage, since: Date.now(), done: done ?? 0 });
  }

  /** Seconds left in the present stage, or null while that cannot be told. */
  timeLeft(info) {
    const rate = this.#rates.get(info.id);
    const { done = 0, total = 0 } = info.progress ?? {};
    const elapsed = (Date.now() - (rate?.since ?? 0)) / 1000;
    if (!rate || !total || done <= rate.done || elapsed < 1) return null;
    return (elapsed / (done - rate.done)) * (total - done);
  }

  async reload(search = this.search) {
    this.search = search;
    this.#cursor = null;
    return this.#load(true);
  }

  get hasMore() {
    return Boolean(this.#cursor);
  }

  more() {
    return this.loading || !this.#cursor ? undefined : this.#load(false);
  }

  async #load(fresh) {
    const load = ++this.#loads;
    this.loading = true;
    try {
      const page = await api.documents({ limit: pageSize, cursor: this.#cursor, search: this.search });
      if (load !== this.#loads) return; // a newer search overtook this one
      if (fresh) this.documents = new Map();
      for (const info of page.documents ?? []) {
        if (this.#leaving.has(info.id)) continue;
        this.#measure(info);
        this.documents.set(info.id, info);
      }
      this.#cursor = page.next || null;
      this.#oldest = page.documents?.at(-1)?.id ?? "";
      this.error = null;
      this.loaded = true;
    } catch (err) {
      if (load === this.#loads) this.error = err;
    }
    if (load === this.#loads) this.loading = false;
    this.#changed();
  }

  /** Queues files for upload; each has a row of its own from the first moment. */
  add(files) {
    for (const file of files) {
      const item = { key: `upload-${this.#nextKey++}`, name: file.name, size: file.size, share: 0, error: null, file };
      this.uploads.set(item.key, item);
      this.#queue.push(item);
    }
    this.#changed();
    while (this.#running < uploadsAtOnce && this.#queue.length) this.#upload(this.#queue.shift());
  }

  async #upload(item) {
    this.#running++;
    item.abort = new AbortController();
    try {
      const { documents, rejected } = await api.upload(item.file, (share) => {
        item.share = share;
        this.#changed(item.key);
      }, item.abort.signal);
      if (rejected?.length) throw new ApiError({ ...rejected[0], title: rejected[0].detail });
      this.uploads.delete(item.key);
      for (const info of documents) this.#arrived(info);
    } catch (err) {
      if (err.name === "AbortError") this.uploads.delete(item.key);
      else item.error = err instanceof ApiError ? err : new ApiError({ title: S.errors.upload, detail: err.message });
    }
    this.#running--;
    this.#changed();
    if (this.#queue.length) this.#upload(this.#queue.shift());
  }

  #arrived(info) {
    this.put(info);
    if (info.duplicate) this.dispatchEvent(new CustomEvent("duplicate", { detail: info }));
  }

  /** Stops an upload, or takes its failed row away. */
  dismiss(item) {
    item.abort?.abort();
    this.#queue = this.#queue.filter((q) => q !== item);
    this.uploads.delete(item.key);
    this.#changed();
  }

  retryUpload(item) {
    this.dismiss(item);
    this.add([item.file]);
  }

  async retry(id) {
    await api.retryDocument(id);
    this.put(await api.document(id));
  }

  /** Hides a document and deletes it a little later. Returns {undo, now}. */
  remove(id) {
    const info = this.documents.get(id);
    const timer = setTimeout(() => this.#deleteNow(id), undoTime);
    this.#leaving.set(id, timer);
    this.#forget(id);
    return {
      undo: () => {
        clearTimeout(this.#leaving.get(id));
        if (this.#leaving.delete(id)) this.put(info);
      },
      now: () => this.#deleteNow(id),
      time: undoTime,
    };
  }

  async #deleteNow(id, keepalive = false) {
    if (!this.#leaving.has(id)) return;
    clearTimeout(this.#leaving.get(id));
    const failure = await api.deleteDocument(id, keepalive).then(() => null, (err) => err);
    this.#leaving.delete(id);
    if (!failure || failure.status === 404) return;
    this.dispatchEvent(new CustomEvent("failure", { detail: failure }));
    this.reload();
  }

  select(id, on) {
    if (on) this.selected.add(id);
    else this.selected.delete(id);
    this.dispatchEvent(new Event("scope"));
  }

  clearSelection() {
    this.selected.clear();
    this.dispatchEvent(new Event("scope"));
  }
}

/** Ids sort by time. */
const newestFirst = (a, b) => (a.id < b.id ? 1 : -1);

function matches(info, search) {
  if (!search) return true;
  const s = search.toLowerCase();
  return [info.name, info.title].some((t) => t?.toLowerCase().includes(s));
}
