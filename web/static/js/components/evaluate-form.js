// Starts an evaluation: a file of questions, strategies, options.
import { h, fill, setText } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { link } from "../router.js";
import { bytes } from "../format.js";

const numbers = [
  { name: "max_evidence", min: 1, max: 50, placeholder: 5 },
  { name: "budget", min: 500, max: 200_000, placeholder: 8000 },
  { name: "window", min: 1000, max: 200_000, placeholder: 16_000 },
  { name: "max_rounds", min: 1, max: 5, placeholder: 2 },
  { name: "paths", min: 1, max: 5, placeholder: 1 },
];
const ticks = ["scan", "evidence_only", "expand", "clarify", "demonstrate", "verify"];
const firstTicked = ["rag", "alr2"];

class EvaluateForm extends HTMLElement {
  #file = null;
  #name = h("span.file-name");
  #checks = h("fieldset.strategy-checks");
  #fields = h("div.option-fields");
  #scope = h("p.small.quiet");
  #spends = h("p.small.quiet");
  #problem = h("div.notice.bad", { role: "alert", hidden: true });
  #button = h("button.primary", { type: "submit" }, S.evaluate.start);
  #abort = new AbortController();

  connectedCallback() {
    const pick = h("input.visually-hidden", { type: "file", id: "pick-questions", accept: ".csv,.tsv,.jsonl,.ndjson,.json,.txt", tabindex: "-1", "aria-hidden": "true", on: { change: (e) => this.#take(e.target.files[0]) } });
    const zone = h("div.file-zone", { on: { dragover: (e) => this.#over(e, true), dragleave: (e) => this.#over(e, false), drop: (e) => this.#drop(e) } },
      h("button", { type: "button", on: { click: () => pick.click() } }, S.evaluate.pick), h("span.quiet", null, S.evaluate.dropHere), this.#name, pick);
    fill(this, h("form", { on: { submit: (e) => this.#submit(e) } },
      h("h2", null, S.evaluate.file), zone,
      h("div.small.quiet", null, h("p", null, S.evaluate.form), h("details", null, h("summary", null, S.evaluate.example), h("pre", null, S.evaluate.exampleText), h("p", null, S.evaluate.exampleWhy))),
      h("h2", null, S.evaluate.strategies), this.#checks,
      h("details.options.small", null, h("summary", null, S.evaluate.options), this.#fields),
      h("div", null, this.#scope, this.#spends), this.#problem, h("div.start", null, this.#button)));
    this.#fillFields();
    const { signal } = this.#abort;
    session.addEventListener("strategies", () => this.#fillStrategies(), { signal });
    session.library.addEventListener("scope", () => this.#showScope(), { signal });
    session.addEventListener("model", () => this.#showModel(), { signal });
    this.#fillStrategies();
    this.#showModel();
    this.#showScope();
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  #fillStrategies() {
    fill(this.#checks, h("legend.visually-hidden", null, S.evaluate.strategies), session.strategies.map((s) => h("label", null,
      h("input", { type: "checkbox", value: s.name, checked: firstTicked.includes(s.name) }),
      h("span", null, h("strong", null, S.strategyName(s.name)), " ", h("span.quiet", null, [s.summary, s.calls && S.evaluate.modelCalls(s.calls)].filter(Boolean).join(" "))))));
  }

  #showModel() {
    const paid = session.model && session.model !== "extractive";
    setText(this.#spends, paid ? S.evaluate.spends(session.model) : "");
  }

  #fillFields() {
    const field = (label, input, kind = "number") => h("label", { class: kind }, h("span", null, label), input);
    fill(this.#fields,
      field(S.evaluate.limit, h("input", { type: "number", name: "limit", min: 1, placeholder: S.evaluate.limitAll })),
      field(S.evaluate.seed, h("input", { type: "number", name: "seed", min: 0, placeholder: 1 })),
      numbers.map(({ name, ...props }) => field(S.options[name], h("input", { type: "number", name, ...props, data: { option: name } }))),
      ticks.map((name) => field(S.options[name], h("input", { type: "checkbox", name, data: { option: name } }), "checkbox")));
  }

  #showScope() {
    const n = session.library.selected.size;
    setText(this.#scope, n ? S.evaluate.scopeSome(n) : S.evaluate.scopeAll);
  }

  #over(e, on) {
    if (on) e.preventDefault();
    e.currentTarget.classList.toggle("over", on);
  }

  #drop(e) {
    e.preventDefault(); // so that it does not go to the library
    e.currentTarget.classList.remove("over");
    this.#take(e.dataTransfer.files[0]);
  }

  #take(file) {
    if (!file) return;
    this.#file = file;
    this.#problem.hidden = true;
    setText(this.#name, `${file.name} (${bytes(file.size)})`);
  }

  get #request() {
    const value = (name) => this.#fields.querySelector(`[name="${name}"]`).value;
    const options = {};
    for (const input of this.#fields.querySelectorAll("[data-option]")) {
      if (input.type === "checkbox") {
        if (input.checked) options[input.name] = true;
      } else if (input.value !== "") {
        options[input.name] = Number(input.value);
      }
    }
    const documents = [...session.library.selected];
    return {
      strategies: [...this.#checks.querySelectorAll("input:checked")].map((c) => c.value), options,
      ...(documents.length && { documents }), ...(value("limit") && { limit: Number(value("limit")) }), ...(value("seed") && { seed: Number(value("seed")) }),
    };
  }

  async #submit(e) {
    e.preventDefault();
    const request = this.#request;
    if (!this.#file) return this.#fail({ message: S.evaluate.noFile });
    if (!request.strategies.length) return this.#fail({ message: S.evaluate.pickOne });
    this.#button.disabled = true;
    try {
      const started = await api.evaluate({ name: this.#file.name, questions: await this.#file.text(), ...request });
      location.hash = link("evaluations", started.id);
    } catch (err) {
      this.#fail(err);
    }
    this.#button.disabled = false;
  }

  #fail(err) {
    this.#problem.hidden = false;
    fill(this.#problem, h("strong", null, err.detail || err.message), err.fix);
  }
}
customElements.define("fn-evaluate-form", EvaluateForm);
