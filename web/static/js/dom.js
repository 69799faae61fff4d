// Builds elements. Strings become text nodes, so text from documents, models
// and servers can never turn into markup.

/**
 * h("button.primary", {type: "button", on: {click: f}}, "Ask") makes an element.
 * Properties: "on" adds listeners, "style" sets properties through CSSOM,
 * "data" sets data attributes; true sets an empty attribute; false, null and
 * undefined leave it out.
 */
export function h(selector, props, ...children) {
  const [tag, ...classes] = selector.split(".");
  const el = document.createElement(tag);
  if (classes.length) el.className = classes.join(" ");
  for (const [key, value] of Object.entries(props ?? {})) setProp(el, key, value);
  el.append(...flat(children));
  return el;
}

function setProp(el, key, value) {
  if (value === false || value === null || value === undefined) return;
  if (key === "on") {
    for (const [type, listener] of Object.entries(value)) el.addEventListener(type, listener);
  } else if (key === "style") {
    for (const [name, v] of Object.entries(value)) el.style.setProperty(name, v);
  } else if (key === "data") {
    Object.assign(el.dataset, value);
  } else {
    el.setAttribute(key, value === true ? "" : String(value));
  }
}

function flat(children) {
  return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== "")
    .map((c) => (c instanceof Node ? c : document.createTextNode(String(c))));
}

/** Replaces what el holds. */
export function fill(el, ...children) {
  el.replaceChildren(...flat(children));
  return el;
}

/** Sets text only when it differs, so that selections and live regions rest. */
export function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

/** Whether keys that are pressed in an element are meant for it alone. */
export const takesKeys = (el) => Boolean(el.closest?.('input:not([type="checkbox"], [type="radio"]), textarea, select, dialog'));

const svgNS = "http://www.w3.org/2000/svg";

/** A 16-unit icon drawn with strokes; decoration only, hidden from readers. */
export function icon(path) {
  const svg = document.createElementNS(svgNS, "svg");
  const turns = path === icons.left || path === icons.right; // with the direction of the page
  for (const [k, v] of [["viewBox", "0 0 16 16"], ["aria-hidden", "true"], ["class", turns ? "icon turns" : "icon"]]) svg.setAttribute(k, v);
  const p = document.createElementNS(svgNS, "path");
  p.setAttribute("d", path);
  svg.append(p);
  return svg;
}

/** A button that shows only an icon; label names it for everybody. */
export function iconButton(path, label, onClick, props) {
  return h("button.icon-button", { type: "button", title: label, "aria-label": label, on: { click: onClick }, ...props }, icon(path));
}

export const icons = {
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  left: "M10 3L5 8l5 5",
  right: "M6 3l5 5-5 5",
  up: "M3 10l5-5 5 5",
  down: "M3 6l5 5 5-5",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  trash: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5",
  retry: "M12.8 8a4.8 4.8 0 1 1-1.4-3.4M12.8 2.5v2.6h-2.6",
  upload: "M8 11V3M4.8 6L8 2.8 11.2 6M3 11v2.2h10V11",
  download: "M8 3v8M4.8 8L8 11.2 11.2 8M3 11v2.2h10V11",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  stop: "M4.5 4.5h7v7h-7z",
  folder: "M2 4.2h4l1.4 1.6H14v7.4H2z",
  paste: "M5.5 3.5H3.5v10h9v-10h-2M5.5 2.5h5v2.2h-5zM5.5 8h5M5.5 10.5h3.5",
  settings: "M2 5h7M12.5 5H14M2 11h1.5M7 11h7M10.7 3.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zM5.3 9.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  outline: "M2.5 4h11M5 8h8.5M5 12h8.5",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3L13.5 13.5",
};
