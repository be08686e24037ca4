// The sound itself: two audio elements that take turns, so that the next track is ready before this one ends.
import { changeDb, factor } from "./loudness.js";
import { NoInfo, infoOf, pick } from "./source.js";

/** @typedef {import("./queue.js").Item} Item */
/** @typedef {import("./source.js").Info} Info */

/**
 * One audio element and what is loaded into it.
 * `opening` is the second to start from, for as long as the address is still being fetched: until then the element
 * holds the track before, and its clock and length are not those of the track that is shown.
 * @typedef {{audio: HTMLAudioElement, hushed: boolean, opening?: number, item?: Item, info?: Info, gain?: GainNode}} Deck
 */

const MOST_RETRIES = 3;
const TRIES_FORGOTTEN_MS = 30_000;

/**
 * Events: "change" (playing, waiting), "time", "ended", "failed" ({item, gone, blocked}); and for whoever counts what is
 * heard, before it happens: "start" (another track, or this one anew), "leap" (it goes on elsewhere), and "level" before
 * and after.
 */
export class Sound extends EventTarget {
  constructor() {
    super();
    /** @type {Deck} */
    this.deck = this.#makeDeck();
    /** @type {Deck} */
    this.standby = this.#makeDeck();
    this.level = { volume: 1, muted: false, even: true, saveData: false };
    this.wanted = false; // whether it should be sounding, whatever the network says
    this.waiting = false;
    /** @type {AudioContext | undefined} */
    this.context = undefined;
    this.#tries = 0;
    this.#lastTry = 0;
    this.#turn = 0;
  }

  #tries;
  #lastTry;
  #turn;

  get time() {
    return this.deck.opening ?? (this.deck.audio.currentTime || 0);
  }

  get duration() {
    const own = this.deck.opening === undefined ? this.deck.audio.duration : 0;
    return Number.isFinite(own) && own > 0 ? own : (this.#told ?? this.deck.item?.ms ?? 0) / 1000;
  }

  get #told() {
    return this.deck.opening === undefined ? this.deck.info?.duration_ms : undefined;
  }

  get playing() {
    return this.wanted;
  }

