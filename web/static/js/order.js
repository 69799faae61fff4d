// The orders that the library can be in. They are those of the API, so that a
// document that arrives finds its place among those that are loaded.
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const fold = (s) => s.toLowerCase();

/** Ids sort by time. */
const newest = (a, b) => compare(b.id, a.id);

export const orders = {
  newest,
  oldest: (a, b) => newest(b, a),
  name: (a, b) => compare(fold(a.name), fold(b.name)) || newest(a, b),
  longest: (a, b) => b.characters - a.characters || newest(a, b),
};

/** Whether a document belongs to a list, as the API decides it. */
export function listed(info, { search, status }) {
  if (status && info.status !== status) return false;
  const wanted = fold(search);
  return !wanted || [info.name, info.title].some((t) => t && fold(t).includes(wanted));
}

/** A time of the API, which leaves zeros out, as text that sorts. */
function stamp(iso) {
  const [whole, part = ""] = iso.replace("Z", "").split(".");
  return `${whole}.${part.padEnd(9, "0")}`;
}

/** Whether what is known of a document is newer than what a slower reply says. */
export const outdates = (known, info) => Boolean(known) && stamp(known.updated) > stamp(info.updated);
