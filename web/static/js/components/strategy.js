// Chooses one strategy, or several to compare: what each does, when to use it,
// and what it would cost here and now.
import { h, fill, setText, icon, icons } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { costText } from "../cost.js";
import { menu } from "./menu.js";

const firstCompared = ["rag", "alr2"];

/** Fires "change" when other strategies are chosen. */
class StrategyChooser extends HTMLElement {
  comparing = false;
  #one = "";
  #several = new Set(firstCompared);
  #label = h("span");
  #button = h("button.choose", { type: "button", id: "strategy" }, h("span.visually-hidden", null, S.ask.strategy, ": "), this.#label, icon(icons.down));
  #choices = h("fieldset.choices", null);
  #panel = h("div.menu-panel", { id: "strategies", hidden: true }, this.#choices);
  #toggle = h("button.compare-toggle", { type: "button", "aria-pressed": "false", title: S.ask.compareWhy }, S.ask.compareToggle);
  #menu = null;

  connectedCallback() {
    this.#menu = menu(this.#button, this.#panel);
    this.#toggle.addEventListener("click", () => this.#compare(!this.comparing));
    this.#panel.addEventListener("change", (e) => this.#chosen(e.target));
    this.#panel.addEventListener("click", (e) => e.detail > 0 && e.target.matches("input[type=radio]") && this.#menu.close(true));
    this.#panel.addEventListener("keydown", (e) => {
      if (e.key !== "Enter") return;
      e.preventDefault(); // it would send the question
      this.#menu.close(true);
    });
    fill(this, this.#button, this.#toggle, this.#panel);
    session.addEventListener("strategies", () => this.#start());
    session.estimates.addEventListener("change", () => this.#showCosts());
    if (session.strategies.length) this.#start();
  }

  #start() {
    this.#one ||= session.defaultStrategy;
    this.#fill();
    this.dispatchEvent(new Event("change"));
  }

  /** The names of what is chosen. */
  get names() {
    if (!this.comparing) return this.#one ? [this.#one] : [];
    return session.strategies.map((s) => s.name).filter((name) => this.#several.has(name));
  }

  get value() {
    return this.comparing ? { strategies: this.names } : { strategy: this.#one || undefined };
  }

  #fill() {
    const type = this.comparing ? "checkbox" : "radio";
    const chosen = new Set(this.names);
    fill(this.#choices, h("legend.visually-hidden", null, S.ask.strategies), session.strategies.map((s) => h("label.choice", null,
      h("input", { type, name: "strategy", value: s.name, checked: chosen.has(s.name) }),
      h("span.choice-text", null,
        h("span.choice-head", null, h("strong", null, S.strategyName(s.name)), h("span.cost.small.numbers", { data: { cost: s.name } })),
        h("span.small.quiet", null, [s.summary, s.when].filter(Boolean).map(sentence).join(" "))))));
    this.#showCosts();
    this.#show();
  }

  #show() {
    setText(this.#label, this.comparing ? S.ask.chosen(this.names.length) : S.strategyName(this.#one));
  }

  #showCosts() {
    for (const el of this.#choices.querySelectorAll("[data-cost]")) {
      const estimate = session.estimates.of(el.dataset.cost);
      setText(el, costText(estimate));
      el.classList.toggle("too-long", estimate?.fits === false);
    }
  }

  #chosen({ type, value, checked }) {
    if (type === "radio") this.#one = value;
    else if (checked) this.#several.add(value);
    else this.#several.delete(value);
    this.#show();
    this.dispatchEvent(new Event("change"));
  }

  #compare(on) {
    this.comparing = on;
    this.#toggle.setAttribute("aria-pressed", String(on));
    this.#fill();
    this.dispatchEvent(new Event("change"));
  }
}
customElements.define("fn-strategy", StrategyChooser);

/** The sentence that a text makes. */
export const sentence = (s) => (/[.!?]$/.test(s) ? s : `${s}.`);
