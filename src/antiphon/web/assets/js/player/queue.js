// What plays next. Pure: knows nothing of sound, storage or the page.

/**
 * @typedef {object} Item
 * @property {number} id the track's id
 * @property {string} info where its player data is, with a secret when it needs one
 * @property {string} title
 * @property {string} artists
 * @property {string} page
 * @property {string} artwork address of a small picture, or empty
 * @property {number} ms its length
 */

export class Queue {
  /**
   * @param {Item[]} items
   * @param {number} index
   */
  constructor(items = [], index = 0) {
    this.items = items;
    this.index = Math.min(Math.max(0, index), Math.max(0, items.length - 1));
  }

  /** @returns {Item | undefined} */
  get current() {
    return this.items[this.index];
  }

  /** @returns {Item | undefined} */
  get following() {
    return this.items[this.index + 1];
  }

  /**
   * Replace everything.
   * @param {Item[]} items
   * @param {number} index
   */
  put(items, index = 0) {
    this.items = [...items];
    this.index = Math.min(Math.max(0, index), Math.max(0, items.length - 1));
  }

  /** @param {Item[]} items */
  addNext(items) {
    this.items.splice(this.items.length ? this.index + 1 : 0, 0, ...items);
  }

  /** @param {Item[]} items */
  addLast(items) {
    this.items.push(...items);
  }

  /**
   * Go to a place; false when there is none.
   * @param {number} index
   */
  go(index) {
    if (index < 0 || index >= this.items.length) return false;
    this.index = index;
    return true;
  }

  /**
   * Move one entry to another place; what is playing stays what is playing.
   * @param {number} from
   * @param {number} to
   */
  move(from, to) {
    if (to < 0 || to >= this.items.length || from < 0 || from >= this.items.length) return false;
    const playing = this.current;
    const [item] = this.items.splice(from, 1);
    this.items.splice(to, 0, item);
    this.index = this.items.indexOf(/** @type {Item} */ (playing));
    return true;
  }

  /**
   * Take one entry out; true when it was the one that plays, so that another must start.
   * @param {number} index
   */
  remove(index) {
    const current = index === this.index;
    this.items.splice(index, 1);
    if (index < this.index || this.index >= this.items.length) this.index = Math.max(0, this.index - 1);
    return current;
  }

  /** Keep what plays now and drop the rest. */
  clear() {
    const playing = this.current;
    this.items = playing ? [playing] : [];
    this.index = 0;
  }
}
