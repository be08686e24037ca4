// Plays and their totals: kept in this browser until the server has them, sent in batches. Knows no sound and no page.

/**
 * One round of a track. Totals only grow, so sending one twice, late or out of order does no harm.
 * @typedef {object} Play
 * @property {string} play a UUID of its own
 * @property {string} ticket
 * @property {number} heard_ms
 * @property {number} began by the listener's clock
 * @property {string} source
 * @property {number} source_id
 */

/**
 * @typedef {object} Outside what the world gives; tests give their own
 * @property {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} store
 * @property {(body: string) => Promise<{status: number, said: any}>} post throws when there is no connection
 * @property {(body: string) => boolean} leave sends without waiting for an answer
 * @property {() => number} now
 * @property {object} [said] what stands beside the plays of every batch
 */

const KEY = "antiphon.heard.";
const MOST = 50;
const ABANDONED_MS = 60_000; // a tab that plays writes every second; one that has not is gone
const FOR_GOOD = new Set(["no-ticket", "ticket-ended", "other-track", "gone", "withdrawn", "not-for-you", "not-a-play"]);

/** A UUID of version 4; `crypto.randomUUID` is not there on plain http. */
export function newUid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Plays {
  /** @param {Outside} outside */
  constructor(outside) {
    this.outside = outside;
    /** @type {Map<string, Play>} this tab's own, until the server has all of them */
    this.own = new Map();
    this.#sending = false;
  }

  #sending;
  /** @type {Map<string, number>} what the server has of each */
  #had = new Map();
  /** @type {Set<string>} what the server does not want to hear of */
  #refused = new Set();

  /**
   * Keep a play's total; it never falls.
   * @param {Play} play
   */
  note(play) {
    if (this.#refused.has(play.play)) return;
    const before = this.own.get(play.play);
    if (before && before.heard_ms > play.heard_ms) return;
    this.own.set(play.play, play);
    if (play.heard_ms > (this.#had.get(play.play) ?? 0)) this.#write(play);
  }

  /**
   * What the server may not have yet: this tab's own, and what tabs left that are gone.
   * @returns {Play[]}
   */
  due() {
    const due = [...this.own.values()].filter((play) => play.heard_ms > (this.#had.get(play.play) ?? 0));
    for (const left of this.#abandoned()) if (!this.own.has(left.play)) due.push(left);
    return due.slice(0, MOST);
  }

  /** Send what is due. Without a connection, or while the server is busy, it stays for the next time. */
  async send() {
    const due = this.due();
    if (this.#sending || !due.length) return;
    this.#sending = true;
    try {
      const { status, said } = await this.outside.post(this.#body(due));
      if (status === 200) this.#hear(due, said);
      else if (status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status)) for (const play of due) this.#drop(play.play, true);
    } catch {
      // No connection: totals wait in the store.
    } finally {
      this.#sending = false;
    }
  }

  /** The page goes away: hand over what is due. It stays in the store until an answer says that it is there. */
  leave() {
    const due = this.due();
    if (due.length) this.outside.leave(this.#body(due));
  }

  /** @param {Play[]} plays */
  #body(plays) {
    const at = this.outside.now();
    const sent = plays.map(({ play, ticket, heard_ms, began, source, source_id }) => ({
      play,
      ticket,
      heard_ms,
      at_ms: at,
      began,
      source,
      source_id,
    }));
    return JSON.stringify({ ...this.outside.said, plays: sent });
  }

  /**
   * @param {Play[]} sent
   * @param {any} said
   */
  #hear(sent, said) {
    const answers = new Map((said?.plays ?? []).map((/** @type {any} */ one) => [one.play, one]));
    for (const { play, heard_ms } of sent) {
      const answer = answers.get(play);
      if (!answer) continue;
      if (answer.refused) {
        this.#drop(play, FOR_GOOD.has(answer.refused));
        continue;
      }
      this.#had.set(play, Math.max(answer.kept_ms, this.#had.get(play) ?? 0));
      // It may have grown, here or in the store, while the batch was under way.
      const stored = this.#read(KEY + play);
      if (!stored || stored.heard_ms <= Math.max(heard_ms, answer.kept_ms)) this.#remove(play);
    }
  }

  /**
   * Let go of a play. One that is refused for good is not taken up again when its total grows.
   * @param {string} play
   * @param {boolean} forGood
   */
  #drop(play, forGood) {
    if (forGood) this.#refused.add(play);
    else this.#had.set(play, this.own.get(play)?.heard_ms ?? 0);
    if (forGood) this.own.delete(play);
    this.#remove(play);
  }

  /** @returns {Play[]} */
  #abandoned() {
    const { store, now } = this.outside;
    const found = [];
    try {
      for (let place = 0; place < store.length; place++) {
        const key = store.key(place);
        if (!key?.startsWith(KEY)) continue;
        const left = this.#read(key);
        // Either way: whoever sets a clock back has not made a tab live again.
        if (left && Math.abs(now() - left.written) > ABANDONED_MS) found.push(left);
      }
    } catch {
      // A store that is switched off holds nothing.
    }
    return found;
  }

  /**
   * @param {string} key
   * @returns {(Play & {written: number}) | null}
   */
  #read(key) {
    try {
      const found = JSON.parse(this.outside.store.getItem(key) ?? "null");
      return typeof found?.play === "string" && typeof found.heard_ms === "number" ? found : null;
    } catch {
      return null;
    }
  }

  /** @param {Play} play */
  #write(play) {
    try {
      this.outside.store.setItem(KEY + play.play, JSON.stringify({ ...play, written: this.outside.now() }));
    } catch {
      // A full or forbidden store: what is not sent before the page goes is lost, nothing else.
    }
  }

  /** @param {string} play */
  #remove(play) {
    try {
      this.outside.store.removeItem(KEY + play);
    } catch {
      // As above.
    }
  }
}
