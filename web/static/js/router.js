// Addresses within the page, after the #: they can be kept and sent.
//   #/                        ask
//   #/answers/ID, #/answers/ID/N       an answer, with footnote N open
//   #/comparisons/ID          strategies side by side
//   #/evaluations, #/evaluations/ID, #/evaluations/ID/N   evaluations, one, its question N
//   #/documents/ID, #/documents/ID/N   a document, at page N
//   #/settings                what the operator set, and how to connect a model

/** Splits a hash into {view, id, number}. */
export function parse(hash) {
  const [view = "", id = "", number = ""] = hash.replace(/^#?\/?/, "").split("/").map(decode);
  if (view === "settings") return { view, id: "", number: 0 };
  const known = view === "evaluations" || (["answers", "comparisons", "documents"].includes(view) && id !== "");
  return { view: known ? view : "ask", id: known ? id : "", number: known ? Number.parseInt(number, 10) || 0 : 0 };
}

function decode(s) {
  try {
    return decodeURIComponent(s);
  } catch {
    return s;
  }
}

export function link(view, id, number) {
  return `#/${[view, id, number].filter(Boolean).map(encodeURIComponent).join("/")}`;
}

/** The address to send to a colleague. */
export const permanent = (view, id) => new URL(link(view, id), document.baseURI).href;

/** Changes the address without loading what it names. */
export function replace(hash) {
  history.replaceState(null, "", hash);
}

export function push(hash) {
  if (location.hash !== hash) history.pushState(null, "", hash);
}
