// The headings of a document, to go to and to see where one is.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";

/** Fires "section" with the section that was chosen. */
class Outline extends HTMLElement {
  #list = h("ol");
  #document = "";
  /** All sections, the root first. */
  sections = [];

  connectedCallback() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", S.source.outline);
    fill(this, this.#list);
  }

  get empty() {
    return !this.sections.some((s) => s.heading);
  }

  /** Loads the outline of a document, once. */
  async show(info) {
    if (this.#document === info.id) return;
    this.#document = info.id;
    fill(this.#list);
    this.sections = (await api.sections(info.id)).sections;
    if (this.#document !== info.id) return;
    fill(this.#list, this.sections.filter((s) => s.heading).map((s) => h("li", { style: { "--level": Math.min(s.level, 6) } },
      h("button.link-button", { type: "button", dir: "auto", data: { section: s.number }, on: { click: () => this.#choose(s) } },
        h("span", null, s.heading), s.page > 0 && h("span.quiet.numbers", null, s.page)))));
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
    if (found && !this.hidden) this.scrollTop = found.offsetTop - this.clientHeight / 2;
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
