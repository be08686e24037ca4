// Reading a log from its tiles (C2SP tlog-tiles), and joining two of its sizes by a proof made from them.
import { BadProof } from "../verify/bytes.js";
import { nodeHash } from "../verify/merkle.js";

const WIDTH = 256;
const HASH = 32;

/** @typedef {(path: string) => Promise<Uint8Array | null>} ReadTile a file below the log's prefix; null: it is not there */
/** @typedef {(level: number, index: number) => Promise<Uint8Array>} Read a complete subtree's hash */

/** @param {number} level @param {number} index @param {number} width */
export function tilePath(level, index, width) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return `tile/${level}/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** The tree has no such tile, although a checkpoint that is served needs it. */
export class Missing extends Error {}

/** @param {ReadTile} readTile @param {number} size @returns {Read} */
export function reader(readTile, size) {
  /** @type {Map<string, Promise<Uint8Array[]>>} */
  const kept = new Map();
  /** @param {number} level @param {number} index */
  const tile = (level, index) => {
    const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - index * WIDTH);
    const path = tilePath(level, index, width);
    const known = kept.get(path) ?? fetched(readTile, level, index, width);
    kept.set(path, known);
    return known;
  };
  return async (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = index * count;
    const row = (await tile(tileLevel, Math.floor(first / WIDTH))).slice(first % WIDTH, (first % WIDTH) + count);
    if (row.length !== count) throw new BadProof("The tree does not reach this subtree.");
    return rootOf(row);
  };
}

/** @param {ReadTile} readTile @param {number} level @param {number} index @param {number} width */
async function fetched(readTile, level, index, width) {
  // A partial tile may be gone once its full one is there, and is the beginning of that.
  const raw = (await readTile(tilePath(level, index, width))) ?? (await readTile(tilePath(level, index, WIDTH)));
  if (!raw) throw new Missing(tilePath(level, index, width));
  if (raw.length < width * HASH || raw.length % HASH) throw new BadProof("A tile has the wrong length.");
  return Array.from({ length: width }, (_, at) => raw.slice(at * HASH, (at + 1) * HASH));
}

/** @param {Uint8Array[]} row a power of two of them */
async function rootOf(row) {
  while (row.length > 1) {
    /** @type {Promise<Uint8Array>[]} */
    const above = [];
    for (let at = 0; at < row.length; at += 2) above.push(nodeHash(row[at], row[at + 1]));
    row = await Promise.all(above);
  }
  return row[0];
}

/** The largest power of two below a size. @param {number} size */
function splitOf(size) {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** @param {Read} read @param {number} start @param {number} stop @returns {Promise<Uint8Array>} */
async function subtree(read, start, stop) {
  const count = stop - start;
  const split = count === 1 ? 1 : splitOf(count);
  if (count === 1 || split * 2 === count) return read(Math.round(Math.log2(count)), start / count);
  return nodeHash(await subtree(read, start, start + split), await subtree(read, start + split, stop));
}

/**
 * Prove that the tree of `old` entries is the beginning of that of `size` (RFC 6962, 2.1.2).
 * @param {Read} read @param {number} old @param {number} size
 */
export async function consistency(read, old, size) {
  if (old === 0 || old === size) return [];
  let start = 0;
  let stop = size;
  /** @type {[number, number][]} */
  const path = [];
  while (stop !== old) {
    const middle = start + splitOf(stop - start);
    if (old <= middle) {
      path.push([middle, stop]);
      stop = middle;
    } else {
      path.push([start, middle]);
      start = middle;
    }
  }
  if (start !== 0) path.push([start, stop]);
  return Promise.all(path.reverse().map(([from, to]) => subtree(read, from, to)));
}
