// The headings of a document, to go to and to see where one is; beside them what
// a model says that its parts are about, where one divided it.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { tabs } from "../tabs.js";
import { versionOf } from "./topics.js";

/** Fires "section" with the section that was chosen, "topic" as fn-topics does. */
class Outline extends HTMLElement {
  #list = h("ol");
  #topics = document.createElement("fn-topics");
  #info = null;
  #version = ""; // of what is shown; "" when it could not be loaded
  #loading = null;
  #divided = false; // by a model
  #byTopic = false; // what was chosen last
  /** All sections, the root first. */
  sections = [];

  connectedCallback() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", S.source.outline);
  }

  get empty() {
    return !this.#titled && !this.#divided;
  }

  get #titled() {
    return this.sections.some((s) => s.heading);
  }

  /** Loads the outline of a document, once as long as the document stays the same. */
  show(info) {
    const version = versionOf(info);
    if (this.#version !== version) {
      this.#version = version;
      this.#info = info;
      this.sections = [];
      this.#divided = false;
      fill(this);
      this.#loading = this.#load(version);
    }
    return this.#loading;
  }

  async #load(version) {
    try {
      const { sections, divided } = await api.sections(this.#info.id);
      if (this.#version !== version) return;
      this.sections = sections;
      this.#divided = divided;
    } catch (err) {
      if (this.#version !== version) return;
      this.#version = ""; // to be asked for again
      throw err;
    }
    fill(this.#list, this.sections.filter((s) => s.heading).map((s) => h("li", { style: { "--level": Math.min(s.level, 6) } },
      h("button.link-button", { type: "button", dir: "auto", data: { section: s.number }, on: { click: () => this.#choose(s) } },
        h("span", null, s.heading), s.page > 0 && h("span.quiet.numbers", null, s.page)))));
    this.#arrange();
  }

  /** Shows headings, topics, or the choice of the two. */
  #arrange() {
    if (!this.#divided) return void fill(this, this.#list);
    if (!this.#titled) return void fill(this, this.#topics);
    fill(this, tabs(S.source.outline, [["sections", S.source.sections, this.#list], ["topics", S.source.byTopic, this.#topics]], (id) => {
      this.#byTopic = id === "topics";
      this.loadTopics();
    }));
    if (this.#byTopic) this.querySelector("#tab-topics").click();
  }

  /** Loads the topics when they are to be seen: the server cuts the whole
   *  document for them. */
  loadTopics() {
    if (!this.hidden && this.#divided && (this.#byTopic || !this.#titled)) this.#topics.show(this.#info);
  }

  #choose(section) {
    this.dispatchEvent(new CustomEvent("section", { detail: section }));
  }

  /** Marks the section that is being read. */
  set current(number) {
    let found = null;
    for (const b of this.#list.querySelectorAll("button")) {
      const here = Number(b.dataset.section) === number;
      if (here) b.setAttribute("aria-current", "location");
      else b.removeAttribute("aria-current");
      if (here) found = b;
    }
    if (found?.checkVisibility()) this.scrollTop = found.offsetTop - this.clientHeight / 2;
  }

  /** The innermost section that an offset of the text lies in. */
  at(offset) {
    return this.sections.findLast((s) => s.heading && s.start <= offset)?.number ?? 0;
  }

  /** The first section that begins on a page, or the one that goes on there. */
  atPage(page) {
    const titled = this.sections.filter((s) => s.heading);
    return (titled.find((s) => s.page === page) ?? titled.findLast((s) => s.page < page))?.number ?? 0;
  }
}
customElements.define("fn-outline", Outline);
