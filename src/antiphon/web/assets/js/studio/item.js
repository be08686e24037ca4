// One file on its way to the server: what it is, where it stands, and the tus upload that carries it.
import * as tus from "tus-js-client";
import { forget, keepHandle, remember } from "./memory.js";
import { say } from "./words.js";

export const ENDPOINT = "/uploads/";
// A cut line is tried again for about an hour; after that the row waits for a press of "Go on".
const DELAYS_MS = [500, 1000, 2000, 4000, 8000, 15000, ...Array(120).fill(30000)];
const STALLED_MS = 45000;
const WATCH_MS = 5000;
const SMOOTHING = 0.3;

/**
 * Where a row stands. `unfinished`: the server holds a part of it, and this page does not have the file (any more).
 * @typedef {"checking" | "refused" | "twin" | "waiting" | "sending" | "lost" | "paused" | "unfinished" | "received" |
 *   "stopped" | "cancelled"} Phase
 */

let counter = 0;

/** @param {any} error @returns {{status: number, words: string}} */
function explain(error) {
  const response = error?.originalResponse;
  const status = response?.getStatus?.() ?? 0;
  const body = response?.getBody?.() ?? "";
  try {
    const problem = JSON.parse(body);
    const words = [problem.detail ?? problem.title, problem.hint].filter(Boolean).join(" ");
    if (words) return { status, words };
  } catch {
    if (body && body.length < 300 && !body.includes("<")) return { status, words: body.trim() };
  }
  if (status === 401) return { status, words: say("error.signed_out") };
  return { status, words: say("error.unknown", { status }) };
}

