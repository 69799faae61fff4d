// How fast documents are being read, to say how long the rest will take.

export class Rates {
  #seen = new Map(); // id -> {stage, since, done}

  /** Takes note of a document's progress. */
  note(info) {
    const { stage, done } = info.progress ?? {};
    const rate = this.#seen.get(info.id);
    if (!rate || rate.stage !== stage) this.#seen.set(info.id, { stage, since: Date.now(), done: done ?? 0 });
  }

  /** Seconds left in the present stage, or null while that cannot be told. */
  timeLeft(info) {
    const rate = this.#seen.get(info.id);
    const { done = 0, total = 0 } = info.progress ?? {};
    const elapsed = (Date.now() - (rate?.since ?? 0)) / 1000;
    if (!rate || !total || done <= rate.done || elapsed < 1) return null;
    return (elapsed / (done - rate.done)) * (total - done);
  }
}
