// Answers given before, newest first, each with its permanent link.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { link } from "../router.js";
import { when } from "../format.js";

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
      this.#list.querySelector("button")?.remove();
      const items = answers.map((a) => this.#item(a));
      if (fresh) fill(this.#list, items.length ? h("ul", null, items) : h("p.quiet", null, S.history.empty));
      else this.#list.querySelector("ul").append(...items);
      if (next) this.#list.append(h("button", { type: "button", on: { click: () => this.#page(this.#next, false) } }, S.history.more));
      this.#mark();
    } catch (err) {
      fill(this.#list, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
    }
  }

  #item(a) {
    const outcome = a.abstained ? S.history.abstained : a.short;
    return h("li", null, h("a", { href: link("answers", a.id), data: { id: a.id }, "aria-label": a.question },
      h("span.asked", { dir: "auto" }, a.question),
      h("span.small.quiet", null, [outcome, S.strategyName(a.strategy), when(a.created)].filter(Boolean).join(" · "))));
  }

  #mark() {
    for (const a of this.#list.querySelectorAll("a")) {
      if (location.hash.startsWith(link("answers", a.dataset.id))) a.setAttribute("aria-current", "page");
      else a.removeAttribute("aria-current");
    }
  }
}
customElements.define("fn-history", History);
