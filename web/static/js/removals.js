// Documents that are hidden, but not deleted yet: there is time to undo.
import { api } from "./api.js";

const undoTime = 6000;
const atOnce = 4; // requests

/** Events: "failure" with the error of a document that could not be deleted. */
export class Removals extends EventTarget {
  #leaving = new Set();

  constructor() {
    super();
    addEventListener("pagehide", () => this.#leaving.forEach((id) => this.#delete(id, true)));
  }

  get size() {
    return this.#leaving.size;
  }

  has(id) {
    return this.#leaving.has(id);
  }

  /** Hides documents and deletes them a little later. Returns {undo, now, time}. */
  add(ids, onUndo) {
    for (const id of ids) this.#leaving.add(id);
    const timer = setTimeout(() => this.#deleteAll(ids), undoTime);
    return {
      undo: () => {
        clearTimeout(timer);
        for (const id of ids) this.#leaving.delete(id);
        onUndo();
      },
      now: () => {
        clearTimeout(timer);
        this.#deleteAll(ids);
      },
      time: undoTime,
    };
  }

  async #deleteAll(ids) {
    const queue = ids.filter((id) => this.#leaving.has(id));
    const worker = async () => {
      while (queue.length) await this.#delete(queue.shift(), false);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  async #delete(id, keepalive) {
    const failure = await api.deleteDocument(id, keepalive).then(() => null, (err) => err);
    this.#leaving.delete(id);
    if (failure && failure.status !== 404) this.dispatchEvent(new CustomEvent("failure", { detail: failure }));
  }
}
