// Footnote numbers in an answer, and the card that shows what they stand for.
import { h, fill } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { path } from "../format.js";

const gap = 8;

/**
 * The number as a button: hover or focus shows the quote, and what was checked
 * of the statement that it stands at, when given; a press its source.
 */
export function reference(answer, number, checked) {
  const citation = answer.citations?.find((c) => c.number === number);
  const button = h("button.ref", { type: "button", data: { number }, "aria-label": S.answer.footnote(number) }, number);
  if (!citation) {
    button.disabled = true;
    return h("sup", null, button);
  }
  const show = () => card().show(button, citation, checked);
  const hide = () => card().hide();
  for (const type of ["pointerenter", "focus"]) button.addEventListener(type, show);
  for (const type of ["pointerleave", "blur"]) button.addEventListener(type, hide);
  button.addEventListener("click", () => {
    hide();
    session.openFootnote(answer, number);
  });
  return h("sup", null, button);
}

/** A citation's words; the row of a table with its column heads. */
export function quote(citation) {
  const cells = citation.quote.split(" | ");
  const heads = (citation.heads ?? "").split(" | ");
  if (citation.kind === "row" && cells.length > 1 && heads.length === cells.length) {
    return h("div.quote-table", { tabindex: "0", role: "group", "aria-label": S.answer.tableRow }, h("table", null,
      h("thead", null, h("tr", null, heads.map((c) => h("th", { scope: "col" }, c)))),
      h("tbody", null, h("tr", null, cells.map((c) => h("td", null, c))))));
  }
  return h("blockquote", { lang: citation.language && citation.language !== "und" ? citation.language : null, dir: "auto" }, citation.quote);
}

/** Document, section path and page of a citation. */
export function whereabouts(citation) {
  return h("p.where.small", null, h("strong", null, citation.name),
    path(citation.section) && h("span", null, " · ", path(citation.section)),
    citation.page > 0 && h("span.numbers", null, " · ", S.source.page(citation.page)),
    citation.deleted && h("em", null, " · ", S.answer.deleted));
}

/** What was checked of a statement, by shape and in words. */
export function verdict(statement) {
  if (statement.support === "unsupported") return h("p.small.unsupported", null, `${S.support.mark} ${S.support.unsupported}: ${doubt(statement)}`);
  return h("p.small.checked", null, h("span.check", { "aria-hidden": "true", data: { support: statement.support } }), " ", S.support.why[statement.support],
    statement.doubt && h("span.doubt", null, ` ${S.support.partly}: ${statement.doubt}`));
}

/** Why a statement is doubted. */
export function doubt(statement) {
  return statement.missing?.length ? S.answer.lacks(statement.missing.join(", ")) : statement.doubt || S.support.unsupportedWhy;
}

class Card extends HTMLElement {
  #of = null; // the button that it describes

  connectedCallback() {
    this.id = "footnote-card";
    this.setAttribute("role", "tooltip");
    this.hidden = true;
  }

  show(button, citation, checked) {
    this.hide();
    fill(this, quote(citation), whereabouts(citation), checked && verdict(checked));
    this.hidden = false;
    this.#of = button;
    button.setAttribute("aria-describedby", this.id);
    const b = button.getBoundingClientRect();
    const { width, height } = this.getBoundingClientRect();
    const below = b.bottom + gap + height < innerHeight;
    this.style.left = `${Math.max(gap, Math.min(b.left - gap, innerWidth - width - gap))}px`;
    this.style.top = `${below ? b.bottom + gap : Math.max(gap, b.top - gap - height)}px`;
  }

  hide() {
    this.hidden = true;
    this.#of?.removeAttribute("aria-describedby");
    this.#of = null;
  }
}
customElements.define("fn-card", Card);

function card() {
  return document.querySelector("fn-card") ?? document.body.appendChild(document.createElement("fn-card"));
}
addEventListener("scroll", () => card().hide(), { capture: true, passive: true });
