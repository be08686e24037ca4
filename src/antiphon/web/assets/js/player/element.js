// <antiphon-player>: the bar at the foot of every page. It stays where it is while pages come and go.
import { clock, spokenPlace } from "../clock.js";
import { announce, say } from "../words.js";
import { keepQueue, keepTaste, recallQueue, recallTaste } from "./memory.js";
import { QueuePanel } from "./panel.js";
import { Queue } from "./queue.js";
import { Report } from "./report.js";
import { showSession } from "./session.js";
import { Sound } from "./sound.js";

/** @typedef {import("./queue.js").Item} Item */

const PREPARE_S = 20; // how long before the end the next track is fetched
const BACK_TO_START_S = 3; // "previous" within the first seconds goes to the track before
const KEEP_EVERY_MS = 4000;
const RESUME_WITHIN_MS = 60_000;

/** @param {import("./queue.js").Repeat} repeat */
const repeatWord = (repeat) => ({ off: "repeatOff", all: "repeatAll", one: "repeatOne" })[repeat] ?? "repeatOff";

export class Player extends HTMLElement {
  constructor() {
    super();
    this.queue = new Queue();
    this.taste = recallTaste();
    this.sound = new Sound();
    this.position = 0; // where to begin when nothing is loaded yet, as after a reload
    this.list = ""; // the address of the set that was put into the queue whole
    this.#keptAt = 0;
    this.#failures = 0;
  }

  #keptAt;
  #failures;

  connectedCallback() {
    if (this.panel) return;
    this.panel = new QueuePanel(this);
    this.sound.setLevel(this.taste);
    this.report = new Report(this);
    this.#listen();
    const kept = recallQueue();
    this.queue.repeat = this.taste.repeat;
    if (kept) {
      this.queue.put(kept.items, kept.index);
      if (this.taste.shuffle) this.queue.recall(kept.order ?? []);
      this.position = kept.position;
    } else if (this.taste.shuffle) this.queue.shuffle();
    this.refresh();
    // Only what a page left when it went: another tab that still plays goes on by itself.
    if (kept?.playing && kept.left && Date.now() - kept.at < RESUME_WITHIN_MS) this.play({ quiet: true });
  }

  /** @returns {number} */
  get time() {
    return this.sound.deck.item ? this.sound.time : this.position;
  }

  get duration() {
    return this.sound.deck.item ? this.sound.duration : (this.queue.current?.ms ?? 0) / 1000;
  }

  get playing() {
    return this.sound.playing;
  }

  /**
   * Play these tracks from one of them on, instead of what was in the queue.
   * @param {Item[]} items
   * @param {number} index
   * @param {number} at seconds
   */
  playItems(items, index = 0, at = 0) {
    this.list = "";
    this.queue.put(items, index);
    this.#startCurrent(at);
  }

  /**
   * Play the current entry, from where it stopped.
   * @param {{quiet?: boolean}} [options] quiet: say nothing when the browser wants a gesture first
   */
  async play({ quiet = false } = {}) {
    const { current } = this.queue;
    if (!current) return;
    this.quiet = quiet;
    if (this.sound.deck.item === current) await this.sound.resume();
    else await this.sound.start(current, this.position);
  }

