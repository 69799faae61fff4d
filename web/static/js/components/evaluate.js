// Evaluations: the form and what was run before, one of them, or one of its
// questions.
import { h, fill, setText } from "../dom.js";
import { api } from "../api.js";
import { subscribe } from "../sse.js";
import { S } from "../strings.js";
import { link, permanent } from "../router.js";
import { download } from "./download.js";
import { duration, number, usageLine, when } from "../format.js";
import { toast, toastError } from "./toasts.js";
import "./evaluate-form.js";
import "./evaluate-question.js";
import { report } from "./evaluate-report.js";
import { questionList } from "./evaluate-list.js";

const isOver = (e) => !["queued", "running"].includes(e.status);

/** Fires "ask" with a question that is to be asked now. */
class Evaluate extends HTMLElement {
  #watch = null;
  #at = "";
  #list = null; // the list of questions, kept while one of them is looked at

  disconnectedCallback() {
    this.#watch?.abort();
  }

  /** Shows the form, an evaluation, or its question of that number. */
  async go(id, n) {
    const at = (this.#at = `${id}/${n}`);
    this.#watch?.abort();
    document.title = `${S.evaluate.title} – Footnote`;
    try {
      if (n) return await this.#question(id, n);
      if (id) return await this.#run(id);
      return await this.#start();
    } catch (err) {
      if (this.#at === at) fill(this, allLink(), h("div.notice.bad", { role: "alert" }, h("strong", null, err.message), err.fix));
    }
  }

  async #start() {
    const form = document.createElement("fn-evaluate-form");
    const earlier = h("section.earlier", null, h("h2", null, S.evaluate.earlier));
    fill(this, h("h1", null, S.evaluate.title), h("p.lead.quiet", null, S.evaluate.intro), form, earlier);
    await this.#earlier(earlier, "");
  }

  async #earlier(section, cursor) {
    const { evaluations, next } = await api.evaluations({ limit: 50, cursor });
    if (!cursor) section.append(evaluations.length ? h("ul.runs") : h("p.quiet", null, S.evaluate.none));
    section.querySelector("ul")?.append(...evaluations.map(runLink));
    section.querySelector("button")?.remove();
    if (next) section.append(h("button", { type: "button", on: { click: () => this.#earlier(section, next).catch(toastError) } }, S.evaluate.more));
  }

  async #question(id, n) {
    const at = this.#at;
    const found = await api.evaluatedQuestion(id, n);
    if (this.#at !== at) return;
    const view = document.createElement("fn-evaluate-question");
    fill(this, view);
    view.show(id, found, await api.evaluation(id));
  }

  async #run(id) {
    const at = this.#at;
    const e = await api.evaluation(id);
    if (this.#at !== at) return;
    document.title = `${e.name} – Footnote`;
    const state = h("div.run-state");
    const result = h("div.run-result");
    fill(this, allLink(), h("h1", { dir: "auto" }, e.name), state, result);
    if (isOver(e)) return this.#over(e, state, result);
    this.#follow(e, state, () => this.#at === at && this.#run(id));
  }

  /** Shows progress until the evaluation is over. */
  #follow(e, state, over) {
    const watch = (this.#watch = new AbortController());
    const bar = h("progress", { max: 1, value: 0, "aria-label": S.evaluate.progressLabel });
    const line = h("p.numbers", { role: "status" });
    const spent = h("p.small.quiet.numbers");
    const cancel = h("button", { type: "button", on: { click: () => api.cancelEvaluation(e.id).catch(toastError) } }, S.evaluate.cancel);
    fill(state, h("p.small.quiet", null, subtitle(e)), bar, line, spent, h("div.answer-actions", null, cancel));
    const show = (now) => {
      bar.max = Math.max(1, now.total);
      bar.value = now.done;
      setText(line, [S.evaluate.status[now.status], S.evaluate.progress(number(now.done), number(now.total)),
        now.seconds_left !== null && S.evaluate.left(duration(now.seconds_left)), now.failed > 0 && S.evaluate.failedSoFar(number(now.failed))].filter(Boolean).join(" · "));
      setText(spent, usageLine({ usage: now.usage, model: "" }));
      if (!isOver(now)) return;
      watch.abort();
      over();
    };
    show(e);
    subscribe({
      signal: watch.signal,
      open: (lastId) => api.evaluationEvents(e.id, lastId, watch.signal),
      onEvent: ({ data }) => show(JSON.parse(data)),
    });
  }

  async #over(e, state, result) {
    fill(state, h("p.small.quiet.numbers", null, [S.evaluate.status[e.status], subtitle(e), when(e.ended)].join(" · ")),
      e.error && h("div.notice.bad", { role: "alert" }, h("strong", null, e.error.detail), e.error.fix),
      e.status === "cancelled" && h("div.notice", null, S.evaluate.cancelled),
      e.report && h("p.small.quiet", null, [S.evaluate.over(e.report.documents), S.evaluate.sample(e.limit, e.seed)].join(", "), ". ", S.evaluate.readBy(e.report.model, e.report.judge)),
      h("div.answer-actions", null,
        h("button", { type: "button", on: { click: () => navigator.clipboard.writeText(permanent("evaluations", e.id)).then(() => toast(S.answer.linkCopied), toastError) } }, S.evaluate.copyLink),
        e.report && ["html", "csv", "json"].map((format) => download(api.reportPath(e.id), { query: { format }, name: `${e.name}-report.${format}` }, S.evaluate.download[format])),
        this.#remover(e)));
    if (this.#list?.id !== e.id) this.#list = { id: e.id, view: await questionList(e.id, e.strategies) };
    fill(result, e.report && report(e), this.#list.view);
  }

  /** Deleting takes two presses, since there is no way back. */
  #remover(e) {
    let sure = false;
    const button = h("button", { type: "button" }, S.evaluate.remove);
    button.addEventListener("blur", () => {
      sure = false;
      button.textContent = S.evaluate.remove;
    });
    button.addEventListener("click", async () => {
      if (!sure) {
        sure = true;
        button.textContent = S.evaluate.removeSure;
        return;
      }
      try {
        await api.deleteEvaluation(e.id);
        toast(S.evaluate.removed);
        location.hash = link("evaluations");
      } catch (err) {
        toastError(err);
      }
    });
    return button;
  }
}
customElements.define("fn-evaluate", Evaluate);

const names = (e) => e.strategies.map(S.strategyName).join(", ");
const subtitle = (e) => S.evaluate.asked(e.questions, names(e));
const allLink = () => h("p.small", null, h("a", { href: link("evaluations") }, S.evaluate.all));

function runLink(e) {
  const state = isOver(e) ? S.evaluate.status[e.status] : `${S.evaluate.status[e.status]}, ${S.evaluate.progress(number(e.done), number(e.total))}`;
  return h("li", null, h("a", { href: link("evaluations", e.id) }, h("strong", { dir: "auto" }, e.name),
    h("span.small.quiet.numbers", null, [state, subtitle(e), when(e.created)].join(" · "))));
}
