// Files dropped anywhere on the page, or pasted, go to the library; text that
// is pasted outside of a field can become a document too.
import { h, takesKeys } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { addFolder, filesIn } from "../folders.js";
import "./paste.js";

class Drop extends HTMLElement {
  #veil = h("div.drop-veil", { hidden: true }, h("span", null, S.library.drop));
  #paste = document.createElement("fn-paste");
  #depth = 0;

  connectedCallback() {
    this.append(this.#veil, this.#paste);
    addEventListener("dragenter", (e) => this.#over(e, 1));
    addEventListener("dragleave", (e) => this.#over(e, -1));
    addEventListener("dragover", (e) => hasFiles(e) && e.preventDefault());
    addEventListener("drop", (e) => this.#drop(e));
    addEventListener("paste", (e) => this.#pasted(e));
    addEventListener("paste-text", () => this.#paste.open(""));
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
    const loose = [...e.dataTransfer.files];
    const entries = [...e.dataTransfer.items].map((i) => i.webkitGetAsEntry?.()).filter(Boolean);
    const folders = entries.filter((entry) => entry.isDirectory);
    if (!folders.length) return session.library.uploads.add(loose);
    const single = await Promise.all(entries.filter((entry) => entry.isFile).map(filesIn));
    if (single.length) session.library.uploads.add(single.flat());
    addFolder((await Promise.all(folders.map(filesIn))).flat());
  }

  #pasted(e) {
    const files = [...(e.clipboardData?.files ?? [])];
    if (files.length) {
      e.preventDefault();
      session.library.uploads.add(files);
      return;
    }
    const text = e.clipboardData?.getData("text/plain") ?? "";
    if (!text.trim() || takesKeys(e.target)) return;
    e.preventDefault();
    this.#paste.open(text);
  }
}
customElements.define("fn-drop", Drop);

function hasFiles(e) {
  return e.dataTransfer?.types.includes("Files") ?? false;
}
