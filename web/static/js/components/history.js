// Answers and comparisons made before, newest first and by day, each with its
// permanent link.
import { h, fill } from "../dom.js";
import { Past } from "../past.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { link } from "../router.js";
import { clock, day } from "../format.js";

const pageSize = 50;

class History extends HTMLElement {
  #list = h("div.history");
  #past = null;
  #loaded = false;

  connectedCallback() {
    fill(this, this.#list);
    session.addEventListener("answered", () => this.#loaded && this.load());
    addEventListener("hashchange", () => this.#mark());
  }

  /** Loads the first page; called when the panel is opened. */
  async load() {
    this.#loaded = true;
    await this.#page(new Past(pageSize));
  }

  /** Adds a page, or begins anew with another past. */
  async #page(past) {
    const fresh = past !== this.#past;
    this.#past = past;
    try {
      const items = await past.page();
      if (past !== this.#past) return; // begun anew meanwhile
      if (fresh) fill(this.#list, !items.length && h("p.quiet", null, S.history.empty));
      const pressed = this.#list.querySelector(".more");
      const focused = pressed && pressed === document.activeElement;
      pressed?.remove();
      const added = items.map((item) => this.#item(item));
      added.forEach((li, i) => this.#group(day(items[i].created)).append(li));
      if (focused) added[0]?.querySelector("a").focus();
      if (past.more) this.#list.append(h("button.more", { type: "button", on: { click: (e) => this.#more(past, e.currentTarget) } }, S.history.more));
      this.#mark();
    } catch (err) {
      if (past === this.#past) fill(this.#list, h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
    }
  }

  /** Adds the next page, once however often its button is pressed. */
  #more(past, button) {
    if (button.hasAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true"); // disabled, it would lose the focus
    this.#page(past);
  }

  /** The list of a day, which is the last one or new. */
  #group(name) {
    const last = this.#list.querySelector("section:last-of-type");
    if (last?.dataset.day === name) return last.querySelector("ul");
    const list = h("ul");
    this.#list.append(h("section", { data: { day: name }, "aria-label": name }, h("h2.small", null, name), list));
    return list;
  }

  #item({ view, id, question, created, ...found }) {
    return h("li", null, h("a", { href: link(view, id), data: { id, view } },
      h("span.asked", { dir: "auto" }, question),
      h("span.small.quiet.outcome", { dir: "auto" }, view === "comparisons" && h("span.kind", null, S.history.comparison), [...outcome(found), clock(created)].filter(Boolean).join(" · "))));
  }

  #mark() {
    for (const a of this.#list.querySelectorAll("a")) {
      if (location.hash.startsWith(link(a.dataset.view, a.dataset.id))) a.setAttribute("aria-current", "page");
      else a.removeAttribute("aria-current");
    }
  }
}
customElements.define("fn-history", History);

/** What came of a question, and who answered it. */
function outcome({ strategies, abstained, short, strategy }) {
  return strategies ? [strategies.map(S.strategyName).join(", ")] : [abstained ? S.history.abstained : short, S.strategyName(strategy)];
}
