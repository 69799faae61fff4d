// Answers given before, newest first and by day, each with its permanent link.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { link } from "../router.js";
import { clock, day } from "../format.js";

const pageSize = 50;

class History extends HTMLElement {
  #list = h("div.history");
  #next = "";
  #loaded = false;

  connectedCallback() {
    fill(this, this.#list);
    session.addEventListener("answered", () => this.#loaded && this.load());
    addEventListener("hashchange", () => this.#mark());
  }

  /** Loads the first page; called when the panel is opened. */
  async load() {
    this.#loaded = true;
    await this.#page("", true);
  }

  async #page(cursor, fresh) {
    try {
      const { answers, next } = await api.answers({ limit: pageSize, cursor });
      this.#next = next;
      if (fresh) fill(this.#list, !answers.length && h("p.quiet", null, S.history.empty));
      this.#list.querySelector(".more")?.remove();
      for (const a of answers) this.#group(day(a.created)).append(this.#item(a));
      if (next) this.#list.append(h("button.more", { type: "button", on: { click: () => this.#page(this.#next, false) } }, S.history.more));
      this.#mark();
    } catch (err) {
      fill(this.#list, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
    }
  }

  /** The list of a day, which is the last one or new. */
  #group(name) {
    const last = this.#list.querySelector("section:last-of-type");
    if (last?.dataset.day === name) return last.querySelector("ul");
    const list = h("ul");
    this.#list.append(h("section", { data: { day: name }, "aria-label": name }, h("h2.small", null, name), list));
    return list;
  }

  #item(a) {
    const outcome = a.abstained ? S.history.abstained : a.short;
    return h("li", null, h("a", { href: link("answers", a.id), data: { id: a.id } },
      h("span.asked", { dir: "auto" }, a.question),
      h("span.small.quiet.outcome", { dir: "auto" }, [outcome, S.strategyName(a.strategy), clock(a.created)].filter(Boolean).join(" · "))));
  }

  #mark() {
    for (const a of this.#list.querySelectorAll("a")) {
      if (location.hash.startsWith(link("answers", a.dataset.id))) a.setAttribute("aria-current", "page");
      else a.removeAttribute("aria-current");
    }
  }
}
customElements.define("fn-history", History);
