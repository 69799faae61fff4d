// How an answer came about: what was searched, shown, selected and dropped.
import { h, fill } from "../dom.js";
import { S } from "../strings.js";
import { milliseconds, number, percent, usageLine } from "../format.js";
import { quote, whereabouts } from "./footnote.js";
import "./timeline.js";

class Trace extends HTMLElement {
  show(answer) {
    const { trace, timing } = answer;
    const rows = [
      [S.trace.queries, trace.queries?.length && h("ol", null, trace.queries.map((q) => h("li", { dir: "auto" }, q)))],
      [S.trace.passages, trace.passages > 0 && number(trace.passages)],
      [S.trace.shown, S.trace.shownOf(number(trace.sentences_shown), percent(trace.coverage))],
      [S.trace.selected, number(trace.selected)],
      [S.trace.rounds, trace.rounds > 1 && number(trace.rounds)],
      [S.trace.workers, trace.workers > 0 && number(trace.workers)],
      [S.trace.dropped, S.trace.droppedCount(trace.dropped_ids, trace.fabricated_quotes)],
      [S.trace.repaired, trace.repaired_quotes + trace.repaired_replies + trace.lost_replies > 0 && S.trace.repairedCount(trace)],
      [S.trace.prompts, trace.prompts],
      [S.trace.time, S.trace.times(milliseconds(timing.retrieve_ms), milliseconds(timing.first_token_ms), milliseconds(timing.total_ms))],
      [S.trace.usage, usageLine(answer) || S.trace.noCalls],
    ].filter(([, value]) => value);
    const timeline = document.createElement("fn-timeline");
    timeline.show(answer);
    fill(this, h("details.trace.small", null, h("summary", null, S.trace.title),
      h("dl", null, rows.map(([name, value]) => [h("dt", null, name), h("dd.numbers", null, value)])),
      timeline,
      trace.notes?.length > 0 && h("ul.notes", null, trace.notes.map((n) => h("li", null, n))),
      this.#selected(answer)));
  }

  #selected(answer) {
    if (!answer.selected?.length) return null;
    return h("details", null, h("summary", null, S.trace.evidence(answer.selected.length)),
      h("ol.selected", null, answer.selected.map((e) => h("li", null, quote(e), whereabouts(e), e.why && h("p.small.quiet", { dir: "auto" }, e.why)))));
  }
}
customElements.define("fn-trace", Trace);
