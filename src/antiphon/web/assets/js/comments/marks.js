// Comments as marks on the waveform: where each stands, and which one is meant. Pure.

/**
 * @typedef {object} Mark
 * @property {number} id
 * @property {number} at milliseconds
 * @property {string} who
 * @property {string} words
 */

const NOTE = 5;
const PITCH = 7; // one column of notes for all marks within as many pixels
const MOST_HIGH = 3;

/** @param {[number, number, string, string][]} rows as the server sends them, in the order of their places */
export function marksOf(rows) {
  return rows.map(([id, at, who, words]) => /** @type {Mark} */ ({ id, at, who, words }));
}

/**
 * Square notes along the foot of the staff, as SVG path data: one for a comment, two or three for a few or many at the
 * same place. However many comments there are, no more is drawn than fits beside each other.
 * @param {Mark[]} marks
 * @param {number} length milliseconds
 * @param {number} width
 * @param {number} height
 */
export function notesOf(marks, length, width, height) {
  const columns = new Map();
  for (const mark of marks) {
    const column = columnOf(mark.at, length, width);
    columns.set(column, (columns.get(column) ?? 0) + 1);
  }
  let path = "";
  for (const [column, count] of columns) {
    const high = count > 5 ? MOST_HIGH : count > 1 ? 2 : 1;
    for (let note = 0; note < high; note++) {
      path += `M${column * PITCH} ${height - NOTE - note * (NOTE + 2)}h${NOTE}v${NOTE}h-${NOTE}z`;
    }
  }
  return path;
}

/**
 * @param {number} at
 * @param {number} length
 * @param {number} width
 */
function columnOf(at, length, width) {
  return length ? Math.floor((Math.min(Math.max(at / length, 0), 1) * Math.max(0, width - NOTE)) / PITCH) : 0;
}

/**
 * Where the note of a mark begins, in pixels.
 * @param {number} at
 * @param {number} length
 * @param {number} width
 */
export function placeOf(at, length, width) {
  return columnOf(at, length, width) * PITCH;
}

/**
 * The last mark at or before a moment, -1 before the first.
 * @param {Mark[]} marks
 * @param {number} at milliseconds
 */
export function lastBefore(marks, at) {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle].at <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The mark nearest to a moment, -1 when none is within reach.
 * @param {Mark[]} marks
 * @param {number} at milliseconds
 * @param {number} reach milliseconds
 */
export function nearest(marks, at, reach) {
  const before = lastBefore(marks, at);
  let best = -1;
  let least = reach;
  for (const index of [before, before + 1]) {
    const distance = marks[index] ? Math.abs(marks[index].at - at) : Infinity;
    if (distance <= least) [best, least] = [index, distance];
  }
  return best;
}
