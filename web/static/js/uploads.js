// Files on their way to the server: a few at a time, each with a state of its
// own from the first moment.
import { api, ApiError } from "./api.js";
import { S } from "./strings.js";

const atOnce = 3;

/** Events: "change" with detail {key} (none: several), "arrived" with an info. */
export class Uploads extends EventTarget {
  items = new Map(); // key -> {key, name, size, share, error, file}
  #nextKey = 1;
  #queue = [];
  #running = 0;
  #done = 0; // since the queue was last empty

  get size() {
    return this.items.size;
  }

  /** How many are done, refused, and how many there are of this batch. */
  get progress() {
    const refused = [...this.items.values()].filter((i) => i.error).length;
    const pending = this.items.size - refused;
    return { done: this.#done, refused, pending, total: this.#done + pending };
  }

  #changed(key) {
    this.dispatchEvent(new CustomEvent("change", { detail: { key } }));
  }

  add(files) {
    if (!this.#running) this.#done = 0;
    for (const file of files) {
      const item = { key: `upload-${this.#nextKey++}`, name: file.name, size: file.size, share: 0, error: null, file };
      this.items.set(item.key, item);
      this.#queue.push(item);
    }
    this.#changed();
    while (this.#running < atOnce && this.#queue.length) this.#send(this.#queue.shift());
  }

  async #send(item) {
    this.#running++;
    item.abort = new AbortController();
    item.sending = true;
    try {
      const { documents, rejected } = await api.upload(item.file, (share) => {
        item.share = share;
        this.#changed(item.key);
      }, item.abort.signal);
      if (rejected?.length) throw new ApiError({ ...rejected[0], title: rejected[0].detail });
      this.items.delete(item.key);
      for (const info of documents) this.dispatchEvent(new CustomEvent("arrived", { detail: info }));
    } catch (err) {
      if (err.name === "AbortError") this.items.delete(item.key);
      else item.error = err instanceof ApiError ? err : new ApiError({ title: S.errors.upload, detail: err.message });
    }
    this.#running--;
    this.#done++;
    this.#changed();
    if (this.#queue.length) this.#send(this.#queue.shift());
  }

  /** Stops an upload, or takes its failed row away. */
  dismiss(item) {
    item.abort?.abort();
    this.#queue = this.#queue.filter((q) => q !== item);
    this.items.delete(item.key);
    this.#changed();
  }

  retry(item) {
    this.dismiss(item);
    this.add([item.file]);
  }

  stopAll() {
    this.#queue = [];
    for (const item of this.items.values()) {
      if (item.error) continue;
      item.abort?.abort();
      this.items.delete(item.key);
    }
    this.#changed();
  }

  dismissRefused() {
    for (const item of this.items.values()) if (item.error) this.items.delete(item.key);
    this.#changed();
  }
}
