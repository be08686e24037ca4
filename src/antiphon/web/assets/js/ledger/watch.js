// The fork alarm: this browser keeps the last checkpoint of the log that it saw, and says so when the next one cannot be
// true beside it. A site that shows different people different histories is found out by whoever comes back.
import { announce, say } from "../words.js";
import { BadProof, same } from "../verify/bytes.js";
import { checkConsistency } from "../verify/merkle.js";
import { checkpointFrom, noteFrom } from "../verify/notes.js";
import { consistency, Missing, reader } from "./tiles.js";

const KEY = "antiphon.checkpoint";
const EVERY_MS = 10 * 60 * 1000;
const MOST_MISSES = 3;

/** @typedef {import("./tiles.js").ReadTile} ReadTile */
/** @typedef {{raw: string, at: number, misses: number, other?: string, verdict?: string}} Kept */
/** @typedef {"same" | "grown" | "fork" | "smaller" | "key" | "unshown" | "elsewhere"} Verdict */

/** @param {string} raw */
function opened(raw) {
  const note = noteFrom(raw);
  const checkpoint = checkpointFrom(note.text);
  const keys = note.lines.filter((line) => line.name === checkpoint.origin).map((line) => line.id);
  return { ...checkpoint, keys };
}

/**
 * Hold a checkpoint against the one that was kept.
 * @param {string} before @param {string} after @param {ReadTile} readTile @returns {Promise<Verdict>}
 */
export async function compare(before, after, readTile) {
  const old = opened(before);
  const now = opened(after);
  if (old.origin !== now.origin) return "elsewhere"; // the site has moved to another address, and its log with it
  if (!old.keys.some((key) => now.keys.includes(key))) return "key";
  if (now.size < old.size) return "smaller";
  if (now.size === old.size) return same(now.root, old.root) ? "same" : "fork";
  try {
    const proof = await consistency(reader(readTile, now.size), old.size, now.size);
    await checkConsistency(old.size, now.size, old.root, now.root, proof);
    return "grown";
  } catch (error) {
    if (error instanceof Missing) return "unshown";
    if (error instanceof BadProof) return "fork";
    throw error;
  }
}

/**
 * What to remember next, and whether it is an alarm. What cannot be shown once may be a moment's trouble; three times not.
 * @param {Kept | null} kept @param {string} raw @param {number} now @param {ReadTile} readTile @returns {Promise<Kept>}
 */
export async function look(kept, raw, now, readTile) {
  opened(raw); // nothing is kept that is no checkpoint
  if (!kept) return { raw, at: now, misses: 0 };
  const verdict = await compare(kept.raw, raw, readTile);
  if (["same", "grown", "elsewhere"].includes(verdict)) return { raw, at: now, misses: 0 };
  const misses = verdict === "unshown" ? kept.misses + 1 : 0;
  const alarm = verdict !== "unshown" || misses >= MOST_MISSES;
  return { raw: kept.raw, at: now, misses, ...(alarm ? { other: raw, verdict } : {}) };
}

/** @returns {Kept | null} */
function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return kept && typeof kept.raw === "string" && typeof kept.at === "number" ? { misses: 0, ...kept } : null;
  } catch {
    return null;
  }
}

/** @param {Kept} kept */
function remember(kept) {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing cannot watch; it says nothing either.
  }
}

/** @type {ReadTile} */
async function fromSite(path) {
  const reply = await fetch(`/log/${path}`);
  if (!reply.ok) await reply.body?.cancel(); // a body that nobody reads keeps its connection
  if (reply.status === 404) return null;
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return new Uint8Array(await reply.arrayBuffer());
}

/** Look at most every ten minutes, once per page; never in the way of anything. */
export async function watch() {
  const kept = remembered();
  if (kept?.verdict) {
    alarm(kept);
    return;
  }
  // Without WebCrypto, as on http outside of this machine, nothing can be compared.
  if (!globalThis.crypto?.subtle || (kept && Date.now() - kept.at < EVERY_MS)) return;
  try {
    const reply = await fetch("/log/checkpoint", { cache: "no-cache" });
    if (!reply.ok) {
      await reply.body?.cancel();
      return; // no log yet, or a moment's trouble
    }
    const next = await look(kept, await reply.text(), Date.now(), fromSite);
    remember(next);
    if (next.verdict) alarm(next);
  } catch {
    // The network, or a page of somebody else's in between: that says nothing about the log.
  }
}

/** @param {Kept} kept */
function alarm(kept) {
  if (document.getElementById("fork")) return;
  const banner = document.createElement("div");
  banner.id = "fork";
  banner.className = "banner warning";
  banner.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = say(kept.verdict === "unshown" ? "logUnshown" : "logForked");
  const save = document.createElement("a");
  save.textContent = say("logEvidence");
  save.download = "antiphon-two-checkpoints.txt";
  save.href = `data:text/plain;charset=utf-8,${encodeURIComponent(`${kept.raw}\n${kept.other ?? ""}`)}`;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "link";
  again.textContent = say("logAnew");
  again.addEventListener("click", () => {
    if (kept.other) remember({ raw: kept.other, at: Date.now(), misses: 0 });
    banner.remove();
  });
  const act = document.createElement("p");
  act.append(save, " ", again);
  banner.append(words, act);
  document.getElementById("main")?.before(banner);
  announce(words.textContent);
}
