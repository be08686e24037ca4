// JSON in its one canonical form (RFC 8785). JSON.stringify writes strings and numbers as it asks; keys are sorted here.
import { BadProof } from "./bytes.js";

/** @param {unknown} value @returns {string} */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const said = /** @type {Record<string, unknown>} */ (value);
    // By UTF-16 code units, which is how JavaScript compares strings.
    return `{${Object.keys(said).sort().map((key) => `${JSON.stringify(key)}:${canonical(said[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/**
 * Read a proof file: canonical JSON and a line break, nothing else.
 * @param {Uint8Array} data
 */
export function readCanonical(data) {
  let text, said;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
    said = JSON.parse(text);
  } catch {
    throw new BadProof("This is not a proof file: it is not JSON.");
  }
  if (canonical(said) + "\n" !== text) {
    throw new BadProof("This file is not in the one form that a proof file has, so something in it was changed.");
  }
  return said;
}
