// The parts of the page that the first look does without. Each is fetched when
// it is wanted, and all of them once the page stands, so that a click seldom
// waits for one.
import { S } from "./strings.js";

const modules = {
  answers: () => import("./components/answer.js"),
  comparisons: () => import("./components/compare.js"),
  evaluations: () => import("./components/evaluate.js"),
  settings: () => import("./components/settings.js"),
  source: () => import("./components/source.js"),
};
const here = new Set();

/** Whether a view's elements are defined. */
export const isHere = (view) => !modules[view] || here.has(view);

/** Fetches a view and defines its elements. */
export async function fetchView(view) {
  try {
    await modules[view]();
    here.add(view);
  } catch {
    throw Object.assign(new Error(S.errors.view), { fix: S.errors.viewFix });
  }
}

/** Fetches all views. One that cannot be had is asked for again when it is wanted. */
export function fetchAhead() {
  for (const view of Object.keys(modules)) fetchView(view).catch(() => {});
}
