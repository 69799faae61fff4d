// Says which model answers; without one, that answers are quotes, and how to
// connect a model. Shows the operator's settings, read-only.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { toastError } from "./toasts.js";

class ModelBadge extends HTMLElement {
  connectedCallback() {
    session.addEventListener("model", () => this.#show());
    this.#show();
  }

  #show() {
    if (!session.model) return fill(this);
    const label = h("span", null, session.model === "extractive" ? [S.model.none, h("span.means", null, S.model.noneMeans)] : session.model);
    fill(this, h("button.model", { type: "button", "aria-haspopup": "dialog", on: { click: () => this.#explain().catch(toastError) } }, label));
  }

  async #explain() {
    const { settings, version } = await api.settings();
    const none = session.model === "extractive";
    const dialog = h("dialog.explain", { "aria-labelledby": "model-title", on: { close: () => dialog.remove() } },
      h("form", { method: "dialog" },
        h("h2", { id: "model-title" }, none ? S.model.noneTitle : S.model.title(session.model)),
        none ? S.model.noneText.map((t) => h("p", null, t)) : h("p", null, S.model.text),
        connecting(settings),
        settings.length > 0 && table(settings, version),
        h("div.actions", null, h("button.primary", { type: "submit", autofocus: true }, S.close))));
    this.append(dialog);
    dialog.showModal();
  }
}
customElements.define("fn-model", ModelBadge);

/** How to connect a model, where the server has a setting for it. */
function connecting(settings) {
  if (!settings.some((s) => /model$/i.test(s.name))) return h("p.quiet", null, S.model.notYet);
  return [h("p", null, S.model.connect),
    h("ul.commands", null, S.model.commands.map((c) => h("li", null, h("code", null, c)))),
    h("p.small.quiet", null, S.model.operator)];
}

function table(settings, version) {
  const cells = (tag, ...values) => h("tr", null, values.map((v) => h(tag, null, v)));
  return h("details.settings.small", null, h("summary", null, S.model.settings),
    h("div.scroll-x", { tabindex: "0", role: "region", "aria-label": S.model.settings }, h("table.figures", null,
      h("thead", null, cells("th", S.model.setting, S.model.value, S.model.source)),
      h("tbody", null, settings.map((s) => cells("td", h("span", { title: s.help }, s.name), h("code", null, s.value || "–"), s.source))))),
    h("p.quiet", null, `Footnote ${version}`));
}
