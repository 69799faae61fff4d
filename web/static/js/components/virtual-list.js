// A long list of which only the rows in sight exist. Rows may have any height:
// those that were seen are measured, the others are taken to be as tall as
// most.
import { h } from "../dom.js";

const usual = 58; // pixels of a row that was not measured yet
const ahead = 500; // pixels around what is in sight that exist too

/** Fires "near-end" when the last rows come into sight. */
class VirtualList extends HTMLElement {
  /** Makes the element of a key. */
  make = () => h("div");
  /** Says what assistive technology calls the list. */
  label = "";
  #before = h("div", { "aria-hidden": "true" });
  #list = h("div.virtual-rows", { role: "list" });
  #after = h("div", { "aria-hidden": "true" });
  #keys = [];
  #at = new Map(); // key -> its place in the list
  #tops = new Float64Array(1); // where each row begins; the last one is the end
  #heights = new Map();
  #rows = new Map(); // those that exist
  #sizes = new ResizeObserver((seen) => this.#measured(seen));
  #view = new ResizeObserver(() => this.#show());

  connectedCallback() {
    this.tabIndex = -1;
    this.#list.setAttribute("aria-label", this.label);
    this.append(this.#before, this.#list, this.#after);
    this.addEventListener("scroll", () => this.#show(), { passive: true });
    this.addEventListener("keydown", (e) => this.#key(e));
    this.#view.observe(this);
  }

  /** Shows other keys, or the same in another order. */
  set keys(keys) {
    if (!keys.length && !this.#keys.length) return; // nothing to lay out
    this.#keepPlace(() => {
      this.#keys = keys;
      this.#at = new Map(keys.map((key, i) => [key, i]));
      for (const key of this.#heights.keys()) if (!this.#at.has(key)) this.#heights.delete(key);
    });
  }

  /** The row of a key, if it exists at the moment. */
  row(key) {
    return this.#rows.get(key);
  }

  get rows() {
    return this.#rows;
  }

  /** Changes keys or heights; what is in sight stays where it is, unless the
   *  list stands at its beginning. */
  #keepPlace(change) {
    const { scrollTop } = this;
    const first = this.#rowAt(scrollTop);
    const key = this.#keys[first];
    const into = scrollTop - this.#tops[first];
    change();
    this.#place();
    const at = scrollTop > 0 ? this.#at.get(key) : undefined;
    const wanted = at === undefined ? scrollTop : this.#tops[at] + into;
    this.#show(wanted);
    if (wanted !== scrollTop) this.scrollTop = wanted;
  }

  #place() {
    const tops = new Float64Array(this.#keys.length + 1);
    for (let i = 0; i < this.#keys.length; i++) tops[i + 1] = tops[i] + (this.#heights.get(this.#keys[i]) ?? usual);
    this.#tops = tops;
  }

  #measured(seen) {
    const heights = seen.map(({ target, borderBoxSize }) => [target, borderBoxSize[0].blockSize])
      .filter(([row, height]) => row.isConnected && this.#heights.get(row.key) !== height);
    if (!heights.length) return;
    this.#keepPlace(() => {
      for (const [row, height] of heights) this.#heights.set(row.key, height);
    });
  }

  /** The last row that begins at or above a height. */
  #rowAt(y) {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#tops[middle] <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #show(scrollTop = this.scrollTop) {
    const { clientHeight } = this;
    const first = this.#rowAt(scrollTop - ahead);
    const last = Math.min(this.#keys.length, this.#rowAt(scrollTop + clientHeight + ahead) + 1);
    const wanted = this.#keys.slice(first, last);
    this.#sync(wanted, first);
    this.#before.style.height = `${this.#tops[first]}px`;
    this.#after.style.height = `${this.#tops[this.#keys.length] - this.#tops[last]}px`;
    if (last === this.#keys.length) this.dispatchEvent(new Event("near-end"));
  }

  /** Puts the rows of the wanted keys in order, reusing those that are there. */
  #sync(wanted, first) {
    const keep = new Set(wanted);
    for (const [key, row] of this.#rows) {
      if (keep.has(key)) continue;
      if (row.contains(document.activeElement)) this.focus({ preventScroll: true });
      this.#sizes.unobserve(row);
      row.remove();
      this.#rows.delete(key);
    }
    let at = this.#list.firstElementChild;
    wanted.forEach((key, i) => {
      let row = this.#rows.get(key);
      if (!row) {
        row = this.make(key);
        row.key = key;
        this.#rows.set(key, row);
        this.#sizes.observe(row);
      }
      if (row === at) at = at.nextElementSibling;
      else this.#list.insertBefore(row, at);
      row.setAttribute("aria-posinset", first + i + 1);
      row.setAttribute("aria-setsize", this.#keys.length);
    });
  }

  /** Up and down go to the same control of the neighbouring row. */
  #key(e) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const row = step && e.target !== this && e.target.closest("[role=listitem]");
    const next = row && this.#rows.get(this.#keys[this.#at.get(row.key) + step]);
    if (!next) return;
    const same = e.target.matches("input") ? "input:enabled" : "button";
    const control = next.querySelector(same) ?? next.querySelector("button, input:enabled");
    if (!control) return;
    e.preventDefault();
    control.focus();
  }
}
customElements.define("fn-virtual-list", VirtualList);
