// The sentences this page may say. They are written and translated on the server and arrive as data beside the page.

/** @type {Record<string, string>} */
let words = {};

/** Read the sentences of the page that is now in the document. */
export function readWords() {
  const node = document.getElementById("studio-words");
  if (node?.textContent) words = { ...words, ...JSON.parse(node.textContent) };
}

/**
 * Return a sentence with its blanks filled; an unknown key stands for itself, so that a gap is seen and not hidden.
 * @param {string} key
 * @param {Record<string, string | number>} [blanks]
 */
export function say(key, blanks = {}) {
  if (!(key in words)) readWords();
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => String(blanks[name] ?? all));
}

/**
 * Return the sentence for one, or for many: keys are `key.one` and `key.other`.
 * @param {string} key
 * @param {number} count
 * @param {Record<string, string | number>} [blanks]
 */
export function sayCount(key, count, blanks = {}) {
  const form = new Intl.PluralRules(document.documentElement.lang || "en").select(count) === "one" ? "one" : "other";
  return say(`${key}.${form}`, { count, ...blanks });
}

const STEP = 1024;

/**
 * A size as people read it: 3.4 MB. Steps of 1024, as the server says sizes.
 * @param {number} bytes
 */
export function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  let value = bytes;
  let unit = 0;
  while (value >= STEP && unit < units.length - 1) {
    value /= STEP;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return new Intl.NumberFormat(document.documentElement.lang || "en", {
    style: "unit",
    unit: units[unit],
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: digits,
  }).format(value);
}

/**
 * A wait in words a person can plan by: "20 s", "3 min", "1 h 10 min".
 * @param {number} seconds
 */
export function wait(seconds) {
  if (seconds < 60) return say("seconds", { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 3600) return say("minutes", { count: Math.round(seconds / 60) });
  return say("hours", { hours: Math.floor(seconds / 3600), minutes: Math.round((seconds % 3600) / 60) });
}
