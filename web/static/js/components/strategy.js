// Chooses one strategy, or several to compare, and their options.
import { h, fill, setText } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";

// The options of the API by the strategies they matter to.
const optionFields = [
  { name: "max_rounds", type: "number", min: 1, max: 5, placeholder: 2, of: ["alr2", "auto"] },
  { name: "max_evidence", type: "number", min: 1, max: 50, placeholder: 5 },
  { name: "budget", type: "number", min: 500, max: 200_000, placeholder: 8000, of: ["rag", "alr2", "auto"] },
  { name: "window", type: "number", min: 1000, max: 200_000, placeholder: 16_000, of: ["alr2", "coa", "auto"] },
  { name: "paths", type: "number", min: 1, max: 5, placeholder: 1, of: ["coa"] },
  { name: "direction", type: "select", values: ["", "forward", "backward", "both"], of: ["coa"] },
  { name: "scan", type: "checkbox", of: ["alr2"] },
  { name: "evidence_only", type: "checkbox", of: ["alr2"] },
];

const firstCompared = ["rag", "alr2"];

class StrategyChooser extends HTMLElement {
  comparing = false;
  #select = h("select", { id: "strategy", "aria-describedby": "strategy-line" });
  #line = h("p.strategy-line.small.quiet", { id: "strategy-line" });
  #checks = h("fieldset.strategy-checks", { hidden: true });
  #toggle = h("button.compare-toggle", { type: "button", "aria-pressed": "false", title: S.ask.compareWhy }, S.ask.compareToggle);
  #fields = h("div.option-fields");
  #inputs = new Map();

  connectedCallback() {
    this.#toggle.addEventListener("click", () => this.#compare(!this.comparing));
    this.#select.addEventListener("change", () => this.#show());
    fill(this,
      h("div.strategy-pick", null, h("label.visually-hidden", { for: "strategy" }, S.ask.strategy), this.#select, this.#toggle),
      this.#line, this.#checks,
      h("details.options.small", null, h("summary", null, S.ask.options), this.#fields));
    session.addEventListener("strategies", () => this.#fill());
    this.#fill();
  }

  #fill() {
    fill(this.#select, session.strategies.map((s) => h("option", { value: s.name, selected: s.name === session.defaultStrategy }, S.strategyName(s.name))));
    fill(this.#checks, h("legend.visually-hidden", null, S.ask.compareToggle), session.strategies.map((s) => h("label", null,
      h("input", { type: "checkbox", value: s.name, checked: firstCompared.includes(s.name) }),
      h("span", null, h("strong", null, S.strategyName(s.name)), " ", h("span.quiet.numbers.strategy-line", null, [s.summary, s.calls && S.ask.calls(s.calls)].filter(Boolean).map(sentence).join(" "))))));
    this.#checks.addEventListener("change", () => this.#show());
    this.#show();
  }

  #compare(on) {
    this.comparing = on;
    this.#toggle.setAttribute("aria-pressed", String(on));
    this.#show();
    this.dispatchEvent(new Event("change"));
  }

  #names() {
    if (!this.comparing) return [this.#select.value];
    return [...this.#checks.querySelectorAll("input:checked")].map((c) => c.value);
  }

  get value() {
    const names = this.#names();
    return this.comparing ? { strategies: names } : { strategy: names[0] || undefined };
  }

  #show() {
    this.#select.hidden = this.comparing;
    this.#line.hidden = this.comparing;
    this.#checks.hidden = !this.comparing;
    const s = session.strategy(this.#select.value);
    setText(this.#line, s ? [s.summary, s.when, s.calls && S.ask.calls(s.calls)].filter(Boolean).map(sentence).join(" ") : "");
    this.#showOptions();
  }

  #showOptions() {
    const names = this.#names();
    const wanted = optionFields.filter((f) => !f.of || f.of.some((n) => names.includes(n)));
    fill(this.#fields, wanted.map((f) => h("label", { class: f.type }, h("span", null, S.options[f.name]), this.#input(f))));
  }

  #input(f) {
    if (!this.#inputs.has(f.name)) {
      const { name, type, values, of, ...props } = f;
      this.#inputs.set(name, type === "select"
        ? h("select", { name }, values.map((v) => h("option", { value: v }, S.directions[v] ?? v)))
        : h("input", { name, type, ...props }));
    }
    return this.#inputs.get(f.name);
  }

  /** What was set, by the API's names; defaults are left to the server. */
  get options() {
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
}
customElements.define("fn-strategy", StrategyChooser);

const sentence = (s) => (/[.!?]$/.test(s) ? s : `${s}.`);
