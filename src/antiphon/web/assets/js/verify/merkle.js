// Merkle trees of RFC 6962, proofs checked as RFC 9162 writes it down. Sizes are numbers: no shifts, which end at 2^32.
import { BadProof, same, sha256 } from "./bytes.js";

const MOST_HASHES = 63;
const half = (/** @type {number} */ number) => Math.floor(number / 2);
const odd = (/** @type {number} */ number) => number % 2 === 1;

/** @param {number} size */
function isPowerOfTwo(size) {
  while (size > 1 && !odd(size)) size = half(size);
  return size === 1;
}

/** @param {Uint8Array} entry */
export const leafHash = (entry) => sha256(Uint8Array.of(0), entry);

/** @param {Uint8Array} left @param {Uint8Array} right */
export const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/**
 * RFC 9162, 2.1.3.2.
 * @param {number} index @param {number} size @param {Uint8Array} leaf @param {Uint8Array[]} proof @param {Uint8Array} root
 */
export async function checkInclusion(index, size, leaf, proof, root) {
  if (proof.length > MOST_HASHES || index >= size) throw new BadProof("The tree does not reach this entry.");
  let place = index;
  let last = size - 1;
  let found = leaf;
  for (const sibling of proof) {
    if (last === 0) throw new BadProof("The inclusion proof is too long.");
    if (odd(place) || place === last) {
      found = await nodeHash(sibling, found);
      while (place && !odd(place)) [place, last] = [half(place), half(last)];
    } else found = await nodeHash(found, sibling);
    [place, last] = [half(place), half(last)];
  }
  if (last || !same(found, root)) throw new BadProof("The inclusion proof does not lead to this root.");
}

/**
 * RFC 9162, 2.1.4.2.
 * @param {number} old @param {number} size @param {Uint8Array} oldRoot @param {Uint8Array} root @param {Uint8Array[]} proof
 */
export async function checkConsistency(old, size, oldRoot, root, proof) {
  if (proof.length > MOST_HASHES || old > size) throw new BadProof("A tree never becomes smaller.");
  if (old === 0 || old === size) {
    const fits = old === 0 ? same(oldRoot, await sha256()) : same(oldRoot, root);
    if (proof.length || !fits) throw new BadProof("These two trees need no proof, and are not the same.");
    return;
  }
  const path = isPowerOfTwo(old) ? [oldRoot, ...proof] : [...proof];
  const first = path.shift();
  if (!proof.length || !first) throw new BadProof("The consistency proof is empty.");
  let place = old - 1;
  let last = size - 1;
  while (odd(place)) [place, last] = [half(place), half(last)];
  let before = first;
  let after = first;
  for (const sibling of path) {
    if (last === 0) throw new BadProof("The consistency proof is too long.");
    if (odd(place) || place === last) {
      [before, after] = [await nodeHash(sibling, before), await nodeHash(sibling, after)];
      while (place && !odd(place)) [place, last] = [half(place), half(last)];
    } else after = await nodeHash(after, sibling);
    [place, last] = [half(place), half(last)];
  }
  if (last || !same(before, oldRoot) || !same(after, root)) {
    throw new BadProof("The consistency proof does not join these roots.");
  }
}
