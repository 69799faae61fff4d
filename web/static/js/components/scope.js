// Which documents the next question goes to.
import { h, fill, icon, icons } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { number } from "../format.js";

const mostNamed = 3;

class Scope extends HTMLElement {
  connectedCallback() {
    session.library.addEventListener("scope", () => this.#show());
    session.estimates.addEventListener("change", () => this.#show());
    this.#show();
  }

  #show() {
    const { library, estimates } = session;
    const { selected } = library;
    if (selected.size === 0) {
      const n = estimates.scope?.documents ?? 0; // those that are ready
      return void fill(this, h("p.scope.small", null, S.ask.everywhere(n > 1 ? number(n) : "")));
    }
    const shown = [...selected].slice(0, mostNamed);
    fill(this, h("p.scope.small", null, S.ask.within, " ",
      shown.map(([id, name]) => [h("span.chip", null, h("strong", { dir: "auto" }, name),
        h("button.chip-remove", { type: "button", "aria-label": S.ask.leaveOut(name), title: S.ask.leaveOut(name), on: { click: () => library.select([id], false) } }, icon(icons.close))), " "]),
      selected.size > shown.length && `${S.ask.more(number(selected.size - shown.length))} `,
      h("button.link-button", { type: "button", on: { click: () => library.clearSelection() } }, S.ask.askAll)));
  }
}
customElements.define("fn-scope", Scope);
