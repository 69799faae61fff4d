// Says which model answers, or that there is none; leads to the settings.
import { h, fill, icon, icons } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { link } from "../router.js";

class ModelBadge extends HTMLElement {
  connectedCallback() {
    session.addEventListener("model", () => this.#show());
    this.#show();
  }

  #show() {
    const none = session.model === "extractive";
    fill(this, h("a.model", { href: link("settings"), data: { none }, title: S.settings.open },
      session.model && h("span.model-dot", { "aria-hidden": "true" }),
      session.model && h("span.model-name", null, none ? [S.model.none, h("span.means", null, S.model.noneMeans)] : session.model),
      icon(icons.settings), h("span.visually-hidden", null, S.settings.open)));
  }
}
customElements.define("fn-model", ModelBadge);
