// One answer: streamed, then whole, with footnotes, checks and its trace.
import { h, fill, setText } from "../dom.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { milliseconds, number, percent, usageLine, when } from "../format.js";
import { permanent } from "../router.js";
import { toMarkdown, toText } from "../citing.js";
import { doubt, quote, reference, whereabouts } from "./footnote.js";
import { toast, toastError } from "./toasts.js";
import "./strip.js";
import "./trace.js";

class AnswerView extends HTMLElement {
  /** The answer once it is whole. */
  answer = null;
  #status = h("p.stream-status.small.quiet", { role: "status" });
  #text = h("div.answer-text");
  #tokens = "";
  #frame = 0;
  #leave = null;

  connectedCallback() {
    this.#leave = new AbortController();
    session.addEventListener("source", () => this.#markOpen(), { signal: this.#leave.signal });
  }

  disconnectedCallback() {
    this.#leave.abort();
  }

  /** Shows which footnote's source stands beside the answer. */
  #markOpen() {
    const number = session.source?.answer === this.answer ? session.source?.number : 0;
    for (const el of this.querySelectorAll(".ref, .footnotes li")) {
      if (Number(el.dataset.number) === number) el.setAttribute("aria-current", "true");
      else el.removeAttribute("aria-current");
    }
  }

  /** Starts to show an answer that is on its way. */
  begin({ question, brief, onStop }) {
    this.classList.toggle("brief", Boolean(brief));
    this.setAttribute("aria-busy", "true");
    setText(this.#status, S.answer.starting);
    const stop = onStop && h("button.stop", { type: "button", on: { click: onStop } }, S.answer.stop);
    fill(this, question && h("h1.question", null, question), h("div.stream", null, this.#status, stop), this.#text);
  }

  /** Takes one event of the stream. */
  event({ type, data }) {
    if (type === "retrieved") setText(this.#status, S.answer.retrieved(data.query, number(data.passages)));
    else if (type === "evidence") setText(this.#status, S.answer.evidence(data.evidence.length));
    else if (type === "worker") setText(this.#status, S.answer.worker(data.step, data.steps));
    else if (type === "token") this.#token(data.token);
  }

  #token(token) {
    this.#tokens += token;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.answer) fill(this.#text, h("p", { dir: "auto" }, this.#tokens));
    });
  }

  /** Says that it was stopped, as was wished. */
  stopped() {
    this.#ended();
    this.append(h("div.notice", { role: "status" }, h("strong", null, S.answer.stopped), h("p", null, S.answer.stoppedFix)));
  }

  #ended() {
    this.removeAttribute("aria-busy");
    this.querySelector(".stream")?.remove();
  }

  fail(err) {
    this.#ended();
    this.append(h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.detail && err.detail !== err.message && h("p", null, err.detail), err.fix && h("p", null, err.fix)));
  }

  /** Shows a whole answer. */
  show(answer, { brief = false } = {}) {
    this.answer = answer;
    this.classList.toggle("brief", brief);
    this.removeAttribute("aria-busy");
    fill(this.#text, answer.abstained ? abstention(answer) : this.#statements());
    const trace = document.createElement("fn-trace");
    const strip = document.createElement("fn-strip");
    fill(this, !brief && h("h1.question", { dir: "auto" }, answer.question),
      answer.short && !answer.abstained && h("p.short", { dir: "auto" }, h("span.short-label", null, S.answer.short, " "), answer.short),
      this.#text, legend(answer), !brief && this.#actions(), footnotes(answer, brief), !brief && this.#facts(), strip, trace);
    trace.show(answer);
    strip.show(answer);
  }

  #statements() {
    const { statements } = this.answer;
    const lines = [];
    for (const s of statements) {
      if (!lines.length || s.gap === "\n") lines.push([]);
      lines.at(-1).push(lines.at(-1).length > 0 && s.gap, statement(this.answer, s));
    }
    return lines.map((line) => h("p", { dir: "auto" }, line));
  }

  #actions() {
    const copy = (text, done) => () => navigator.clipboard.writeText(text).then(() => toast(done), toastError);
    const button = (label, run) => h("button", { type: "button", on: { click: run } }, label);
    return h("div.answer-actions", { role: "group", "aria-label": S.answer.actions },
      button(S.answer.copyText, copy(toText(this.answer, false), S.answer.copiedPlain)),
      button(S.answer.copyReferences, copy(toText(this.answer), S.answer.copied)),
      button(S.answer.copyMarkdown, copy(toMarkdown(this.answer), S.answer.copied)),
      button(S.answer.copyLink, copy(permanent("answers", this.answer.id), S.answer.linkCopied)),
      button(S.answer.print, () => print()));
  }

  #facts() {
    const { strategy, route, model, timing, created } = this.answer;
    const ran = (route ?? []).map(S.strategyName).join(" → ");
    return h("p.facts.small.quiet.numbers", null, [
      route?.length > 1 || route?.[0] !== strategy ? S.answer.route(S.strategyName(strategy), ran) : S.strategyName(strategy),
      model === "extractive" ? S.answer.quoted : model,
      milliseconds(timing.total_ms), usageLine(this.answer), when(created),
    ].filter(Boolean).join(" · "));
  }
}
customElements.define("fn-answer", AnswerView);

