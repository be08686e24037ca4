// Bytes, base64, hex and numbers in the one spelling that proof files and logs have. Everything else is refused.

/** What was shown and does not hold. */
export class BadProof extends Error {}

const encoder = new TextEncoder();

/** @param {string} text */
export const utf8 = (text) => encoder.encode(text);

/** @param {...Uint8Array} parts */
export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {Uint8Array} one @param {Uint8Array} other */
export function same(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** @param {Uint8Array} raw */
export function toBase64(raw) {
  let text = "";
  for (const byte of raw) text += String.fromCharCode(byte);
  return btoa(text);
}

/** @param {string} text */
export function fromBase64(text) {
  let raw;
  try {
    raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new BadProof("This is not base64.");
  }
  if (toBase64(raw) !== text) throw new BadProof("This base64 is not in its one canonical spelling.");
  return raw;
}

/** @param {string} text */
export function hashFrom(text) {
  const raw = fromBase64(text);
  if (raw.length !== 32) throw new BadProof("This is not a SHA-256 hash.");
  return raw;
}

/** @param {Uint8Array} raw */
export const toHex = (raw) => Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} text */
export function fromHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new BadProof("This is not hexadecimal.");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** A decimal without sign or leading zeros; sizes beyond 2^53 no browser can count. @param {string} text */
export function numberFrom(text) {
  const number = /^(?:0|[1-9][0-9]{0,18})$/.test(text) ? Number(text) : -1;
  if (!Number.isSafeInteger(number) || number < 0) throw new BadProof("This is not a number as a log writes it.");
  return number;
}

/** @param {...Uint8Array} parts */
export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}
