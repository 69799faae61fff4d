// Links to files of the server. A browser sends no API key along a link, so with
// a key the page fetches the file itself.
import { h } from "../dom.js";
import { address, hasKey, request } from "../api.js";
import { toastError } from "./toasts.js";

/** A link to what the server sends as an attachment, or a button that does the same. */
export function download(path, { query, name, ...props }, ...label) {
  return hasKey()
    ? h("button", { type: "button", ...props, on: { click: () => save(path, query, name).catch(toastError) } }, label)
    : h("a.button", { href: address(path, query).href, target: "_blank", rel: "noopener", ...props }, label);
}

async function save(path, query, name) {
  const url = URL.createObjectURL(await (await request(path, { query })).blob());
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