  /**
   * Load a track and start at a second.
   * @param {Item} item
   * @param {number} at
   */
  async start(item, at = 0) {
    this.#tell("start");
    const turn = ++this.#turn;
    this.wanted = true;
    if (this.standby.item === item && this.standby.audio.src && at === 0) {
      this.#hush(this.deck);
      [this.deck, this.standby] = [this.standby, this.deck];
      this.#empty(this.standby);
    } else if (!(await this.#load(this.deck, item, at, false, turn))) return;
    await this.#sound(turn);
  }

  /** Go on after a pause, with a fresh address when the old one has run out meanwhile. */
  async resume() {
    const { item, info } = this.deck;
    if (!item) return;
    const turn = ++this.#turn;
    this.wanted = true;
    const stale = !info || Date.parse(info.expires_at) - Date.now() < 60_000 || this.deck.audio.error !== null;
    if (stale && !(await this.#load(this.deck, item, this.time, true, turn))) return;
    await this.#sound(turn);
  }

  pause() {
    this.#turn++;
    this.wanted = false;
    this.#hush(this.deck);
    this.#tell("change");
  }

  stop() {
    this.pause();
    this.#tell("start");
    this.#empty(this.deck);
    this.#empty(this.standby);
    this.#tell("change");
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.#tell("leap");
    const end = this.duration;
    const at = Math.min(Math.max(0, seconds), end ? Math.max(0, end - 0.05) : seconds);
    if (this.deck.opening === undefined) this.deck.audio.currentTime = at;
    else this.deck.opening = at;
    this.#tell("time");
  }

  /**
   * Fetch the beginning of the next track while this one still plays.
   * @param {Item} item
   */
  async prepare(item) {
    if (this.standby.item === item) return;
    this.standby.item = item;
    try {
      const info = await infoOf(item.info);
      const stream = pick(info, this.level.saveData);
      if (!stream || this.standby.item !== item) return;
      this.standby.info = info;
      this.standby.audio.preload = "auto";
      this.standby.audio.src = stream.url;
      this.#applyLevel(this.standby);
    } catch {
      this.standby.item = undefined; // it is asked for again, with an answer for the listener, when its turn comes
    }
  }

  /** @param {Partial<Sound["level"]>} change */
  setLevel(change) {
    this.#tell("level");
    Object.assign(this.level, change);
    this.#applyLevel(this.deck);
    this.#applyLevel(this.standby);
    this.#tell("level");
  }

  /** @returns {Deck} */
  #makeDeck() {
    const audio = new Audio();
    audio.preload = "none";
    /** @type {Deck} */
    const deck = { audio, hushed: false };
    const here = () => deck === this.deck;
    audio.addEventListener("timeupdate", () => here() && this.#tell("time"));
    audio.addEventListener("durationchange", () => here() && this.#tell("time"));
    audio.addEventListener("seeked", () => here() && this.#tell("time"));
    audio.addEventListener("waiting", () => here() && this.#setWaiting(true));
    audio.addEventListener("playing", () => here() && this.#setWaiting(false));
    audio.addEventListener("canplay", () => here() && this.#setWaiting(false));
    audio.addEventListener("ended", () => here() && this.#tell("ended"));
    audio.addEventListener("pause", () => {
      const ours = deck.hushed;
      deck.hushed = false;
      // Not by us: another app, a headset or the system has stopped it.
      if (!ours && here() && this.wanted && !audio.ended && !audio.error && audio.readyState >= 2) {
        this.wanted = false;
        this.#tell("change");
      }
    });
    audio.addEventListener("error", () => {
      if (!audio.getAttribute("src")) return;
      if (here()) this.#mend();
      else this.#empty(deck);
    });
    return deck;
  }

  /**
   * Pause, and know the event that comes of it for our own.
   * @param {Deck} deck
   */
  #hush(deck) {
    if (!deck.audio.paused) deck.hushed = true;
    deck.audio.pause();
  }

  /** @param {Deck} deck */
  #empty(deck) {
    this.#hush(deck);
    deck.audio.removeAttribute("src");
    deck.audio.load();
    deck.item = undefined;
    deck.info = undefined;
    deck.opening = undefined;
  }

  /**
   * Returns false when it failed, or when something newer was asked for in the meantime.
   * @param {Deck} deck
   * @param {Item} item
   * @param {number} at
   * @param {boolean} fresh
   * @param {number} turn
   */
  async #load(deck, item, at, fresh, turn) {
    deck.item = item;
    deck.opening = at;
    this.#hush(deck);
    this.#setWaiting(true);
    try {
      const info = await infoOf(item.info, { fresh });
      if (turn !== this.#turn) return false;
      const stream = pick(info, this.level.saveData);
      if (!stream) return this.#fail(item, false);
      deck.info = info;
      deck.audio.preload = "auto";
      const from = deck.opening ?? at;
      deck.opening = undefined;
      deck.audio.src = stream.url;
      if (from > 0) deck.audio.currentTime = from; // kept as the place to start from until the file is open
      this.#applyLevel(deck);
      return true;
    } catch (error) {
      if (turn !== this.#turn) return false;
      return this.#fail(item, error instanceof NoInfo && error.gone);
    }
  }

  /** @param {number} turn */
  async #sound(turn) {
    await this.context?.resume();
    this.#tell("change");
    try {
      await this.deck.audio.play();
    } catch (error) {
      if (turn !== this.#turn || !(error instanceof DOMException)) return;
      // The browser wants a gesture first. Other failures come as an "error" event of the element.
      if (error.name === "NotAllowedError") {
        this.wanted = false;
        this.#setWaiting(false);
        this.#tell("failed", { item: this.deck.item, gone: false, blocked: true });
      }
    }
    this.#tell("change");
  }

  /** The address has run out or the network went away: go on at the same second with a fresh one. */
  async #mend() {
    const { item } = this.deck;
    if (!item) return;
    this.#hush(this.deck); // first, for what was fetched sounds on: a place read before the pause is behind it
    const at = this.time;
    this.#tell("leap");
    if (Date.now() - this.#lastTry > TRIES_FORGOTTEN_MS) this.#tries = 0;
    this.#lastTry = Date.now();
    if (++this.#tries > MOST_RETRIES) {
      this.#fail(item, false);
      return;
    }
    const turn = ++this.#turn;
    if ((await this.#load(this.deck, item, at, true, turn)) && this.wanted) await this.#sound(turn);
  }

  /**
   * @param {Item} item
   * @param {boolean} gone
   */
  #fail(item, gone) {
    this.wanted = false;
    this.#setWaiting(false);
    this.#tell("change");
    this.#tell("failed", { item, gone, blocked: false });
    return false;
  }

  /**
   * An audio element cannot be turned above 1; only then does the sound go through a gain node, and stays there.
   * @param {Deck} deck
   */
  #applyLevel(deck) {
    const { volume, muted, even } = this.level;
    const change = even ? changeDb(deck.info?.loudness_lufs, deck.info?.true_peak_dbtp) : 0;
    const wanted = factor({ volume, muted, changeDb: change });
    if (wanted > 1 && !deck.gain) this.#wire(deck);
    if (deck.gain && this.context) {
      deck.audio.volume = 1;
      deck.gain.gain.setTargetAtTime(wanted, this.context.currentTime, 0.015);
    } else {
      deck.audio.volume = Math.min(1, wanted);
    }
    deck.audio.muted = muted;
  }

  /** @param {Deck} deck */
  #wire(deck) {
    // A context that was made before the first gesture stays silent, and would silence the element with it.
    if (!navigator.userActivation?.hasBeenActive) return;
    this.context ??= new AudioContext({ latencyHint: "playback" });
    deck.gain = this.context.createGain();
    this.context.createMediaElementSource(deck.audio).connect(deck.gain).connect(this.context.destination);
  }

  /** @param {boolean} waiting */
  #setWaiting(waiting) {
    if (this.waiting === waiting) return;
    this.waiting = waiting;
    this.#tell("change");
  }

  /**
   * @param {string} name
   * @param {object} [detail]
   */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
