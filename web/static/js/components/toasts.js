// Short messages at the foot of the window, some with a way to undo.
import { h, iconButton, icons, takesKeys } from "../dom.js";
import { S } from "../strings.js";

const readingTime = 6000;

class Toasts extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    addEventListener("keydown", (e) => this.#undo(e));
    this.setAttribute("aria-live", "polite");
  }

  /** Ctrl+Z, outside of fields, does what the newest message offers. */
  #undo(e) {
    if (e.key !== "z" || !(e.ctrlKey || e.metaKey) || takesKeys(e.target)) return;
    const action = [...this.querySelectorAll(".link-button")].at(-1);
    if (!action) return;
    e.preventDefault();
    action.click();
  }

  /** Shows text; action is {label, run}; closed runs when it is closed early. */
  show(text, { action, closed, time = readingTime } = {}) {
    const toast = h("div.toast", null, h("span", null, text));
    const timer = setTimeout(() => toast.remove(), time);
    const end = (f) => () => {
      clearTimeout(timer);
      toast.remove();
      f?.();
    };
    if (action) toast.append(h("button.link-button", { type: "button", on: { click: end(action.run) } }, action.label));
    toast.append(iconButton(icons.close, S.close, end(closed)));
    this.append(toast);
  }
}
customElements.define("fn-toasts", Toasts);

/** Shows a message from anywhere on the page. */
export function toast(text, options) {
  document.querySelector("fn-toasts")?.show(text, options);
}

/** Shows what went wrong and how to fix it. */
export function toastError(err) {
  toast([err.message, err.fix].filter(Boolean).join(" "), { time: 2 * readingTime });
}