/** An id as lists have it, with dashes; addresses leave them out. @param {string} word */
function dashed(word) {
  return word.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** @param {number} status */
function passes(status) {
  return status === 0 || status >= 500 || [408, 409, 423, 429].includes(status);
}

export class Item {
  /** @param {{name: string, size: number, folder?: string, batch?: string, file?: File | null, profile?: string, replaces?: string}} what */
  constructor(what) {
    this.key = `u${++counter}`;
    this.name = what.name;
    this.size = what.size;
    this.folder = what.folder ?? "";
    this.batch = what.batch ?? "";
    this.file = what.file ?? null;
    this.profile = what.profile ?? "";
    this.replaces = what.replaces ?? "";
    /** @type {FileSystemFileHandle | null} */
    this.handle = null;
    this.sample = "";
    this.id = ""; // the upload's id on the server, once it has one
    /** @type {Phase} */
    this.phase = "checking";
    this.reason = "";
    this.sent = 0;
    this.speed = 0; // bytes a second, smoothed
    /** @type {Item | null} */
    this.twin = null; // the row that holds the same file
    this.earlier = false; // it came in before this visit
    this.set = ""; // where it was planned for a set: which, and what that is called
    this.setTitle = "";
    /** @type {File | null} */
    this.unpacked = null; // taken out of an archive when its turn came
    this.canAsk = false; // the browser kept a way back to the file and wants a click
    /** @type {any} */
    this.server = null; // what the server last said of it, once received
    /** @type {tus.Upload | null} */
    this.upload = null;
    this.tick = { at: 0, sent: 0 };
    this.watch = 0;
    /** @type {(item: Item) => void} */
    this.changed = () => undefined;
  }

  /** @param {Phase} phase @param {string} [reason] */
  enter(phase, reason = "") {
    this.phase = phase;
    this.reason = reason;
    if (phase !== "sending") this.speed = 0;
    this.changed(this);
  }

  get open() {
    return ["checking", "waiting", "sending", "lost", "paused", "unfinished"].includes(this.phase);
  }

  /** Send, or go on sending from where the server stands. */
  async start() {
    if (!this.file) return;
    this.tick = { at: performance.now(), sent: this.sent };
    this.enter("sending");
    if (!(await this.unpack())) return;
    this.upload ??= await this.prepare();
    if (this.phase !== "sending") return; // paused or removed meanwhile
    this.upload.start();
    clearInterval(this.watch);
    this.watch = setInterval(() => this.unstall(), WATCH_MS);
  }

  /** What lies in an archive is taken out when it is sent, one at a time; false when that fails. */
  async unpack() {
    const inside = /** @type {any} */ (this.file);
    if (!inside.unzip || this.unpacked) return true;
    try {
      this.unpacked = await inside.unzip();
      return true;
    } catch {
      this.enter("refused", say("zip.broken"));
      return false;
    }
  }

  /** An upload the server did not list, but whose address this browser kept, is gone on with as well. */
  async prepare() {
    const upload = this.make();
    if (this.id) return upload;
    const [before] = await upload.findPreviousUploads();
    if (before) upload.resumeFromPreviousUpload(before);
    return upload;
  }

  make() {
    return new tus.Upload(this.unpacked ?? /** @type {File} */ (this.file), {
      endpoint: ENDPOINT,
      uploadUrl: this.id ? ENDPOINT + this.id : null,
      retryDelays: DELAYS_MS,
      removeFingerprintOnSuccess: true,
      metadata: this.metadata(),
      onUploadUrlAvailable: () => this.named(),
      onProgress: (sent) => this.progressed(sent),
      onSuccess: () => this.arrived(),
      onError: (error) => this.failed(error),
      onShouldRetry: (error) => this.again(error),
    });
  }

  metadata() {
    /** @type {Record<string, string>} */
    const words = { filename: this.name, attested: "yes" };
    if (this.folder) words.folder = this.folder;
    if (this.batch) words.batch = this.batch;
    if (this.profile) words.profile = this.profile;
    if (this.replaces) words.replaces = this.replaces;
    return words;
  }

  named() {
    const id = dashed((this.upload?.url ?? "").split("/").filter(Boolean).pop() ?? "");
    if (!id || id === this.id) return;
    this.id = id;
    remember(id, { name: this.name, size: this.size, modified: this.file?.lastModified ?? 0, sample: this.sample });
    if (this.handle) keepHandle(id, this.handle);
    this.changed(this);
  }

  /** @param {number} sent */
  progressed(sent) {
    const now = performance.now();
    const passed = (now - this.tick.at) / 1000;
    if (passed >= 0.5) {
      const rate = Math.max(0, sent - this.tick.sent) / passed;
      this.speed = this.speed ? this.speed * (1 - SMOOTHING) + rate * SMOOTHING : rate;
      this.tick = { at: now, sent };
    }
    this.sent = sent;
    if (this.phase === "lost") this.enter("sending");
    else this.changed(this);
  }

  arrived() {
    this.rest();
    this.sent = this.size;
    this.unpacked = null;
    if (this.id) forget(this.id);
    this.enter("received");
  }

  /** @param {any} error */
  failed(error) {
    this.rest();
    this.enter("stopped", explain(error).words);
  }

  /** Whether to try once more. @param {any} error */
  again(error) {
    const { status, words } = explain(error);
    if (!passes(status)) return false;
    this.enter("lost", status ? words : say(navigator.onLine ? "lost.line" : "lost.offline"));
    return true;
  }

  /** A line can die without a word, most of all while a laptop sleeps: then begin again where the server stands. */
  unstall() {
    const quiet = performance.now() - this.tick.at;
    if (this.phase === "sending" && this.sent < this.size && quiet > STALLED_MS) this.restart();
  }

  async restart() {
    await this.upload?.abort();
    if (this.phase === "sending" || this.phase === "lost") this.start();
  }

  async pause() {
    this.rest();
    this.enter("paused");
    await this.upload?.abort();
  }

  rest() {
    clearInterval(this.watch);
    this.watch = 0;
  }

  /** Stop, and have the server throw away what it holds. */
  async cancel() {
    this.rest();
    const id = this.id;
    await this.upload?.abort();
    this.enter("cancelled");
    if (!id) return;
    forget(id);
    for (const { urlStorageKey } of (await this.upload?.findPreviousUploads()) ?? []) localStorage.removeItem(urlStorageKey);
    await fetch(ENDPOINT + id, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } }).catch(() => undefined);
  }

  /** Take up an unfinished upload with the file picked again. @param {File} file @param {FileSystemFileHandle | null} handle */
  attach(file, handle) {
    this.file = file;
    this.handle = handle;
    this.upload = null;
    this.enter("waiting");
  }
}
