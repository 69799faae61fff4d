// Folders that are picked or dropped hold more than documents: what cannot be
// read is left out and said, instead of failing file by file.
import { S } from "./strings.js";
import { session } from "./session.js";
import { number } from "./format.js";
import { toast } from "./components/toasts.js";

/** Files that systems and office programs leave behind. */
const hidden = (name) => name.startsWith(".") || name.startsWith("~$") || /^(thumbs\.db|desktop\.ini)$/i.test(name);

function readable(name) {
  const endings = session.formats.flatMap((f) => f.extensions);
  return endings.length === 0 || endings.some((e) => name.toLowerCase().endsWith(e));
}

/** Adds the files of a folder. */
export function addFolder(files) {
  const seen = files.filter((f) => ![...(f.webkitRelativePath ?? "").split("/"), f.name].some((part) => part && hidden(part)));
  const good = seen.filter((f) => readable(f.name));
  if (good.length) session.library.uploads.add(good);
  else toast(S.library.nothingInFolder);
  if (good.length && good.length < seen.length) toast(S.library.skipped(seen.length - good.length, number(seen.length - good.length)));
}

/** All files of a dropped file or folder, hidden ones left out. */
export async function filesIn(entry) {
  if (hidden(entry.name)) return [];
  if (entry.isFile) return [await new Promise((ok, no) => entry.file(ok, no))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((ok, no) => reader.readEntries(ok, no)); // a few at a time, then none
    if (!some.length) return found;
    for (const e of some) found.push(...await filesIn(e));
  }
}
