// Signed notes, verifier keys, checkpoints and .tlog-proof files (C2SP), with Ed25519 from WebCrypto.
import { BadProof, fromBase64, hashFrom, numberFrom, sha256, toHex, utf8 } from "./bytes.js";

export const ED25519 = 1;
export const COSIGNATURE = 4;
const HEADER = "c2sp.org/tlog-proof@v1";
const MOST_HASHES = 63;
const MOST_SIGNATURES = 100;
const CONTROL = /[\x00-\x09\x0b-\x1f]/;

/** @typedef {{name: string, kind: number, raw: Uint8Array, id: string, text: string}} Key */
/** @typedef {{name: string, id: string, raw: Uint8Array}} Line */
/** @typedef {{text: string, lines: Line[]}} Note */
/** @typedef {{origin: string, size: number, root: Uint8Array}} Checkpoint */
/** @typedef {{index: number, hashes: Uint8Array[], checkpoint: string}} Place */

/** @param {string} text */
const isName = (text) => text !== "" && !/[+\s\p{Cc}\p{Z}]/u.test(text);

/** @param {string} text @returns {Promise<Key>} */
export async function verifierKey(text) {
  const [name, id, encoded] = cut(text, "+", 3);
  const raw = encoded ? fromBase64(encoded) : new Uint8Array();
  if (!isName(name) || raw.length !== 33 || ![ED25519, COSIGNATURE].includes(raw[0])) {
    throw new BadProof("This is not a verifier key of a kind we know.");
  }
  const known = toHex((await sha256(utf8(`${name}\n`), raw)).slice(0, 4));
  if (known !== id) throw new BadProof("The id in this verifier key is not that of its key.");
  return { name, kind: raw[0], raw: raw.slice(1), id, text };
}

/** Cut at the first marks only. @param {string} text @param {string} mark @param {number} most */
function cut(text, mark, most) {
  const parts = text.split(mark);
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(mark)];
}

/** @param {string} raw @returns {Note} */
export function noteFrom(raw) {
  const at = raw.lastIndexOf("\n\n");
  if (CONTROL.test(raw) || at < 0 || !raw.endsWith("\n") || at + 2 >= raw.length) {
    throw new BadProof("This is not a signed note.");
  }
  const lines = raw.slice(at + 2, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) throw new BadProof("This note has too many signatures.");
  return { text: raw.slice(0, at + 1), lines: lines.map(lineFrom) };
}

/** @param {string} line @returns {Line} */
function lineFrom(line) {
  const [dash, name, encoded] = cut(line, " ", 3);
  const raw = encoded ? fromBase64(encoded) : new Uint8Array();
  if (dash !== "—" || !isName(name ?? "") || raw.length < 5) throw new BadProof("This is not a signature line.");
  return { name, id: toHex(raw.slice(0, 4)), raw: raw.slice(4) };
}

/**
 * Check one signature; the time it claims in Unix seconds, or null where its kind claims none.
 * @param {Key} key @param {string} text @param {Uint8Array} signature
 */
export async function timeOf(key, text, signature) {
  let time = null;
  let message = utf8(text);
  if (key.kind === COSIGNATURE) {
    if (signature.length < 8) throw new BadProof(`The signature of ${key.name} is wrong.`);
    const said = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
    if (said >= 1n << 53n) throw new BadProof(`The cosignature of ${key.name} has an impossible time.`);
    time = Number(said);
    message = utf8(`cosignature/v1\ntime ${time}\n${text}`);
    signature = signature.slice(8);
  }
  const imported = await crypto.subtle.importKey("raw", key.raw.slice(), { name: "Ed25519" }, false, ["verify"]);
  const right = signature.length === 64 && (await crypto.subtle.verify("Ed25519", imported, signature.slice(), message));
  if (!right) throw new BadProof(`The signature of ${key.name} is wrong.`);
  return time;
}

/**
 * Every known key's signature is right, and at least one is there; a line of a key that nobody named is refused.
 * @param {string} raw @param {Key[]} keys
 */
export async function openNote(raw, keys) {
  const note = noteFrom(raw);
  /** @type {{key: Key, time: number | null}[]} */
  const signed = [];
  for (const line of note.lines) {
    const key = keys.find((one) => one.name === line.name && one.id === line.id);
    if (!key) throw new BadProof("Somebody whom the file does not name has signed here.");
    signed.push({ key, time: await timeOf(key, note.text, line.raw) });
  }
  return { note, signed };
}

/** @param {string} text @returns {Checkpoint} */
export function checkpointFrom(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.at(-1) !== "" || lines.slice(0, -1).includes("")) {
    throw new BadProof("This is not a checkpoint.");
  }
  if (!isName(lines[0])) throw new BadProof("A checkpoint's origin has no spaces and no plus.");
  return { origin: lines[0], size: numberFrom(lines[1]), root: hashFrom(lines[2]) };
}

/** @param {string} text @returns {Place} */
export function placeFrom(text) {
  const at = text.indexOf("\n\n");
  const lines = text.slice(0, Math.max(at, 0)).split("\n");
  if (at < 0 || lines.shift() !== HEADER || !lines[0]?.startsWith("index ")) {
    throw new BadProof("This is not the place of an entry in a log.");
  }
  const index = numberFrom(lines.shift()?.slice("index ".length) ?? "");
  if (lines.length > MOST_HASHES) throw new BadProof("This tlog-proof is too long.");
  return { index, hashes: lines.map(hashFrom), checkpoint: text.slice(at + 2) };
}

