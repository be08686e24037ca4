// What the player remembers over a reload, in this browser only.

/** @typedef {import("./queue.js").Item} Item */

/**
 * @typedef {object} Kept
 * @property {Item[]} items
 * @property {number} index
 * @property {number} position seconds
 * @property {boolean} playing
 * @property {number} at when it was written, in ms since 1970
 * @property {boolean} left whether the page that wrote it went away then
 * @property {number[] | null} [order] where each stood before the queue was shuffled
 */

/**
 * @typedef {object} Taste
 * @property {number} volume
 * @property {boolean} muted
 * @property {boolean} even
 * @property {boolean} saveData
 * @property {boolean} remaining
 * @property {boolean} keys
 * @property {boolean} shuffle
 * @property {import("./queue.js").Repeat} repeat
 */

const QUEUE = "antiphon.queue";
const TASTE = "antiphon.taste";
const MOST_KEPT = 500;

/** @type {Taste} */
const USUAL = {
  volume: 1, muted: false, even: true, saveData: false, remaining: false, keys: true, shuffle: false, repeat: "off",
};

/**
 * @param {string} key
 * @returns {any}
 */
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null; // storage that is switched off or spoilt is the same as none
  }
}

/**
 * @param {string} key
 * @param {object} value
 */
function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store costs the memory of this visit, nothing else.
  }
}

/** @returns {Kept | null} */
export function recallQueue() {
  const kept = read(QUEUE);
  if (!kept || !Array.isArray(kept.items)) return null;
  const items = kept.items.filter((/** @type {any} */ item) => item && typeof item.info === "string" && item.info.startsWith("/listen/"));
  return items.length ? { index: 0, position: 0, playing: false, at: 0, left: false, ...kept, items } : null;
}

/** @param {Kept} kept */
export function keepQueue(kept) {
  if (kept.items.length > MOST_KEPT) {
    const from = Math.max(0, Math.min(kept.index, kept.items.length - MOST_KEPT));
    kept = { ...kept, items: kept.items.slice(from, from + MOST_KEPT), index: kept.index - from, order: null };
  }
  write(QUEUE, kept);
}

/** @returns {Taste} */
export function recallTaste() {
  return { ...USUAL, ...(read(TASTE) ?? {}) };
}

/** @param {Taste} taste */
export function keepTaste(taste) {
  write(TASTE, taste);
}
