// Pictures of pages, decoded and ready to be painted. A few of those seen last
// are kept, and those that are likely to be wanted next are fetched ahead.
import { api } from "./api.js";

const kept = 16;
const plain = 1400; // pixels; sharp up to a zoom of 2 on a plain screen
const fine = 2600; // for a closer look

export const widths = { plain, fine };

class Images {
  #pictures = new Map(); // key -> promise of an ImageBitmap, the last used at the end

  /** The picture of a page; it is the cache's, and must not be closed. */
  get(document, page, width = plain) {
    const key = `${document}/${page}/${width}`;
    const known = this.#pictures.get(key);
    const picture = known ?? this.#load(document, page, width);
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    if (!known) picture.catch(() => this.#pictures.delete(key));
    this.#drop();
    return picture;
  }

  /** Fetches pages that may be wanted soon. */
  prefetch(info, pages) {
    for (const n of pages) if (n >= 1 && n <= info.pages) this.get(info.id, n).catch(() => {}); // asked for again when it is wanted
  }

  async #load(document, page, width) {
    return createImageBitmap(await api.pageImage(document, page, width));
  }

  #drop() {
    for (const [key, picture] of this.#pictures) {
      if (this.#pictures.size <= kept) return;
      this.#pictures.delete(key);
      picture.then((bitmap) => bitmap.close(), () => {});
    }
  }
}

export const images = new Images();
