// What an answer would cost, by strategy, for the scope and the options that
// are set at the moment.
import { api } from "./api.js";

const pause = 250; // milliseconds without a change before the server is asked

/** Event: "change" when the estimates are others. */
export class Estimates extends EventTarget {
  /** What the scope holds: {documents, tokens …}, or null while unknown. */
  scope = null;
  #byStrategy = new Map();
  #timer = 0;
  #abort = null;

  /** The estimate of a strategy, or undefined while unknown. */
  of(strategy) {
    return this.#byStrategy.get(strategy);
  }

  /** Asks soon for the estimates of a scope (ids, none for all) and options. */
  request(documents, options) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load({ options, ...(documents.length && { documents }) }), pause);
  }

  async #load(json) {
    this.#abort?.abort();
    this.#abort = new AbortController();
    try {
      const found = await api.estimates(json, this.#abort.signal);
      this.scope = found;
      this.#byStrategy = new Map(found.strategies.map((e) => [e.strategy, e]));
    } catch (err) {
      if (err.name === "AbortError") return;
      this.#byStrategy = new Map(); // options out of range, or a document that is not ready: asking says so
      this.scope = null;
    }
    this.dispatchEvent(new Event("change"));
  }
}
