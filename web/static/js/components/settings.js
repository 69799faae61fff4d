// The model, or the lack of one and how to connect it, and what the operator
// set when the server was started. Nothing can be changed here.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { bytes } from "../format.js";
import { link } from "../router.js";

class Settings extends HTMLElement {
  #leave = null;

  async connectedCallback() {
    this.#leave = new AbortController();
    fill(this, h("p.quiet", { role: "status" }, S.loading));
    try {
      const found = await api.settings();
      this.#show(found);
      for (const type of ["model", "formats"]) session.addEventListener(type, () => this.#show(found), { signal: this.#leave.signal });
    } catch (err) {
      fill(this, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
    }
  }

  disconnectedCallback() {
    this.#leave.abort();
  }

  #show({ settings, version }) {
    fill(this,
      h("a.back.small", { href: link("") }, S.settings.back),
      h("h1", null, S.settings.title),
      model(), connecting(settings),
      h("section", null, h("h2", null, S.settings.operator), h("p.quiet", null, S.settings.operatorWhy), table(settings)),
      about(version));
  }
}
customElements.define("fn-settings", Settings);

function model() {
  const none = session.model === "extractive";
  return h("section.model-card", { data: { none } },
    h("h2", null, none ? S.model.noneTitle : S.model.title(session.model)),
    none ? S.model.noneText.map((t) => h("p", null, t)) : h("p", null, S.model.text));
}

/** How to connect a model, where the server has a setting for it. */
function connecting(settings) {
  if (!settings.some((s) => /(^|-)model$/.test(s.name))) return h("section", null, h("h2", null, S.connect.title), h("p.quiet", null, S.connect.notYet));
  const [reader, line] = S.connect.reader;
  return h("section", null, h("h2", null, session.model === "extractive" ? S.connect.title : S.connect.changeTitle),
    h("p", null, S.connect.how),
    h("dl.providers", null, S.connect.providers.map((p) => h("div", null, h("dt", null, p.name), h("dd", null, h("pre", { tabindex: "0" }, p.lines.join("\n")))))),
    h("p", null, reader, " ", h("code", null, line)),
    h("p.small.quiet", null, S.connect.keys));
}

function table(settings) {
  const head = h("tr", null, [S.settings.setting, S.settings.value, S.settings.source].map((t) => h("th", { scope: "col" }, t)));
  return h("div.scroll-x", { tabindex: "0", role: "region", "aria-label": S.settings.operator }, h("table.settings-table", null,
    h("thead", null, head), h("tbody", null, settings.map(row))));
}

function row({ name, value, source, help, environment }) {
  return h("tr", null,
    h("th", { scope: "row" }, h("code", null, environment || name), h("span.small.quiet", null, help)),
    h("td", null, value ? h("code.value", null, value) : h("span.quiet", null, S.settings.unset)),
    h("td", null, h("span.from", { data: { from: source === "default" ? "default" : "operator" } }, sourceName(source, name))));
}

function sourceName(source, name) {
  if (source === "default") return S.settings.sources.default;
  return source === "flag" ? `${S.settings.sources.flag} ${name}` : S.settings.environment;
}

function about(version) {
  const base = document.baseURI;
  const rows = [
    [S.settings.version, version],
    [S.settings.formats, session.formats.map((f) => f.name).join(", ")],
    [S.settings.upload, session.maxUpload > 0 && bytes(session.maxUpload)],
    [S.settings.api, [h("a", { href: new URL("docs", base).href }, S.settings.apiDocs), " · ", h("a", { href: new URL("openapi.json", base).href }, S.settings.apiSpec)]],
  ].filter(([, value]) => value);
  return h("section", null, h("h2", null, S.settings.about), h("dl.about", null, rows.map(([name, value]) => h("div", null, h("dt", null, name), h("dd", null, value)))));
}
