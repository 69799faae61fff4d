// Files dropped anywhere on the page, or pasted, go to the library.
import { h } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";

class Drop extends HTMLElement {
  #veil = h("div.drop-veil", { hidden: true }, S.library.drop);
  #depth = 0;

  connectedCallback() {
    this.append(this.#veil);
    addEventListener("dragenter", (e) => this.#over(e, 1));
    addEventListener("dragleave", (e) => this.#over(e, -1));
    addEventListener("dragover", (e) => hasFiles(e) && e.preventDefault());
    addEventListener("drop", (e) => this.#drop(e));
    addEventListener("paste", (e) => this.#paste(e));
  }

  #over(e, step) {
    if (!hasFiles(e)) return;
    this.#depth = Math.max(0, this.#depth + step);
    this.#veil.hidden = this.#depth === 0;
  }

  async #drop(e) {
    if (!hasFiles(e)) return;
    const taken = e.defaultPrevented; // by what it was dropped on
    e.preventDefault();
    this.#depth = 0;
    this.#veil.hidden = true;
    if (taken) return;
    const entries = [...e.dataTransfer.items].map((i) => i.webkitGetAsEntry?.()).filter(Boolean);
    const files = entries.length ? (await Promise.all(entries.map(filesIn))).flat() : [...e.dataTransfer.files];
    session.library.add(files);
  }

  #paste(e) {
    const files = [...(e.clipboardData?.files ?? [])];
    if (!files.length) return;
    e.preventDefault();
    session.library.add(files);
  }
}
customElements.define("fn-drop", Drop);

function hasFiles(e) {
  return e.dataTransfer?.types.includes("Files") ?? false;
}

/** All files of a dropped file or folder, hidden ones left out. */
async function filesIn(entry) {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) return [await new Promise((ok, no) => entry.file(ok, no))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((ok, no) => reader.readEntries(ok, no)); // a few at a time, then none
    if (!some.length) return found;
    for (const e of some) found.push(...await filesIn(e));
  }
}
