// What was done for an answer, step by step. Each step opens what it saw.
import { h, fill } from "../dom.js";
import { api } from "../api.js";
import { S } from "../strings.js";
import { session } from "../session.js";
import { milliseconds, number, percent, place, usageLine } from "../format.js";

const excerptLength = 240; // characters shown of a passage

class Timeline extends HTMLElement {
  show(answer) {
    const { steps, steps_left_out: leftOut } = answer.trace;
    if (!steps?.length) return;
    const longest = Math.max(...steps.map((s) => s.took_ms), 1);
    const several = new Set(steps.map((s) => s.strategy)).size > 1;
    fill(this, h("h3.small", null, S.timeline.title),
      h("ol.trail", null, steps.map((s) => step(s, { answer, longest, several }))),
      leftOut > 0 && h("p.small.quiet", null, S.timeline.leftOut(leftOut)));
  }
}
customElements.define("fn-timeline", Timeline);

function step(s, { answer, longest, several }) {
  const body = h("div.step-body");
  const details = h("details", null,
    h("summary", null,
      h("span.step-name", null, S.timeline.kinds[s.kind] ?? s.kind, h("span.quiet", null, whose(s, several))),
      h("span.step-said", { dir: "auto" }, said(s)),
      h("span.step-time.numbers.quiet", null, h("i", { "aria-hidden": "true", style: { width: `${(s.took_ms / longest * 100).toFixed(1)}%` } }), milliseconds(s.took_ms))),
    body);
  details.addEventListener("toggle", () => details.open && !body.hasChildNodes() && fill(body, seen(s, answer)));
  return h("li", { data: { kind: s.kind } }, details);
}

/** "round 2", with the strategy where several ran. */
function whose(s, several) {
  const names = { retrieve: S.timeline.round, select: S.timeline.round, worker: S.timeline.worker };
  const own = names[s.kind]?.(s.number) ?? (s.kind === "answer" && s.number > 1 && S.timeline.answerOf(s.number));
  return [several && S.strategyName(s.strategy), own].filter(Boolean).map((part) => ` · ${part}`).join("");
}

/** What a step did, in a line. */
function said(s) {
  const t = S.timeline;
  switch (s.kind) {
    case "retrieve": return [h("q.query", null, s.query), " ", t.found(s.found, number(s.found), s.shown)];
    case "clarify": return t.quoted(s.query);
    case "select":
    case "worker": return t.picked(s.found, number(s.found), s.shown, number(s.shown));
    case "choose": return t.chosen(s.number, s.shown);
    case "verify": return t.entailed(s.found, s.shown);
    case "answer": return s.shown > 0 && t.read(s.shown, number(s.shown));
    default: return "";
  }
}

/** What a step saw and what became of it. */
function seen(s, answer) {
  const t = S.timeline;
  const usage = usageLine({ usage: s.usage, model: answer.model });
  return [
    s.kind === "retrieve" && ranges(t.passages, s.ranges, s.found),
    s.kind === "worker" && ranges(t.readHere, s.ranges, s.ranges.length),
    picks(s),
    s.enough && h("p", null, t.enough),
    s.missing && h("p", { dir: "auto" }, t.missing(s.missing)),
    s.queries.length > 0 && h("div", null, h("h4.small", null, t.next), h("ul.queries", null, s.queries.map((q) => h("li", { dir: "auto" }, q)))),
    s.dropped_ids > 0 && h("p.warned", null, t.dropped(s.dropped_ids)),
    s.fabricated_quotes > 0 && h("p.warned", null, t.fabricated(s.fabricated_quotes)),
    s.repaired_quotes + s.repaired_replies + s.lost_replies > 0 && h("p", null, S.trace.repairedCount(s)),
    usage && h("p.quiet.numbers", null, usage),
  ];
}

function picks(s) {
  if (s.kind !== "select" && s.kind !== "worker") return null;
  if (!s.picks.length) return h("p", null, S.timeline.nothing);
  return h("div", null, h("h4.small", null, S.timeline.picks),
    h("ol.parts", null, s.picks.map((p) => part(p, [S.timeline.score(percent(p.score)), p.why].filter(Boolean).join(" · ")))), more(s.found - s.picks.length));
}

function ranges(title, list, found) {
  if (!list.length) return null;
  return h("div", null, h("h4.small", null, title), h("ol.parts", null, list.map((r) => part(r))), more(found - list.length));
}

const more = (n) => n > 0 && h("p.quiet", null, S.timeline.moreOf(number(n)));

/** A part of a document in its own words, with the way to it. */
function part({ document, start, end }, note) {
  const item = h("li", null, S.loading);
  api.excerpt(document, { start, end }).then((e) => {
    const words = Array.from(e.quote);
    const quote = words.length > excerptLength || e.cut ? `${words.slice(0, excerptLength).join("").trimEnd()}…` : e.quote;
    fill(item, h("blockquote", { dir: "auto", lang: e.language && e.language !== "und" ? e.language : null }, quote),
      h("button.link-button.small", { type: "button", "aria-label": S.timeline.open(place(e)), on: { click: () => session.openExcerpt(e) } }, place(e)),
      note && h("span.small.quiet", { dir: "auto" }, " · ", note));
  }, (err) => fill(item, h("em.quiet", null, err.status === 404 ? S.answer.deleted : err.message)));
  return item;
}
