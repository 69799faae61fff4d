// What the page says before the first question.
import { h, fill, setText, icon, icons } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";

class Welcome extends HTMLElement {
  #text = h("p.lead");
  #add = h("button.primary.begin", { type: "button", hidden: true, on: { click: () => document.getElementById("pick-files").click() } }, icon(icons.upload), S.library.add);
  #leave = null;

  connectedCallback() {
    this.#leave = new AbortController();
    fill(this, h("h1", null, S.welcome.title), this.#text, this.#add,
      h("ol.steps", null, S.welcome.steps.map(([head, text]) => h("li", null, h("strong", null, head), h("span", null, text)))),
      h("p.small.quiet", null, S.ask.hint));
    for (const type of ["change", "total"]) session.library.addEventListener(type, () => this.#show(), { signal: this.#leave.signal });
    this.#show();
  }

  disconnectedCallback() {
    this.#leave.abort();
  }

  #show() {
    const { loaded, total, search, status } = session.library;
    const empty = loaded && total === 0 && !search && !status;
    setText(this.#text, empty ? S.welcome.empty : S.welcome.text);
    this.#add.hidden = !empty;
  }
}
customElements.define("fn-welcome", Welcome);
