// Server-sent events over fetch: EventSource can neither POST nor send an API
// key, so the page parses the stream itself (WHATWG HTML, 9.2.6).

/** Parses a stream of text that may be cut anywhere. */
export class EventParser {
  #buffer = "";
  #started = false;
  #skipLF = false;
  #data = [];
  #type = "";
  #onEvent;
  /** The last id seen; sent back to resume. */
  lastId = "";
  /** Milliseconds the server asked to wait before reconnecting, or null. */
  retry = null;

  /** onEvent is called with {type, data, id}. */
  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  push(text) {
    if (!this.#started && text) {
      this.#started = true;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    this.#buffer += text;
    let start = 0;
    for (let i = 0; i < this.#buffer.length; i++) {
      const c = this.#buffer[i];
      if (c === "\n" && this.#skipLF && i === start) {
        start = i + 1;
        this.#skipLF = false;
      } else if (c === "\n" || c === "\r") {
        this.#skipLF = c === "\r"; // CRLF may be split between two chunks
        this.#line(this.#buffer.slice(start, i));
        start = i + 1;
      } else {
        this.#skipLF = false;
      }
    }
    this.#buffer = this.#buffer.slice(start);
  }

  #line(line) {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment keeps the connection open
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.lastId = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }

  #dispatch() {
    if (this.#data.length) {
      this.#onEvent({ type: this.#type || "message", data: this.#data.join("\n"), id: this.lastId });
    }
    this.#data = [];
    this.#type = "";
  }
}

/** Feeds a response to a parser, to its end. */
export async function readEvents(response, parser) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.push(value);
  }
}

const firstWait = 500;
const longestWait = 15_000;

/**
 * Keeps a stream open until signal aborts. open(lastId) returns a Response or
 * throws; onState hears true when connected and false when it is lost.
 */
export async function subscribe({ open, onEvent, onState, signal }) {
  let wait = firstWait;
  let lastId = "";
  while (!signal.aborted) {
    try {
      const parser = new EventParser((event) => {
        wait = firstWait;
        onEvent(event);
      });
      parser.lastId = lastId;
      const response = await open(lastId);
      onState?.(true);
      await readEvents(response, parser).finally(() => {
        lastId = parser.lastId;
        if (parser.retry !== null) wait = parser.retry;
      });
    } catch (err) {
      if (signal.aborted || err.final) return;
    }
    onState?.(false);
    await pause(wait, signal);
    wait = Math.min(wait * 2, longestWait);
  }
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
