// Bars above the list: what is ticked, and how a large upload goes.
import { h, fill } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { number } from "../format.js";

const many = 4; // uploads from which they are summed up

class LibraryBars extends HTMLElement {
  #scope = h("div.scope-bar.small", { hidden: true });
  #uploads = h("div.scope-bar.small", { hidden: true });
  #frame = 0;

  connectedCallback() {
    const { library } = session;
    fill(this, this.#uploads, this.#scope);
    library.addEventListener("scope", () => this.#showScope());
    library.uploads.addEventListener("change", () => {
      this.#frame ||= requestAnimationFrame(() => this.#showUploads());
    });
    this.#showScope();
  }

  #showScope() {
    const { library } = session;
    const n = library.selected.size;
    this.#scope.hidden = n === 0;
    if (n === 0) return;
    const remove = () => this.dispatchEvent(new CustomEvent("remove", { bubbles: true, detail: [...library.selected.keys()] }));
    fill(this.#scope, h("span.numbers", { title: S.library.selectedWhy }, S.library.selected(number(n))), h("span.spacer"),
      h("button.link-button", { type: "button", "aria-label": S.library.removeSelectedOf(number(n)), on: { click: remove } }, S.library.removeSelected),
      h("button.link-button", { type: "button", on: { click: () => library.clearSelection() } }, S.library.clearSelection));
  }

  #showUploads() {
    this.#frame = 0;
    const { uploads } = session.library;
    const { done, refused, pending, total } = uploads.progress;
    const button = (label, run) => h("button.link-button", { type: "button", on: { click: run } }, label);
    this.#uploads.hidden = pending < many && refused < many;
    if (pending >= many) fill(this.#uploads, h("span.numbers", null, S.library.sendingMany(number(done), number(total))), h("span.spacer"), button(S.library.stopAll, () => uploads.stopAll()));
    else if (refused >= many) fill(this.#uploads, h("span.numbers", null, S.library.refusedMany(number(refused))), h("span.spacer"), button(S.library.dismissAll, () => uploads.dismissRefused()));
  }
}
customElements.define("fn-library-bars", LibraryBars);
