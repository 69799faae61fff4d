// Makes a document of text: pasted, or written on the spot.
import { h } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";

const longestName = 60;

class Paste extends HTMLElement {
  /** Asks for the name of a text, which can be changed too. */
  open(text) {
    const body = h("textarea", { id: "paste-body", rows: 10, required: true });
    body.value = text;
    const name = h("input", { type: "text", id: "paste-name", autocomplete: "off", maxlength: 200, placeholder: S.paste.untitled });
    name.value = titleOf(text);
    const dialog = h("dialog.paste", { "aria-labelledby": "paste-title", on: { close: () => dialog.remove() } },
      h("form", { method: "dialog", on: { submit: () => add(name.value.trim() || S.paste.untitled, body.value) } },
        h("h2", { id: "paste-title" }, S.paste.title), h("p.quiet", null, S.paste.why),
        h("label", { for: "paste-name" }, S.paste.name), name,
        h("label", { for: "paste-body" }, S.paste.text), body,
        h("div.actions", null, h("button", { type: "button", on: { click: () => dialog.close() } }, S.cancel), h("button.primary", { type: "submit" }, S.paste.add))));
    this.append(dialog);
    dialog.showModal();
    (text ? name : body).focus();
    name.select();
  }
}
customElements.define("fn-paste", Paste);

function add(name, text) {
  const ending = /^#{1,6} /m.test(text) ? ".md" : ".txt";
  session.library.uploads.add([new File([text], /\.(md|txt)$/i.test(name) ? name : name + ending, { type: "text/plain" })]);
}

/** The first line makes a name, without the marks of a heading. */
function titleOf(text) {
  const line = text.split("\n").map((l) => l.replace(/^[#>*\s-]+/, "").trim()).find(Boolean) ?? "";
  return line.length > longestName ? `${line.slice(0, longestName).replace(/\s+\S*$/, "")}…` : line;
}
