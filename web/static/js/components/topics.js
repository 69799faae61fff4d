// What a model says that the parts of a document are about, as a tree, and what
// it took to find out.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { usageLine } from "../format.js";

const runLength = 1000; // chunks asked for at a time

/** Fires "topic" with the {start, end} of the part that was chosen. */
class Topics extends HTMLElement {
  #cost = h("p.quiet");
  #list = h("ol");
  #document = "";

  connectedCallback() {
    fill(this, this.#cost, this.#list);
  }

  /** Loads the topics of a document that a model divided, once. */
  async show(id, division) {
    if (this.#document === id) return;
    this.#document = id;
    fill(this.#list);
    this.#cost.textContent = lineOf(division);
    try {
      const chunks = await all(id);
      if (this.#document === id) fill(this.#list, tree(chunks).map((topic) => this.#item(topic)));
    } catch (err) {
      if (this.#document === id) this.#document = ""; // to be asked for again
      throw err;
    }
  }

  #item(topic) {
    const button = h("button.link-button", { type: "button", dir: "auto", on: { click: () => this.#choose(button, topic) } },
      h("span", null, topic.name, !topic.divided && h("span.quiet", null, ` ${S.source.undivided}`)), topic.page > 0 && h("span.quiet.numbers", null, topic.page));
    return h("li", null, button, topic.parts.length > 0 && h("ol", null, topic.parts.map((part) => this.#item(part))));
  }

  #choose(button, { start, end }) {
    this.querySelector("[aria-current]")?.removeAttribute("aria-current");
    button.setAttribute("aria-current", "location");
    this.dispatchEvent(new CustomEvent("topic", { bubbles: true, detail: { start, end } }));
  }
}
customElements.define("fn-topics", Topics);

async function all(id) {
  const chunks = [];
  for (let next = 0; next >= 0;) {
    const run = await api.chunks(id, { first: next, limit: runLength });
    chunks.push(...run.chunks);
    next = run.next;
  }
  return chunks;
}

/** Chunks that follow on each other under one name are one topic, with those
 *  under a further name inside it. */
export function tree(chunks) {
  const top = [];
  for (const c of chunks) {
    const divided = c.scope !== "";
    let level = top;
    for (const name of divided ? [c.scope, ...c.aspects] : [c.section.at(-1) ?? S.source.untitled]) {
      let topic = level.at(-1);
      if (topic?.name !== name || topic.divided !== divided) {
        topic = { name, divided, start: c.start, page: c.page, parts: [] };
        level.push(topic);
      }
      topic.end = c.end;
      level = topic.parts;
    }
  }
  return top;
}

/** One line of what dividing cost, and of what it failed at. */
function lineOf({ usage, windows, by_section: failed, why }) {
  const cost = usage ? S.source.dividing(usageLine({ usage, model: "" })) : S.source.dividingUnknown;
  return failed ? `${cost} ${S.source.fellBack(failed, windows, why)}` : cost;
}
