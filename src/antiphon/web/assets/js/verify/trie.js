// Manifests: a Merkle trie in which a key's place is forced by its bits, so that its absence can be proved.
import { BadProof, same, sha256 } from "./bytes.js";

const EMPTY = new Uint8Array(32);

/** @typedef {{siblings: Uint8Array[], end: [Uint8Array, Uint8Array] | null}} TrieProof */

/** @param {Uint8Array} key @param {number} depth */
const bitOf = (key, depth) => (key[depth >> 3] >> (7 - (depth & 7))) & 1;

/**
 * The compact form: length with a flag for the end, a bitmap of the siblings that are not empty, those, and the end.
 * @param {Uint8Array} raw @returns {TrieProof}
 */
export function trieProofFrom(raw) {
  const wrong = () => new BadProof("This proof about a manifest has a wrong length or spelling.");
  if (raw.length < 2) throw wrong();
  const head = raw[0] * 256 + raw[1];
  const count = head & 0x7fff;
  if (count > 256) throw wrong();
  const bitmap = raw.slice(2, 2 + Math.ceil(count / 8));
  if (bitmap.length !== Math.ceil(count / 8)) throw wrong();
  let at = 2 + bitmap.length;
  const take = () => {
    const part = raw.slice(at, at + 32);
    if (part.length !== 32) throw wrong();
    at += 32;
    return part;
  };
  const siblings = [];
  for (let depth = 0; depth < bitmap.length * 8; depth++) {
    const full = bitOf(bitmap, depth);
    if (depth >= count) {
      if (full) throw wrong();
      continue;
    }
    const sibling = full ? take() : EMPTY;
    if (full && same(sibling, EMPTY)) throw wrong();
    siblings.push(sibling);
  }
  /** @type {[Uint8Array, Uint8Array] | null} */
  const end = head & 0x8000 ? [take(), take()] : null;
  if (at !== raw.length) throw wrong();
  return { siblings, end };
}

/**
 * @param {Uint8Array} root @param {Uint8Array} key @param {TrieProof} proof
 * @returns {Promise<"present" | "absent">}
 */
export async function checkTrie(root, key, proof) {
  const depth = proof.siblings.length;
  let found = EMPTY;
  if (proof.end) {
    // What stands at the end must lie on the key's own path: that is what makes another key a proof of absence.
    for (let at = 0; at < depth; at++) {
      if (bitOf(proof.end[0], at) !== bitOf(key, at)) throw new BadProof("This proof ends beside the key's path.");
    }
    found = await sha256(Uint8Array.of(0), ...proof.end);
  }
  for (let at = depth - 1; at >= 0; at--) {
    const sibling = proof.siblings[at];
    found = await (bitOf(key, at) ? sha256(Uint8Array.of(1), sibling, found) : sha256(Uint8Array.of(1), found, sibling));
  }
  if (!same(found, root)) throw new BadProof("This proof does not lead to the manifest's root.");
  return proof.end && same(proof.end[0], key) ? "present" : "absent";
}
