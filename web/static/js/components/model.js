// Says which model answers; without one, that answers are quotes, and how to
// connect a model.
import { h, fill } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";

class ModelBadge extends HTMLElement {
  connectedCallback() {
    session.addEventListener("model", () => this.#show());
    this.#show();
  }

  #show() {
    if (!session.model) return fill(this);
    const label = session.model === "extractive" ? [S.model.none, h("span.means", null, S.model.noneMeans)] : session.model;
    fill(this, h("button.model", { type: "button", "aria-haspopup": "dialog", on: { click: () => this.#explain() } }, label));
  }

  #explain() {
    const none = session.model === "extractive";
    const dialog = h("dialog.explain", { "aria-labelledby": "model-title", on: { close: () => dialog.remove() } },
      h("form", { method: "dialog" },
        h("h2", { id: "model-title" }, none ? S.model.noneTitle : S.model.title(session.model)),
        none ? S.model.noneText.map((t) => h("p", null, t)) : h("p", null, S.model.text),
        h("ul.commands", null, S.model.commands.map((c) => h("li", null, h("code", null, c)))),
        h("p.small.quiet", null, S.model.operator),
        h("div.actions", null, h("button.primary", { type: "submit" }, S.close))));
    this.append(dialog);
    dialog.showModal();
  }
}
customElements.define("fn-model", ModelBadge);
