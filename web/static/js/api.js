// Talks to the HTTP API. Every path the page uses is in this file.
import { S } from "./strings.js";
import { EventParser, readEvents } from "./sse.js";

const keyName = "footnote-api-key";
const base = new URL("v1/", document.baseURI);

/** An RFC 9457 problem: what happened (message), and how to fix it (fix). */
export class ApiError extends Error {
  constructor({ status = 0, code = "", title, detail = "", fix = "" }) {
    super(title);
    Object.assign(this, { name: "ApiError", status, code, detail, fix });
  }
}

/** Asks for a key; set by the app. Resolves to false when the user gives up. */
let askKey = async () => false;
export function onKeyNeeded(f) {
  askKey = f;
}
export function rememberKey(key) {
  sessionStorage.setItem(keyName, key);
}
export function hasKey() {
  return keyNow() !== null;
}

const keyNow = () => sessionStorage.getItem(keyName);

function headers(extra) {
  const key = keyNow();
  return { ...extra, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
}

/** Whether to try again after 401: with a key that was given meanwhile, or
 *  that people give now. */
const newKey = async (used) => keyNow() !== used || askKey();

/** The absolute address of a path below /v1/. */
export function address(path, query) {
  const url = new URL(path, base);
  for (const [k, v] of Object.entries(query ?? {})) {
    if (v !== undefined && v !== null && v !== "") url.searchParams.set(k, v);
  }
  return url;
}

/** fetch that adds the key, asks for one on 401, and throws ApiError. */
export async function request(path, { query, json, method, signal, accept, lastId, keepalive } = {}) {
  const init = () => ({
    method: method ?? (json ? "POST" : "GET"),
    body: json && JSON.stringify(json),
    headers: headers({
      ...(json && { "Content-Type": "application/json" }),
      ...(accept && { Accept: accept }),
      ...(lastId && { "Last-Event-ID": lastId }),
    }),
    signal,
    keepalive,
  });
  for (;;) {
    const used = keyNow();
    let response;
    try {
      response = await fetch(address(path, query), init());
    } catch (err) {
      if (err.name === "AbortError") throw err;
      throw new ApiError({ code: "unreachable", title: S.errors.unreachable, fix: S.errors.unreachableFix });
    }
    if (response.ok) return response;
    if (response.status === 401 && await newKey(used)) continue;
    throw await problem(response.status, await response.text());
  }
}

function problem(status, text) {
  try {
    const p = JSON.parse(text);
    return new ApiError({ status, code: p.code, title: p.title || p.detail, detail: p.detail, fix: p.fix });
  } catch {
    return new ApiError({ status, title: S.errors.status(status) });
  }
}

const getJSON = async (path, options) => (await request(path, options)).json();
const doc = (id) => `documents/${encodeURIComponent(id)}`;
const evaluation = (id) => `evaluations/${encodeURIComponent(id)}`;
const eventStream = "text/event-stream";
const resumeTries = 5;
const resumeWait = 700; // milliseconds, times the number of tries

export const api = {
  strategies: () => getJSON("strategies"),
  documents: (query, signal) => getJSON("documents", { query, signal }),
  document: (id) => getJSON(doc(id)),
  deleteDocument: (id, keepalive) => request(doc(id), { method: "DELETE", keepalive }),
  retryDocument: (id) => request(`${doc(id)}/retry`, { method: "POST" }),
  cancelDocument: (id) => getJSON(`${doc(id)}/cancel`, { method: "POST" }),
  documentEvents: (lastId, signal) => request("documents/events", { accept: eventStream, lastId, signal }),
  sections: (id) => getJSON(`${doc(id)}/sections`),
  sentences: (id, query, signal) => getJSON(`${doc(id)}/sentences`, { query, signal }),
  text: async (id, query, signal) => (await request(`${doc(id)}/text`, { query, signal })).text(),
  chunks: (id, query) => getJSON(`${doc(id)}/chunks`, { query }),
  excerpt: (id, query) => getJSON(`${doc(id)}/excerpt`, { query }),
  page: (id, n, signal) => getJSON(`${doc(id)}/pages/${n}`, { signal }),
  pageImage: async (id, n, width, signal) => (await request(`${doc(id)}/pages/${n}/image`, { query: { width }, signal })).blob(),
  settings: () => getJSON("settings"),
  formats: () => getJSON("formats"),
  originalPath: (id) => `${doc(id)}/original`,
  answer: (id) => getJSON(`answers/${encodeURIComponent(id)}`),
  answers: (query) => getJSON("answers", { query }),
  comparison: (id) => getJSON(`comparisons/${encodeURIComponent(id)}`),
  comparisons: (query) => getJSON("comparisons", { query }),
  exportPath: (id) => `comparisons/${encodeURIComponent(id)}/export`,
  estimates: (json, signal) => getJSON("estimates", { json, signal }),

  evaluations: (query) => getJSON("evaluations", { query }),
  evaluate: (json) => getJSON("evaluations", { json }),
  evaluation: (id) => getJSON(evaluation(id)),
  cancelEvaluation: (id) => getJSON(`${evaluation(id)}/cancel`, { method: "POST" }),
  deleteEvaluation: (id) => request(evaluation(id), { method: "DELETE" }),
  evaluationEvents: (id, lastId, signal) => request(`${evaluation(id)}/events`, { accept: eventStream, lastId, signal }),
  reportPath: (id) => `${evaluation(id)}/report`,
  evaluatedQuestions: (id, first) => getJSON(`${evaluation(id)}/questions`, { query: { first, limit: 1000 } }),
  evaluatedQuestion: (id, n) => getJSON(`${evaluation(id)}/questions/${n}`),

  /**
   * Asks and streams: path is "answers" or "comparisons". onId gets the id of
   * what is on its way, onEvent {type, data} with data parsed.
   */
  async stream(path, json, { onId, onEvent, signal }) {
    const response = await request(path, { json: { ...json, stream: true }, accept: eventStream, signal });
    const id = response.headers.get("Location")?.split("/").filter(Boolean).at(-1);
    onId(id);
    await follow(path, id, { response, onEvent, signal });
  },

  /** Streams what another request asked for, from its beginning. */
  follow: (path, id, { onEvent, signal }) => follow(path, id, { onEvent, signal }),

  /** Ends the work on a streamed answer or comparison. */
  cancel: (path, id) => request(`${path}/${encodeURIComponent(id)}/cancel`, { method: "POST" }),

  /** Uploads one file; onProgress gets the share sent, in [0, 1]. */
  async upload(file, onProgress, signal) {
    for (;;) {
      const used = keyNow();
      const { status, text } = await send(file, onProgress, signal);
      if (status >= 200 && status < 300) return JSON.parse(text);
      if (status === 401 && await newKey(used)) continue;
      throw problem(status, text);
    }
  },
};

/** Reads a stream to its end. A broken one goes on where it stopped. */
async function follow(path, id, { response, onEvent, signal }) {
  let ended = false;
  const parser = new EventParser((e) => {
    const event = { ...e, data: JSON.parse(e.data) };
    ended ||= isLast(path, event);
    onEvent(event);
  });
  for (let tries = 0; ; tries++) {
    response ??= await request(`${path}/${encodeURIComponent(id)}/events`, { accept: eventStream, lastId: parser.lastId, signal });
    await readEvents(response, parser).catch((err) => {
      if (signal.aborted) throw err;
    });
    if (ended) return;
    if (tries === resumeTries) throw new ApiError({ code: "stream_broken", title: S.errors.stream, fix: S.errors.streamFix });
    await new Promise((resolve) => setTimeout(resolve, resumeWait * tries));
    response = null;
  }
}

/** Whether an event ends its stream; one strategy's failure does not. */
function isLast(path, { type, data }) {
  if (path === "comparisons") return type === "comparison" || (type === "error" && !data.strategy);
  return type === "answer" || type === "error";
}

/** fetch cannot tell how much of a body was sent; XMLHttpRequest can. */
function send(file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    body.append("file", file, file.name);
    const xhr = new XMLHttpRequest();
    xhr.open("POST", address("documents"));
    for (const [k, v] of Object.entries(headers())) xhr.setRequestHeader(k, v);
    xhr.upload.addEventListener("progress", (e) => e.lengthComputable && onProgress(e.loaded / e.total));
    xhr.addEventListener("load", () => resolve({ status: xhr.status, text: xhr.responseText }));
    xhr.addEventListener("error", () => reject(new ApiError({ code: "upload_broken", title: S.errors.upload, fix: S.errors.uploadFix })));
    xhr.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    signal?.addEventListener("abort", () => xhr.abort(), { once: true });
    xhr.send(body);
  });
}
