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
 * @property {string} [source] where it was played from: page, set, feed, search, …
 * @property {number} [sourceId] the set or profile, where there is one
 */

/** @typedef {"off" | "all" | "one"} Repeat */

export class Queue {
  /**
   * @param {Item[]} items
   * @param {number} index
   * @param {() => number} lot from 0 to just below 1
   */
  constructor(items = [], index = 0, lot = Math.random) {
    this.items = items;
    this.index = Math.min(Math.max(0, index), Math.max(0, items.length - 1));
    this.lot = lot;
    /** @type {Repeat} */
    this.repeat = "off";
    /** The order to go back to, while the queue is shuffled. @type {Item[] | null} */
    this.plain = null;
  }

  get shuffled() {
    return this.plain !== null;
  }

  /** @returns {Item | undefined} */
  get current() {
    return this.items[this.index];
  }

  /** What "next" leads to. @returns {Item | undefined} */
  get following() {
    return this.items[this.index + 1] ?? (this.repeat === "all" ? this.items[0] : undefined);
  }

  /** What plays when this one ends. @returns {Item | undefined} */
  get upNext() {
    return this.repeat === "one" ? this.current : this.following;
  }

  /** Go to what follows; false at the end. */
  advance() {
    return this.go(this.index + 1) || (this.repeat === "all" && this.go(0));
  }

  /**
   * Replace everything.
   * @param {Item[]} items
   * @param {number} index
   */
  put(items, index = 0) {
    const { shuffled } = this;
    this.items = [...items];
    this.index = Math.min(Math.max(0, index), Math.max(0, items.length - 1));
    this.plain = null;
    if (!shuffled) return;
    this.plain = [...items];
    // Everything is still to come but what was chosen, so that stands first.
    const [chosen] = this.items.splice(this.index, 1);
    if (chosen) this.items.unshift(chosen);
    this.index = 0;
    this.#draw();
  }

  /** @param {Item[]} items */
  addNext(items) {
    const current = this.current;
    this.items.splice(this.items.length ? this.index + 1 : 0, 0, ...items);
    this.plain?.splice(current ? this.plain.indexOf(current) + 1 : 0, 0, ...items);
  }

  /** @param {Item[]} items */
  addLast(items) {
    this.items.push(...items);
    this.plain?.push(...items);
  }

  /** Let what is still to come be drawn by lot; what was played stays where it was. */
  shuffle() {
    this.plain ??= [...this.items];
    this.#draw();
  }

  /** Put everything back into its order; what is playing stays what is playing. */
  unshuffle() {
    if (!this.plain) return;
    const { current } = this;
    this.items = this.plain;
    this.plain = null;
    this.index = Math.max(0, current ? this.items.indexOf(current) : 0);
  }

  /** The places of what plays in the order to go back to, to be kept over a reload; null while nothing is shuffled. */
  get order() {
    const { plain } = this;
    return plain && this.items.map((item) => plain.indexOf(item));
  }

  /**
   * Take an order up again that `order` gave; one that does not fit these items is forgotten.
   * @param {unknown} order
   */
  recall(order) {
    if (!Array.isArray(order)) return;
    const fits = order.length === this.items.length && new Set(order).size === order.length;
    const inside = order.every((place) => Number.isInteger(place) && place >= 0 && place < order.length);
    this.plain = [...this.items];
    if (!fits || !inside) return;
    order.forEach((place, at) => (/** @type {Item[]} */ (this.plain)[place] = this.items[at]));
  }

  /** Fisher and Yates over what comes after this one. */
  #draw() {
    for (let at = this.items.length - 1; at > this.index + 1; at--) {
      const other = this.index + 1 + Math.floor(this.lot() * (at - this.index));
      [this.items[at], this.items[other]] = [this.items[other], this.items[at]];
    }
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
    const [gone] = this.items.splice(index, 1);
    if (this.plain && gone) this.plain.splice(this.plain.indexOf(gone), 1);
    if (index < this.index || this.index >= this.items.length) this.index = Math.max(0, this.index - 1);
    return current;
  }

  /** Keep what plays now and drop the rest. */
  clear() {
    const playing = this.current;
    this.items = playing ? [playing] : [];
    this.plain &&= [...this.items];
    this.index = 0;
  }
}
