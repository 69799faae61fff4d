// What was asked before: answers and comparisons in one list.
import { api } from "./api.js";

/**
 * Reads both lists, newest first. An answer that is part of a comparison stands
 * in the comparison alone.
 */
export class Past {
  #lists;
  #compared = new Set(); // ids of answers

  constructor(pageSize) {
    this.pageSize = pageSize;
    this.#lists = [list("comparisons", api.comparisons), list("answers", api.answers)];
  }

  /** Whether there may be more. */
  get more() {
    return this.#lists.some((l) => l.waiting.length > 0 || l.next !== "");
  }

  /** The next page: items as the server lists them, with the view that shows each. */
  async page() {
    const out = [];
    while (out.length < this.pageSize) {
      await Promise.all(this.#lists.map((l) => this.#fill(l)));
      const [comparisons, answers] = this.#lists.map((l) => l.waiting);
      const from = later(comparisons[0], answers[0]) ? comparisons : answers;
      if (!from.length) break;
      const item = from.shift();
      if (!this.#compared.has(item.id)) out.push(item);
    }
    return out;
  }

  /** Sees to it that the next item of a list is known. */
  async #fill(l) {
    if (l.waiting.length || l.next === "") return;
    const reply = await l.load({ limit: this.pageSize, cursor: l.next ?? "" });
    l.waiting = reply[l.view].map((item) => ({ ...item, view: l.view }));
    l.next = reply.next;
    for (const item of l.waiting) item.answers?.forEach((id) => this.#compared.add(id));
  }
}

/** A list to read; next is the cursor, undefined before the first page. */
const list = (view, load) => ({ view, load, waiting: [], next: undefined });

const later = (a, b) => a && (!b || Date.parse(a.created) >= Date.parse(b.created));
