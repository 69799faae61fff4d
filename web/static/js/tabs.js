// Tabs: one of several views is seen, and the arrow keys go from tab to tab.
import { h } from "./dom.js";

/**
 * Makes a row of tabs and their views, [id, label, view] each, of which the
 * first is open. onOpen gets the id of one that is opened.
 */
export function tabs(label, panels, onOpen) {
  const buttons = panels.map(([id, name], i) => h("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, "aria-selected": String(i === 0), tabindex: i === 0 ? "0" : "-1" }, name));
  const views = panels.map(([id, , view], i) => h("div", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, hidden: i > 0 }, view));
  const open = (at) => {
    buttons.forEach((b, i) => {
      b.setAttribute("aria-selected", String(i === at));
      b.tabIndex = i === at ? 0 : -1;
      views[i].hidden = i !== at;
    });
    onOpen(panels[at][0]);
  };
  buttons.forEach((b, i) => {
    b.addEventListener("click", () => open(i));
    b.addEventListener("keydown", (e) => {
      if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
      open(1 - i);
      buttons[1 - i].focus();
    });
  });
  return [h("div.tabs", { role: "tablist", "aria-label": label }, buttons), ...views];
}