  pause() {
    this.position = this.time;
    this.sound.pause();
    this.#keep();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** @param {number} seconds */
  seek(seconds) {
    const at = Math.min(Math.max(0, seconds), this.duration || seconds);
    this.position = at;
    if (this.sound.deck.item) this.sound.seek(at);
    this.#showTime();
    this.#keep();
  }

  /** @param {number} seconds */
  skip(seconds) {
    this.seek(this.time + seconds);
  }

  next() {
    if (this.queue.advance()) this.#startCurrent(0);
  }

  previous() {
    if (this.time > BACK_TO_START_S || !this.queue.go(this.queue.index - 1)) this.seek(0);
    else this.#startCurrent(0);
  }

  /** @param {number} index */
  jump(index) {
    if (this.queue.go(index)) this.#startCurrent(0);
  }

  /**
   * @param {Item[]} items
   * @param {"next" | "last"} where
   */
  add(items, where) {
    if (where === "next") this.queue.addNext(items);
    else this.queue.addLast(items);
    const [only] = items;
    announce(items.length === 1 ? say("added", { title: only.title }) : say("addedMany", { n: items.length }));
    this.changed();
  }

  /** @param {number} index */
  drop(index) {
    const wasPlaying = this.playing;
    if (this.queue.remove(index)) {
      this.position = 0;
      if (this.queue.current && wasPlaying) this.#startCurrent(0);
      else this.sound.stop();
    }
    this.changed();
  }

  clear() {
    if (!this.playing) {
      this.queue.put([]);
      this.sound.stop();
    } else this.queue.clear();
    this.changed();
  }

  /** @param {Partial<import("./memory.js").Taste>} change */
  setTaste(change) {
    Object.assign(this.taste, change);
    keepTaste(this.taste);
    this.sound.setLevel(this.taste);
    this.refresh();
  }

  toggleMute() {
    this.setTaste({ muted: !this.taste.muted });
    announce(say(this.taste.muted ? "muted" : "unmuted"));
  }

  /** Let what comes be drawn by lot, or put it back into its order. */
  toggleShuffle() {
    const shuffle = !this.taste.shuffle;
    if (shuffle) this.queue.shuffle();
    else this.queue.unshuffle();
    this.setTaste({ shuffle });
    this.#keep();
    announce(say(shuffle ? "shuffleOn" : "shuffleOff"));
  }

  /** Repeat nothing, everything, this one, and nothing again. */
  turnRepeat() {
    const repeat = /** @type {const} */ ({ off: "all", all: "one", one: "off" })[this.taste.repeat] ?? "off";
    this.queue.repeat = repeat;
    this.setTaste({ repeat });
    announce(say(repeatWord(repeat)));
  }

  /** The queue is another one now. */
  changed() {
    this.#keep();
    this.refresh();
  }

  /** Draw everything anew. */
  refresh() {
    const { current } = this.queue;
    this.hidden = !current;
    this.panel?.draw();
    this.#showState();
    if (current) this.#showItem(current);
    this.#showTime();
    showSession(this);
    document.dispatchEvent(new CustomEvent("antiphon:player"));
  }

  /**
   * A piece of the bar, by its `data-part`.
   * @param {string} name
   * @returns {any}
   */
  piece(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  /** @param {number} at */
  #startCurrent(at) {
    const { current } = this.queue;
    if (!current) return;
    this.position = at;
    this.quiet = false;
    this.sound.start(current, at);
    this.changed();
  }

  #listen() {
    const { sound } = this;
    /** @type {[string, () => void][]} */
    const presses = [
      ["play", () => this.toggle()],
      ["next", () => this.next()],
      ["previous", () => this.previous()],
      ["mute", () => this.toggleMute()],
      ["clock", () => this.setTaste({ remaining: !this.taste.remaining })],
      ["shuffle", () => this.toggleShuffle()],
      ["repeat", () => this.turnRepeat()],
    ];
    for (const [name, act] of presses) this.piece(name).addEventListener("click", act);
    this.piece("seek").addEventListener("input", () => this.seek(Number(this.piece("seek").value)));
    this.piece("volume").addEventListener("input", () =>
      this.setTaste({ volume: Number(this.piece("volume").value) / 100, muted: false }),
    );
    sound.addEventListener("change", () => {
      this.#showState();
      showSession(this);
      this.#keep();
      document.dispatchEvent(new CustomEvent("antiphon:player"));
    });
    sound.addEventListener("time", () => this.#moved());
    sound.addEventListener("ended", () => this.#ended());
    sound.addEventListener("failed", (event) => this.#failed(/** @type {CustomEvent} */ (event).detail));
    addEventListener("pagehide", () => this.#keep(true));
    this.#oneAtATime();
  }

  /** Two windows do not play over each other. */
  #oneAtATime() {
    if (!("BroadcastChannel" in globalThis)) return;
    const channel = new BroadcastChannel("antiphon.player");
    let said = false;
    this.sound.addEventListener("change", () => {
      if (this.playing && !said) channel.postMessage("playing");
      said = this.playing;
    });
    channel.addEventListener("message", () => this.playing && this.pause());
  }

  #moved() {
    if (this.playing && this.sound.time > 0) this.#failures = 0;
    const { upNext } = this.queue;
    if (upNext && this.playing && this.duration - this.time < PREPARE_S) this.sound.prepare(upNext);
    if (Date.now() - this.#keptAt > KEEP_EVERY_MS) this.#keep();
    this.#showTime();
  }

  #ended() {
    if (this.queue.repeat === "one") this.#startCurrent(0);
    else if (this.queue.following) this.next();
    else {
      this.sound.pause();
      this.sound.seek(0);
      this.position = 0;
      this.#keep();
      this.refresh();
    }
  }

  /** @param {{item: Item, gone: boolean, blocked: boolean}} failure */
  #failed({ item, gone, blocked }) {
    if (blocked) {
      if (!this.quiet) announce(say("pressPlay"));
      return;
    }
    announce(say(gone ? "gone" : "cannotPlay", { title: item.title }));
    this.piece("trouble").textContent = say(gone ? "gone" : "cannotPlay", { title: item.title });
    // One track that is gone does not stop an album; a network that is gone does.
    if (gone && this.queue.following && ++this.#failures < 5) this.next();
  }

  /** @param {boolean} [left] whether the page goes away */
  #keep(left = false) {
    this.#keptAt = Date.now();
    const { items, index } = this.queue;
    const { order } = this.queue;
    keepQueue({ items, index, position: this.time, playing: this.playing, at: this.#keptAt, left, order });
  }

  /** @param {Item} item */
  #showItem(item) {
    const name = this.piece("name");
    name.textContent = item.title;
    name.href = item.page;
    this.piece("who").textContent = item.artists;
    const picture = this.piece("picture");
    if (item.artwork && picture.getAttribute("src") !== item.artwork) picture.src = item.artwork;
    picture.hidden = !item.artwork;
    this.piece("nopicture").toggleAttribute("hidden", Boolean(item.artwork));
    this.piece("next").disabled = !this.queue.following;
  }

  #showState() {
    const { playing } = this;
    const play = this.piece("play");
    play.setAttribute("aria-label", say(playing ? "pause" : "play"));
    play.title = play.getAttribute("aria-label");
    play.querySelector("use").setAttribute("href", playing ? "#i-pause" : "#i-play");
    play.classList.toggle("waiting", playing && this.sound.waiting);
    if (playing) this.piece("trouble").textContent = "";
    const { volume, muted, shuffle, repeat } = this.taste;
    this.piece("shuffle").setAttribute("aria-pressed", String(shuffle));
    const turns = this.piece("repeat");
    turns.setAttribute("aria-pressed", String(repeat !== "off"));
    turns.setAttribute("aria-label", say(repeatWord(repeat)));
    turns.title = say(repeatWord(repeat));
    turns.querySelector("use").setAttribute("href", repeat === "one" ? "#i-repeat-one" : "#i-repeat");
    const mute = this.piece("mute");
    mute.setAttribute("aria-pressed", String(muted));
    mute.querySelector("use").setAttribute("href", muted || volume === 0 ? "#i-muted" : "#i-sound");
    const slider = this.piece("volume");
    slider.value = String(Math.round(volume * 100));
    slider.style.setProperty("--filled", `${volume * 100}%`);
    slider.setAttribute("aria-valuetext", say("percent", { n: Math.round(volume * 100) }));
  }

  #showTime() {
    const { time, duration } = this;
    const seek = this.piece("seek");
    seek.max = String(Math.max(1, Math.round(duration)));
    if (Number(seek.value) !== Math.floor(time)) {
      seek.value = String(Math.floor(time));
      seek.setAttribute("aria-valuetext", spokenPlace(time, duration));
    }
    seek.style.setProperty("--filled", `${duration ? (time / duration) * 100 : 0}%`);
    const end = this.taste.remaining ? `−${clock(duration - time)}` : clock(duration);
    const shown = `${clock(time)} / ${end}`;
    const text = this.piece("clocktext");
    if (text.textContent !== shown) text.textContent = shown;
    document.dispatchEvent(new CustomEvent("antiphon:time"));
  }
}
