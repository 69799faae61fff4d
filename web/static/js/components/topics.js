// What a model says that the parts of a document are about, as a tree, and what
// it took to find out.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { usageLine } from "../format.js";

const runLength = 10000; // chunks asked for at a time; each time the server cuts the document

/** Fires "topic" with the {start, end} of the part that was chosen. */
class Topics extends HTMLElement {
  #line = h("p.quiet", { tabindex: "-1", role: "status" });
  #list = h("ol");
  #version = ""; // of what is shown; "" when it could not be loaded

  connectedCallback() {
    fill(this, this.#line, this.#list);
  }

  /** Loads the topics of a document that a model divided, once as long as the
   *  document stays the same. */
  async show(info) {
    const version = versionOf(info);
    if (this.#version === version) return;
    this.#version = version;
    fill(this.#line, S.source.topicsComing);
    fill(this.#list);
    try {
      const { division, chunks } = await all(info.id);
      if (this.#version !== version) return;
      fill(this.#line, lineOf(division));
      if (division.known) fill(this.#list, tree(chunks).map((topic) => this.#item(topic)));
    } catch (err) {
      if (this.#version === version) this.#failed(err, info);
    }
  }

  #failed(err, info) {
    this.#version = "";
    const again = () => {
      this.#line.focus();
      this.show(info);
    };
    fill(this.#line, S.source.topicsFailed(err.message), " ", h("button.small", { type: "button", on: { click: again } }, S.source.again));
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

/** Changes with a document: it may be divided anew. */
export const versionOf = ({ id, updated }) => `${id} ${updated}`;

/** How a document is divided, and all its chunks. */
async function all(id) {
  const chunks = [];
  for (let first = 0; ;) {
    const run = await api.chunks(id, { first, limit: runLength });
    chunks.push(...run.chunks);
    if (run.next < 0) return { division: run.division, chunks };
    first = run.next;
  }
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
function lineOf({ known, usage, windows, by_section: failed, why }) {
  if (!known) return S.source.divisionUnknown;
  const cost = usage ? S.source.dividing(usageLine({ usage, model: "" })) : S.source.dividingUnknown;
  return failed ? `${cost} ${S.source.fellBack(failed, windows, why)}` : cost;
}
