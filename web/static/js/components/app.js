// The frame of the page: library and history, the work in the middle, the
// source beside it. Routes, keys and dialogs meet here.
import { h, fill, icon, icons, takesKeys } from "../dom.js";
import { onKeyNeeded } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { parse, replace, link } from "../router.js";
import { tabs } from "../tabs.js";
import "./library.js";
import "./history.js";
import "./drop.js";
import "./source.js";
import "./key-dialog.js";
import "./model.js";
import "./work.js";
import "./toasts.js";

const narrow = "(max-width: 52rem)"; // windows with room for one column

class App extends HTMLElement {
  #library = document.createElement("fn-library");
  #history = document.createElement("fn-history");
  #work = document.createElement("fn-work");
  #source = h("fn-source.aside", { hidden: true });
  #keys = document.createElement("fn-key-dialog");
  #offline = h("span.offline", { role: "status" });
  #menu = h("button.menu", { type: "button", "aria-expanded": "false", "aria-controls": "side" }, icon(icons.menu), h("span", null, S.menu));

  #side = h("div.side", { id: "side", role: "navigation", "aria-label": S.library.title }, h("h1.visually-hidden", { hidden: true }, S.library.title));

  connectedCallback() {
    session.addEventListener("source", () => this.#showSource()); // before the source itself, which moves the focus
    this.#side.append(...this.#tabs());
    matchMedia(narrow).addEventListener("change", () => this.#showSide(false));
    this.#menu.addEventListener("click", () => this.#showSide(!this.classList.contains("show-side")));
    fill(this,
      h("a.skip.button", { href: "#question", on: { click: (e) => this.#skip(e) } }, S.skip),
      h("header.top", null, this.#menu, h("a.brand", { href: "#/", "aria-label": S.home }, "Footnote"),
        h("a.to-evaluate", { href: link("evaluations") }, S.evaluate.title), h("span.spacer"), this.#offline, document.createElement("fn-model")),
      this.#side,
      h("main.work", { id: "work", tabindex: "-1" }, this.#work),
      this.#source, this.#keys, document.createElement("fn-toasts"), document.createElement("fn-drop"));
    onKeyNeeded(() => this.#keys.ask());
    session.library.addEventListener("connection", () => {
      this.#offline.textContent = session.library.connected ? "" : S.offline;
    });
    addEventListener("keydown", (e) => this.#key(e));
    addEventListener("hashchange", () => this.#route());
    this.#source.addEventListener("turned", (e) => this.#turned(e.detail));
    this.#work.addEventListener("wide", (e) => this.querySelector(".work").classList.toggle("wide", e.detail));
    session.start(new AbortController().signal).catch((err) => this.#work.fail(err));
    this.#route();
  }

  #tabs() {
    const panels = [["library", S.library.title, this.#library], ["history", S.history.title, this.#history]];
    return tabs(S.sideTabs, panels, (id) => id === "history" && this.#history.load());
  }

  #route() {
    const route = parse(location.hash);
    this.#showSide(false);
    if (route.view !== "documents") return void this.#work.go(route);
    if (!this.#work.busy) this.#work.go(parse(""));
    session.openDocument(route.id, route.number || 1);
  }

  /** Lays the library over the work, on windows too narrow for both. */
  #showSide(on) {
    this.classList.toggle("show-side", on);
    this.#menu.setAttribute("aria-expanded", String(on));
    const over = on && matchMedia(narrow).matches;
    this.querySelector(".work").inert = over;
    this.#side.setAttribute("role", over ? "main" : "navigation"); // it is all that there is to see
    this.#side.firstChild.hidden = !over;
  }

  #showSource() {
    const { source } = session;
    this.#source.hidden = !source;
    this.classList.toggle("with-source", Boolean(source));
    this.classList.toggle("with-footnote", Boolean(source?.answer));
    if (source && matchMedia(narrow).matches) this.#showSide(false);
    const { view, id } = parse(location.hash);
    if (view === "answers") replace(source?.answer?.id === id ? link("answers", id, source.number) : link("answers", id));
    if (view === "documents" && !source) replace(link(""));
    if (view === "ask" && source?.document) replace(link("documents", source.document));
  }

  /** Keeps the page of a document in its address. */
  #turned(page) {
    const { view, id } = parse(location.hash);
    if (view === "documents" && session.source?.document === id) replace(link("documents", id, page > 1 ? page : 0));
  }

  #key(e) {
    if (e.key === "/" && !takesKeys(e.target) && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault();
      this.#showSide(false);
      this.#work.focusQuestion();
    } else if (e.key === "Escape" && !e.defaultPrevented && !e.target.closest?.("dialog")) {
      if (session.source) session.closeSource();
      else this.#showSide(false);
    }
  }

  #skip(e) {
    e.preventDefault();
    this.#work.focusQuestion();
  }
}
customElements.define("fn-app", App);
