// Everything the page says, in one place: the parts lie in strings/.
import { common, errors, key, time } from "./strings/common.js";
import { history, library, paste } from "./strings/library.js";
import { ask, choices, cost, options, strategyName, welcome } from "./strings/ask.js";
import { answer, strip, support, trace } from "./strings/answer.js";
import { compare, heat } from "./strings/compare.js";
import { timeline } from "./strings/timeline.js";
import { source } from "./strings/source.js";
import { evaluate } from "./strings/evaluate.js";
import { connect, model, settings } from "./strings/settings.js";

export const S = {
  ...common, answer, ask, choices, compare, connect, cost, errors, evaluate, heat, history, key, library, model, options, paste, settings,
  source, strategyName, strip, support, time, timeline, trace, welcome,
};
