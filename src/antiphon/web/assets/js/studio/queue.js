// The queue of uploads. It outlives the page it is shown on: as with the music, leaving /upload does not stop it.
import { inOrder, plain, refusal, sampleOf } from "./files.js";
import { ENDPOINT, Item } from "./item.js";
import { fileAgain, hasHandle, recall } from "./memory.js";
import { say } from "./words.js";

const AT_ONCE = 2;

function newBatch() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only on https and localhost
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** How many bytes of an upload the server holds; null when it holds none of it any more. @param {string} id */
async function offsetOf(id) {
  const answer = await fetch(ENDPOINT + id, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" }, cache: "no-store" });
  return answer.ok ? Number(answer.headers.get("Upload-Offset") ?? 0) : null;
}

class Queue extends EventTarget {
  /** @type {Item[]} */
  items = [];
  attested = false;
  held = false; // everything paused
  loaded = false;

  constructor() {
    super();
    addEventListener("online", () => this.items.filter((item) => item.phase === "lost").forEach((item) => item.restart()));
    addEventListener("beforeunload", (event) => {
      if (this.items.some((item) => ["sending", "lost", "waiting"].includes(item.phase) && item.file)) event.preventDefault();
    });
  }

  /** @param {Item} item */
  keep(item) {
    item.changed = () => {
      this.dispatchEvent(new CustomEvent("change", { detail: item }));
      if (!["checking", "sending", "lost"].includes(item.phase)) this.pump();
    };
    this.items.push(item);
    item.changed(item);
    return item;
  }

  /**
   * Take in what was dropped or chosen: unfinished uploads go on, copies are flagged, the rest joins the queue.
   * Returns how many files of a folder that was chosen again are here or on their way: they get no second row.
   * @param {import("./files.js").Found[]} found
   * What was planned before (see bring.js) comes in its own order, with the batch that it was planned in.
   * @param {{maxBytes: number, profile: string, replaces: string, batch?: string}} options
   */
  async add(found, options) {
    const batches = options.batch ? new Map() : this.batchesFor(found);
    const fresh = (options.batch ? found : inOrder(found)).map(({ file, folder, handle, set, setTitle }) => {
      const batch = folder ? (batches.get(folder) ?? "") : "";
      const item = new Item({ name: file.name, size: file.size, folder, batch, file, ...options });
      item.handle = handle;
      Object.assign(item, { set: set ?? "", setTitle: setTitle ?? "" });
      return this.keep(item);
    });
    for (const item of fresh) await this.judge(item, options.maxBytes);
    this.pump();
    const again = (/** @type {Item} */ item) => item.twin?.batch === item.batch && !fresh.includes(item.twin);
    const here = fresh.filter((item) => item.phase === "twin" && item.folder && again(item));
    here.forEach((item) => this.drop(item));
    return here.length;
  }

  /** A folder dropped again is the same album when one of its files is already here. @param {import("./files.js").Found[]} found */
  batchesFor(found) {
    const batch = newBatch();
    /** @type {Map<string, string>} */
    const batches = new Map();
    for (const { file, folder } of found) {
      const known = this.items.find(
        (one) => plain(one.folder) === plain(folder) && plain(one.name) === plain(file.name) && one.size === file.size,
      );
      if (folder && known?.batch) batches.set(folder, known.batch);
    }
    for (const { folder } of found) if (!batches.has(folder)) batches.set(folder, batch);
    return batches;
  }

  /** @param {Item} item @param {number} maxBytes */
  async judge(item, maxBytes) {
    const file = /** @type {File} */ (item.file);
    const refused = refusal(file, maxBytes);
    if (refused) return item.enter("refused", say(refused));
    try {
      item.sample = await sampleOf(file);
    } catch {
      return item.enter("refused", say("refused.unreadable"));
    }
    const unfinished = this.unfinishedFor(item);
    if (unfinished) {
      this.drop(item);
      unfinished.sample = item.sample;
      return unfinished.attach(file, item.handle);
    }
    const twin = this.items.find((one) => one !== item && this.sameFile(one, item));
    item.twin = twin ?? null;
    if (twin) return item.enter("twin", say(twin.phase === "received" ? "twin.received" : "twin.queued", { name: twin.name }));
    return item.enter("waiting");
  }

  /** @param {Item} item */
  unfinishedFor(item) {
    return this.items.find((one) => {
      if (one.phase !== "unfinished" || !this.sameName(one, item) || one.size !== item.size) return false;
      if (item.folder && one.folder && plain(item.folder) !== plain(one.folder)) return false;
      const before = recall(one.id)?.sample;
      if (!before || !item.sample || before === item.sample) return true;
      one.enter("unfinished", say("unfinished.other"));
      return false;
    });
  }

  /** @param {Item} one @param {Item} other */
  sameFile(one, other) {
    if (["refused", "cancelled", "twin", "checking", "stopped"].includes(one.phase) || one.replaces !== other.replaces) return false;
    if (one.size !== other.size) return false;
    if (one.sample && other.sample) return one.sample === other.sample;
    return this.sameName(one, other) && plain(one.folder) === plain(other.folder);
  }

  /** @param {Item} one @param {Item} other */
  sameName(one, other) {
    return plain(one.name) === plain(other.name);
  }

  /** An upload that has begun was attested when it began. @param {Item} item */
  waitsForRights(item) {
    return !this.attested && !item.id;
  }

  /** Start what may start: two at a time, and nothing before the rights are attested. */
  pump() {
    if (this.held) return;
    let room = AT_ONCE - this.items.filter((item) => ["sending", "lost"].includes(item.phase)).length;
    for (const item of this.items) {
      if (room <= 0) return;
      if (item.phase !== "waiting" || this.waitsForRights(item)) continue;
      item.start();
      room -= 1;
    }
  }

  /** @param {Item} item */
  drop(item) {
    this.items = this.items.filter((one) => one !== item);
    this.dispatchEvent(new CustomEvent("drop", { detail: item }));
  }

  /** @param {Item} item */
  async cancel(item) {
    await item.cancel();
    this.drop(item);
    this.pump();
  }

  /** @param {Item} item */
  async resume(item) {
    if (item.phase === "unfinished") {
      const file = await fileAgain(item.id, true);
      if (!file || file.size !== item.size) return item.enter("unfinished", say("unfinished.gone"));
      item.attach(file, item.handle);
    } else {
      item.enter("waiting");
    }
    this.pump();
    return undefined;
  }

  /** @param {boolean} held */
  async hold(held) {
    this.held = held;
    if (held) await Promise.all(this.items.filter((one) => ["sending", "lost"].includes(one.phase)).map((one) => one.pause()));
    else this.items.filter((one) => one.phase === "paused").forEach((one) => one.enter("waiting"));
    this.dispatchEvent(new CustomEvent("change", { detail: null }));
    this.pump();
  }

  /** Ask the server what it holds for this person: the unfinished, and what came in lately. @param {string} url */
  async load(url) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { uploads } = await answer.json();
    for (const known of uploads) {
      if (this.items.some((item) => item.id === known.id)) continue;
      const item = new Item({ name: known.file_name, size: known.size_bytes, folder: known.folder, batch: known.batch ?? "" });
      Object.assign(item, { id: known.id, profile: String(known.profile ?? ""), replaces: String(known.replaces ?? "") });
      const open = known.state === "open";
      const offset = open ? await offsetOf(known.id) : item.size;
      if (offset === null) continue;
      item.sent = offset;
      item.phase = open ? "unfinished" : "received";
      item.earlier = !open;
      this.keep(item);
      if (open) await this.comeBack(item);
    }
    this.loaded = true;
  }

  /** Where the browser still lets us read the file, go on without a word. @param {Item} item */
  async comeBack(item) {
    const file = await fileAgain(item.id, false);
    if (file && file.size === item.size) return item.attach(file, null);
    item.canAsk = await hasHandle(item.id);
    return item.changed(item);
  }
}

export const queue = new Queue();

/** On every page, the link to the uploads says how far they are. */
function showProgress() {
  const sending = queue.items.filter((item) => item.file && ["waiting", "sending", "lost", "paused"].includes(item.phase));
  const size = sending.reduce((sum, item) => sum + item.size, 0);
  const sent = sending.reduce((sum, item) => sum + item.sent, 0);
  for (const link of document.querySelectorAll('#top a[href="/upload"]')) {
    if (size) /** @type {HTMLElement} */ (link).dataset.progress = `${Math.floor((100 * sent) / size)} %`;
    else link.removeAttribute("data-progress");
  }
}

queue.addEventListener("change", showProgress);
document.addEventListener("antiphon:page", showProgress);
