// One document of the library, or one upload on its way, in a row of its own.
import { h, fill, setText, iconButton, icons } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { bytes, duration, number, percent } from "../format.js";
import { toastError } from "./toasts.js";

const busy = new Set(["queued", "parsing", "chunking", "embedding", "indexing"]);
export const isBusy = (info) => busy.has(info.status);

/** What is said of a document that is being read: stage, counts and time. */
export function stageLine(info, now = Date.now()) {
  const { done = 0, total = 0 } = info.progress ?? {};
  const parts = [S.library.stages[info.status] ?? info.status];
  if (total > 0 && info.status === "parsing") parts[0] = S.library.parsingPage(number(Math.min(done, total)), number(total));
  else if (total > 0 && info.status !== "queued") parts[0] += ` ${S.library.of(number(done), number(total))}`;
  const left = session.library.rates.timeLeft(info);
  if (left !== null && left >= 1) parts.push(S.library.left(duration(left)));
  else parts.push(duration((now - Date.parse(info.created)) / 1000));
  return parts.join(" · ");
}

/** "PDF" and the like, by the name that the file came with. */
function kindOf(name) {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1];
  return ending && [h("span.kind", null, ending.toUpperCase()), " "];
}

function factsLine(info) {
  return [
    info.pages > 0 ? S.library.pages(info.pages, number(info.pages)) : info.sentences > 0 && S.library.sentences(info.sentences, number(info.sentences)),
    info.bytes > 0 && bytes(info.bytes),
  ].filter(Boolean).join(" · ");
}

/** Fires "remove" with the id of the document to delete. */
class DocumentRow extends HTMLElement {
  #parts = null;
  #shown = "";

  connectedCallback() {
    this.setAttribute("role", "listitem");
  }

  /** Shows a document, keeping the elements, and so the focus, in place. */
  update(info) {
    const facts = JSON.stringify([info.id, info.name, info.title, info.status, info.error, info.warnings]);
    if (this.#shown !== facts) this.#build(info);
    this.#shown = facts;
    this.#parts.check.checked = session.library.selected.has(info.id);
    if (isBusy(info)) this.#progress(info);
  }

  #build(info) {
    const check = h("input", {
      type: "checkbox", disabled: info.status !== "ready", "aria-label": S.library.scope(info.name), title: S.library.scope(info.name), data: { pick: info.id },
    });
    const line = h("div.doc-state.numbers");
    const bar = h("progress", { "aria-label": S.library.progress(info.name), max: 1, hidden: !isBusy(info) });
    this.#parts = { check, line, bar };
    this.dataset.status = info.status;
    this.dataset.id = info.id;
    const name = info.status === "ready"
      ? h("button.doc-name.link-button", { type: "button", title: info.name, dir: "auto", on: { click: () => session.openDocument(info.id) } }, info.name)
      : h("span.doc-name", { title: info.name, dir: "auto" }, info.name);
    fill(this, check, name, this.#buttons(info), h("div.doc-main", null, line, bar, this.#trouble(info)));
    if (info.status === "ready") fill(line, kindOf(info.name), factsLine(info));
    line.hidden = info.status === "failed";
  }

  #trouble(info) {
    if (info.status === "failed") return failure(info.error?.code === "cancelled" ? "" : S.library.failedWord, info.error?.detail ?? S.library.failed, info.error?.fix);
    if (!info.warnings?.length) return null;
    return h("details.doc-warnings.small", null, h("summary", null, S.library.warnings(info.warnings.length)),
      h("ul", null, info.warnings.map((w) => h("li", null, w))));
  }

  #buttons(info) {
    const run = (action) => () => session.library[action](info.id).catch(toastError);
    return h("div.doc-buttons", null,
      info.status === "failed" && iconButton(icons.retry, S.library.retry(info.name), run("retry")),
      isBusy(info) && iconButton(icons.stop, S.library.cancel(info.name), run("cancel")),
      iconButton(icons.trash, S.library.remove(info.name), () => this.dispatchEvent(new CustomEvent("remove", { bubbles: true, detail: info.id })), { data: { remove: "" } }));
  }

  #progress(info) {
    const { done = 0, total = 0 } = info.progress ?? {};
    setText(this.#parts.line, stageLine(info));
    if (total > 0) this.#parts.bar.value = Math.min(1, done / total);
    else this.#parts.bar.removeAttribute("value");
  }

  /** Shows an upload on its way or refused. */
  upload(item) {
    const facts = [item.key, item.sending, item.error?.message].join("\n");
    if (this.#shown !== facts) this.#buildUpload(item);
    this.#shown = facts;
    if (item.error) return;
    setText(this.#parts.line, item.sending ? S.library.uploading(percent(item.share), bytes(item.size)) : S.library.waiting(bytes(item.size)));
    this.#parts.bar.hidden = !item.sending;
    this.#parts.bar.value = item.share;
  }

  #buildUpload(item) {
    const { uploads } = session.library;
    this.dataset.status = item.error ? "failed" : "uploading";
    const line = h("div.doc-state.numbers");
    const bar = h("progress", { "aria-label": S.library.progress(item.name), max: 1 });
    this.#parts = { line, bar };
    fill(this, h("span"), h("span.doc-name", { title: item.name, dir: "auto" }, item.name),
      h("div.doc-buttons", null,
        item.error && iconButton(icons.retry, S.library.retry(item.name), () => uploads.retry(item)),
        iconButton(icons.close, item.error ? S.library.dismiss(item.name) : S.library.stopUpload(item.name), () => uploads.dismiss(item))),
      h("div.doc-main", null, item.error ? failure(S.library.refusedWord, item.error.detail || item.error.message, item.error.fix) : [line, bar]));
  }
}
customElements.define("fn-document-row", DocumentRow);

function failure(word, what, fix) {
  return h("p.doc-error.small", null, word && [h("strong", null, word), " "], what, fix && h("span.doc-fix", null, " ", fix));
}
