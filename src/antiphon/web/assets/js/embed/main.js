// The player on other sites' pages. It keeps nothing, no cookie and no storage. What was heard is told to this site alone,
// under a word that was made up for this one page.
import { clock } from "../clock.js";
import { itemOf } from "../player/pieces.js";
import { Queue } from "../player/queue.js";
import { Report, wayTo } from "../player/report.js";
import { Sound } from "../player/sound.js";
import { infoOf } from "../player/source.js";
import { Waveform } from "../waveform.js";
import { announce, say } from "../words.js";

/** @typedef {import("../player/queue.js").Item} Item */

const STEP_S = 5;
const LEAP_S = 10;
const NO_STORE = { length: 0, key: () => null, getItem: () => null, setItem() {}, removeItem() {} };

/** What the waveform asks of a player, and the few things that this one has to press. */
class EmbedPlayer extends HTMLElement {
  connectedCallback() {
    this.rows = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[data-info]")]);
    this.queue = new Queue(this.rows.map(itemOf));
    this.sound = new Sound();
    this.report = new Report(/** @type {any} */ (this), {
      ...wayTo("/embed/plays"),
      store: NO_STORE,
      said: { page: this.dataset.page },
    });
    this.started = false;
    this.sound.addEventListener("change", () => this.show());
    this.sound.addEventListener("time", () => this.tell("antiphon:time"));
    this.sound.addEventListener("ended", () => this.next());
    this.sound.addEventListener("failed", (event) => this.fail(/** @type {CustomEvent} */ (event).detail));
    this.part("play")?.addEventListener("click", () => this.toggle());
    this.rows.forEach((row, at) => row.querySelector("[data-part=row]")?.addEventListener("click", () => this.press(at)));
    document.addEventListener("keydown", (event) => this.key(event));
    const at = /^#t=(\d{1,6})$/.exec(location.hash);
    const waveform = this.waveform;
    if (at && waveform) waveform.dataset.at = at[1];
  }

  /** @param {string} name */
  part(name) {
    return /** @type {HTMLElement | null} */ (this.querySelector(`[data-part=${name}]`));
  }

  get waveform() {
    return /** @type {Waveform | null} */ (this.querySelector("antiphon-waveform"));
  }

  get time() {
    return this.started ? (this.sound?.time ?? 0) : (this.waveform?.at ?? 0);
  }

  get playing() {
    return this.sound?.playing ?? false;
  }

  play() {
    const item = this.queue?.current;
    if (!item || !this.sound) return;
    const from = this.time;
    this.say("");
    if (this.started) this.sound.resume();
    else {
      this.started = true;
      this.sound.start(item, from);
    }
  }

  toggle() {
    if (this.playing) this.sound?.pause();
    else this.play();
  }

  /** @param {number} seconds */
  seek(seconds) {
    const waveform = this.waveform;
    const at = Math.min(Math.max(0, seconds), waveform?.length ?? seconds);
    if (this.started) this.sound?.seek(at);
    else if (waveform) {
      waveform.at = at;
      waveform.show();
    }
  }

  /**
   * The waveform's way to start: it offers its own track, which is the current one.
   * @param {Item[]} _items
   * @param {number} _index
   * @param {number} at
   */
  playItems(_items, _index, at) {
    this.seek(at);
    this.play();
  }

  /** @param {number} at */
  press(at) {
    if (this.queue?.index === at && this.started) this.toggle();
    else this.go(at, true);
  }

  /**
   * @param {number} at
   * @param {boolean} play
   */
  async go(at, play) {
    if (!this.queue?.go(at) || !this.queue.current) return;
    this.sound?.stop();
    this.started = false;
    const item = this.queue.current;
    const row = this.rows?.[at];
    const current = this.part("current");
    if (current) current.textContent = item.title;
    this.part("label")?.setAttribute("href", row?.dataset.label ?? "#");
    const length = this.part("length");
    if (length) length.textContent = clock(item.ms / 1000);
    this.redraw(item, "");
    if (play) this.play();
    announce(item.title);
    const info = await infoOf(item.info).catch(() => null);
    if (info && this.queue.current === item) this.redraw(item, /** @type {any} */ (info).peaks ?? "");
  }

  /**
   * @param {Item} item
   * @param {string} peaks
   */
  redraw(item, peaks) {
    const made = document.createElement("antiphon-waveform");
    Object.assign(made.dataset, { id: String(item.id), ms: String(item.ms), title: item.title, peaks });
    const before = this.waveform;
    const focused = before !== null && document.activeElement === before;
    before?.replaceWith(made);
    if (focused) made.focus();
  }

  next() {
    const { queue } = this;
    if (!queue) return;
    if (queue.following) this.go(queue.index + 1, true);
    else {
      this.sound?.stop();
      this.started = false;
      this.seek(0);
    }
  }

  /** @param {{item?: Item, gone: boolean, blocked: boolean}} how */
  fail({ item, gone, blocked }) {
    const title = item?.title ?? "";
    this.say(blocked ? say("pressPlay") : say(gone ? "gone" : "cannotPlay", { title }));
  }

  /** @param {string} words */
  say(words) {
    const trouble = this.part("trouble");
    if (trouble) trouble.textContent = words;
    if (words) announce(words);
  }

  show() {
    const button = this.part("play");
    button?.querySelector("use")?.setAttribute("href", this.playing ? "#i-pause" : "#i-play");
    const title = this.queue?.current?.title ?? "";
    button?.setAttribute("aria-label", say(this.playing ? "pauseTitle" : "playTitle", { title }));
    this.rows?.forEach((row, at) => {
      const here = this.started && at === this.queue?.index;
      row.querySelector("[data-part=row]")?.setAttribute("aria-current", String(here));
    });
    this.tell("antiphon:player");
  }

  /** @param {string} name */
  tell(name) {
    document.dispatchEvent(new CustomEvent(name));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return;
    const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (letter === " " && target.matches("button, a, audio")) return;
    const index = this.queue?.index ?? 0;
    /** @type {Record<string, () => void>} */
    const acts = {
      " ": () => this.toggle(),
      k: () => this.toggle(),
      j: () => this.seek(this.time - LEAP_S),
      l: () => this.seek(this.time + LEAP_S),
      m: () => this.sound?.setLevel({ muted: !this.sound.level.muted }),
      ArrowLeft: () => (event.shiftKey ? this.go(index - 1, true) : this.seek(this.time - STEP_S)),
      ArrowRight: () => (event.shiftKey ? this.go(index + 1, true) : this.seek(this.time + STEP_S)),
    };
    const act = acts[letter];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

document.documentElement.classList.add("js");
customElements.define("antiphon-player", EmbedPlayer);
customElements.define("antiphon-waveform", Waveform);
