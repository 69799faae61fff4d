// Panels that a button opens below it: they close with Esc, with a press
// outside and when the focus leaves.

/** Makes button open panel; returns {open, close}. */
export function menu(button, panel) {
  const set = (on) => {
    panel.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
  };
  const close = (refocus) => {
    if (panel.hidden) return;
    set(false);
    if (refocus) button.focus();
  };
  const open = () => {
    set(true);
    (panel.querySelector("input:checked, input, select, button") ?? panel).focus();
  };
  set(false);
  panel.tabIndex = -1; // a press between its controls leaves the focus in it
  button.setAttribute("aria-controls", panel.id);
  button.addEventListener("click", () => (panel.hidden ? open() : close(true)));
  for (const el of [button, panel]) {
    el.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || panel.hidden) return;
      e.preventDefault();
      close(true);
    });
  }
  panel.addEventListener("focusout", (e) => {
    const to = e.relatedTarget;
    if (to && !panel.contains(to) && to !== button) close(false);
  });
  addEventListener("pointerdown", (e) => {
    if (!panel.contains(e.target) && !button.contains(e.target)) close(false);
  });
  return { open, close };
}
