// What all parts of the page share: the library, the strategies on offer, and
// what the source view shows. One per tab.
import { api } from "./api.js";
import { Estimates } from "./estimates.js";
import { Library } from "./library.js";

/**
 * Events: "strategies", "formats" when they are known; "source" when a footnote
 * is opened or closed; "model" when the server's model becomes known (an answer
 * names its own, which may be another, and is no word about it);
 * "answered" when history grew.
 */
class Session extends EventTarget {
  library = new Library();
  estimates = new Estimates();
  strategies = [];
  formats = [];
  maxUpload = 0; // bytes
  defaultStrategy = "auto";
  model = ""; // that the server asks now
  /** {answer, number} while a footnote's source is open, {excerpt} for a part of
   *  a document, {document, page} for a document, else null. */
  source = null;

  async start(signal) {
    await Promise.all([this.library.start(signal), this.#loadStrategies(), this.#loadFormats()]);
  }

  async #loadStrategies() {
    const reply = await api.strategies();
    this.strategies = reply.strategies ?? [];
    if (reply.default) this.defaultStrategy = reply.default;
    this.#setModel(reply.model);
    this.dispatchEvent(new Event("strategies"));
  }

  async #loadFormats() {
    const { formats, max_upload } = await api.formats();
    this.formats = formats;
    this.maxUpload = max_upload;
    this.dispatchEvent(new Event("formats"));
  }

  strategy(name) {
    return this.strategies.find((s) => s.name === name);
  }

  /** What is known of a document, asked for when it is not in the list. */
  async document(id) {
    return this.library.documents.get(id) ?? api.document(id);
  }

  #setModel(name) {
    if (!name || name === this.model) return;
    this.model = name;
    this.dispatchEvent(new Event("model"));
  }

  /** Opens the source of an answer's footnote, 1-based. */
  openFootnote(answer, number) {
    this.#setSource({ answer, number });
  }

  /** Opens a part of a document, which is shaped like a citation without a number. */
  openExcerpt(excerpt) {
    this.#setSource({ excerpt });
  }

  openDocument(id, page = 1) {
    this.#setSource({ document: id, page });
  }

  closeSource() {
    if (this.source) this.#setSource(null);
  }

  #setSource(source) {
    this.source = source;
    this.dispatchEvent(new Event("source"));
  }

  answered() {
    this.dispatchEvent(new Event("answered"));
  }
}

export const session = new Session();
