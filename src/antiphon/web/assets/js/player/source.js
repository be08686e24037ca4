// Where a track's sound is: addresses are signed, bound to this listener and run out, so they are asked for when needed.

/**
 * @typedef {object} Info
 * @property {number} id
 * @property {string} title
 * @property {string} artists
 * @property {string} page
 * @property {string} artwork
 * @property {number} duration_ms
 * @property {number | null} loudness_lufs
 * @property {number | null} true_peak_dbtp
 * @property {{kind: string, mime: string, url: string}[]} streams
 * @property {string} ticket shown with every report of what was heard
 * @property {string} expires_at
 */

const SLACK_MS = 60_000;
/** @type {Map<string, Info>} */
const known = new Map();

/** Player data could not be had. `gone` tells "not for you, or not any more" from "not now". */
export class NoInfo extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`player data: ${status}`);
    this.gone = [403, 404, 410].includes(status);
  }
}

/**
 * Player data with addresses that are still good. Throws `NoInfo`, or TypeError when there is no network.
 * @param {string} address
 * @param {{fresh?: boolean}} [options]
 * @returns {Promise<Info>}
 */
export async function infoOf(address, { fresh = false } = {}) {
  const had = known.get(address);
  if (had && !fresh && Date.parse(had.expires_at) - Date.now() > SLACK_MS) return had;
  const reply = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!reply.ok) throw new NoInfo(reply.status);
  const info = /** @type {Info} */ (await reply.json());
  known.set(address, info);
  return info;
}

/**
 * The copy to play: AAC, or Opus for those who save data and for browsers without AAC. Undefined when none fits.
 * @param {Info} info
 * @param {boolean} saveData
 */
export function pick(info, saveData) {
  const probe = document.createElement("audio");
  const playable = info.streams.filter((stream) => probe.canPlayType(stream.mime) !== "");
  const small = playable.find((stream) => stream.kind.startsWith("opus"));
  const first = playable.find((stream) => stream.kind.startsWith("aac"));
  return (saveData ? small : first) ?? playable[0];
}