/** A statement with its footnote numbers, marked by shape and word. */
export function statement(answer, s) {
  const unsupported = s.support === "unsupported";
  const missing = doubt(s);
  return h("span.statement", { data: { support: s.support } }, h("span.said", null, s.text),
    (s.citations ?? []).map((n) => reference(answer, n, s)),
    unsupported ? h("span.unsupported", { title: missing }, ` ${S.support.mark} ${S.support.unsupported}`, (s.missing?.length > 0 || s.doubt) && `: ${missing}`)
      : [h("span.check", { title: S.support.why[s.support], role: "img", "aria-label": S.support.why[s.support], data: { support: s.support } }),
        s.doubt && h("span.doubt", null, ` ${S.support.partly}: ${s.doubt}`)]);
}

function abstention(answer) {
  const { trace } = answer;
  return h("div.notice.warn.abstained", null, h("strong", null, S.answer.abstained), answer.missing && h("p", { dir: "auto" }, answer.missing),
    h("p.small.quiet", null, S.answer.lookedAt(number(trace.passages), number(trace.sentences_shown), percent(trace.coverage))),
    trace.queries?.length > 0 && h("div.small.quiet", null, S.answer.searchedFor, h("ul.queries", null, trace.queries.map((q) => h("li", { dir: "auto" }, q)))));
}

function legend(answer) {
  const used = Object.keys(S.support.why).filter((k) => answer.statements?.some((s) => s.support === k));
  if (answer.abstained || !used.length) return null;
  return h("p.legend.small.quiet", { "aria-hidden": "true" }, used.map((k) => h("span", null, h("span.check", { data: { support: k } }), " ", S.support.why[k])));
}

/** The footnotes in full, which is also what is printed. */
function footnotes(answer, brief) {
  if (!answer.citations?.length) return null;
  const items = answer.citations.map((c) => h("li", { data: { number: c.number }, id: brief ? null : `footnote-${c.number}` },
    h("span.number", { "aria-hidden": "true" }, c.number),
    h("div", null, quote(c), whereabouts(c),
      h("button.link-button.small.to-source", { type: "button", "aria-label": S.answer.showSourceOf(c.number), on: { click: () => session.openFootnote(answer, c.number) } }, S.answer.showSource))));
  const list = h("ol.footnotes", { "aria-label": S.answer.footnotes }, items);
  return brief ? h("details", null, h("summary.small", null, S.answer.footnotesCount(items.length)), list) : h("section", null, h("h2.small", null, answer.abstained ? S.answer.nearest : S.answer.footnotes), list);
}
