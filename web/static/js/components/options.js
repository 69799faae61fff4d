// The options of the chosen strategies, folded away. What is left alone is the
// server's default.
import { h, fill, setText } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { menu } from "./menu.js";

// The options of the API by the strategies they matter to.
const optionFields = [
  { name: "max_evidence", type: "number", min: 1, max: 50, placeholder: 5 },
  { name: "budget", type: "number", min: 500, max: 200_000, placeholder: 8000, of: ["rag", "alr2", "auto"] },
  { name: "max_rounds", type: "number", min: 1, max: 5, placeholder: 2, of: ["alr2"] },
  { name: "window", type: "number", min: 1000, max: 200_000, placeholder: 16_000, of: ["alr2", "coa", "auto"] },
  { name: "paths", type: "number", min: 1, max: 5, placeholder: 1, of: ["coa"] },
  { name: "chooser", type: "select", of: ["coa"] },
  { name: "direction", type: "select", of: ["coa"] },
  { name: "scan", type: "checkbox", of: ["alr2"] },
  { name: "evidence_only", type: "checkbox", of: ["alr2"] },
  { name: "expand", type: "checkbox", of: ["rag", "alr2", "auto"], model: true },
  { name: "clarify", type: "checkbox", of: ["alr2"], model: true },
  { name: "demonstrate", type: "checkbox", model: true },
  { name: "verify", type: "checkbox" },
];

/** Fires "change" when an option is another. */
class Options extends HTMLElement {
  #label = h("span", null, S.ask.options);
  #button = h("button.choose", { type: "button", id: "options" }, this.#label);
  #fields = h("div.option-fields");
  #reset = h("button.link-button.small", { type: "button", hidden: true }, S.ask.reset);
  #panel = h("div.menu-panel", { id: "option-panel", role: "group", "aria-label": S.ask.options, hidden: true }, this.#fields, this.#reset);
  #inputs = new Map();
  #names = [];

  connectedCallback() {
    menu(this.#button, this.#panel);
    this.#reset.addEventListener("click", () => this.#clear());
    this.#panel.addEventListener("input", () => this.#changed());
    fill(this, this.#button, this.#panel);
    session.addEventListener("model", () => {
      this.strategies = this.#names;
      this.dispatchEvent(new Event("change"));
    });
  }

  /** Shows what matters to some strategies. */
  set strategies(names) {
    this.#names = names;
    const model = session.model && session.model !== "extractive";
    const wanted = optionFields.filter((f) => (!f.of || f.of.some((n) => names.includes(n))) && (!f.model || model));
    fill(this.#fields, wanted.map((f) => this.#field(f)));
    this.#show();
  }

  #field(f) {
    const [label, why] = S.options[f.name];
    const input = this.#input(f, label);
    const text = h("span", null, h("span.option-name", null, label), h("span.small.quiet", { id: `why-${f.name}` }, why));
    return h("label", { class: `option ${f.type}` }, f.type === "checkbox" ? [input, text] : [text, input]);
  }

  #input({ name, type, of, ...props }, label) {
    if (!this.#inputs.has(name)) {
      const common = { name, "aria-label": label, "aria-describedby": `why-${name}` };
      this.#inputs.set(name, type === "select"
        ? h("select", common, Object.entries(S.choices[name]).map(([value, text]) => h("option", { value }, text)))
        : h("input", { ...common, type, ...props }));
    }
    return this.#inputs.get(name);
  }

  /** What was set, by the API's names. */
  get value() {
    const options = {};
    for (const input of this.#fields.querySelectorAll("input, select")) {
      if (input.type === "checkbox") {
        if (input.checked) options[input.name] = true;
      } else if (input.value !== "") {
        options[input.name] = input.type === "number" ? Number(input.value) : input.value;
      }
    }
    return options;
  }

  #changed() {
    this.#show();
    this.dispatchEvent(new Event("change"));
  }

  #show() {
    const n = Object.keys(this.value).length;
    setText(this.#label, n ? S.ask.optionsSet(n) : S.ask.options);
    this.#reset.hidden = n === 0;
  }

  #clear() {
    for (const input of this.#inputs.values()) {
      if (input.type === "checkbox") input.checked = false;
      else input.value = "";
    }
    this.#changed();
    this.#button.focus();
  }
}
customElements.define("fn-options", Options);
