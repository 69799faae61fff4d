// What stands above the library: ways to add documents, to find them and to
// put them in order.
import { h, fill, setText, icon, iconButton, icons } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { number } from "../format.js";
import { addFolder } from "../folders.js";

const typingPause = 200;

class LibraryTools extends HTMLElement {
  #count = h("span.numbers.quiet");
  #all = h("input", { type: "checkbox", "aria-label": S.library.selectAll, title: S.library.selectAll });
  #typing = 0;

  connectedCallback() {
    const { library } = session;
    const files = this.#picker("pick-files", (list) => library.uploads.add(list));
    const folder = this.#picker("pick-folder", addFolder, { webkitdirectory: true });
    fill(this,
      h("div.add-row", null,
        h("button.add", { type: "button", on: { click: () => files.click() } }, icon(icons.upload), S.library.add),
        iconButton(icons.folder, S.library.addFolder, () => folder.click(), { class: "icon-button add-more" }),
        iconButton(icons.paste, S.library.pasteText, () => this.dispatchEvent(new CustomEvent("paste-text", { bubbles: true })), { class: "icon-button add-more" })),
      files, folder,
      h("div.search-box", null, icon(icons.search), h("input", { type: "search", "aria-label": S.library.search, placeholder: S.library.search, on: { input: (e) => this.#search(e.target.value) } })),
      h("div.list-row.small", null, this.#all,
        this.#select("filter", S.library.show, S.library.filters, (status) => library.reload({ status })), this.#count,
        h("span.spacer"), this.#select("sort", S.library.sort, S.library.sorts, (sort) => library.reload({ sort }))));
    this.#all.addEventListener("change", () => (this.#all.checked ? library.selectAll() : library.clearSelection()));
    for (const type of ["change", "scope", "total"]) library.addEventListener(type, () => this.#show());
    this.#show();
  }

  #picker(id, take, props) {
    return h("input.visually-hidden", { type: "file", multiple: true, id, tabindex: "-1", "aria-hidden": "true", ...props, on: { change: (e) => this.#picked(e.target, take) } });
  }

  #picked(input, take) {
    take([...input.files]);
    input.value = "";
  }

  #select(id, label, values, change) {
    return h("select.plain", { id: `library-${id}`, "aria-label": label, on: { change: (e) => change(e.target.value) } },
      Object.entries(values).map(([value, text]) => h("option", { value }, text)));
  }

  #search(text) {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => session.library.reload({ search: text.trim() }), typingPause);
  }

  #show() {
    const { total, loaded, selected } = session.library;
    setText(this.#count, loaded ? S.library.count(number(total)) : "");
    this.#all.disabled = total === 0;
    this.#all.checked = selected.size > 0 && selected.size >= total;
    this.#all.indeterminate = selected.size > 0 && selected.size < total;
  }
}
customElements.define("fn-library-tools", LibraryTools);
