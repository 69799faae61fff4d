// Asks for the API key when the server answers 401. The key stays in this tab.
import { h } from "../dom.js";
import { hasKey, rememberKey } from "../api.js";
import { S } from "../strings.js";

class KeyDialog extends HTMLElement {
  #asking = null;

  /** Resolves to true once a key was given, to false when it was refused. */
  ask() {
    this.#asking ??= this.#show().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  #show() {
    const input = h("input", { type: "password", id: "api-key", autocomplete: "off", required: true });
    const cancel = h("button", { type: "button", on: { click: () => dialog.close("") } }, S.cancel);
    const form = h("form", { method: "dialog" },
      h("h2", { id: "key-title" }, S.key.title),
      h("p", null, hasKey() ? S.key.wrong : S.key.why),
      h("label", { for: "api-key" }, S.key.label), input,
      h("p.quiet.small", null, S.key.kept),
      h("div.actions", null, cancel, h("button.primary", { type: "submit", value: "ok" }, S.key.use)));
    const dialog = h("dialog", { "aria-labelledby": "key-title" }, form);
    this.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        const given = dialog.returnValue === "ok" && input.value.trim() !== "";
        if (given) rememberKey(input.value.trim());
        dialog.remove();
        resolve(given);
      });
    });
  }
}
customElements.define("fn-key-dialog", KeyDialog);
