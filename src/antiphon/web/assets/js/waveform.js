// <antiphon-waveform>: a track's sound on the four-line staff; press it anywhere to hear that place.
import { clock, spokenPlace } from "./clock.js";
import { itemOf } from "./player/pieces.js";
import { say } from "./words.js";

/** @typedef {import("./player/element.js").Player} Player */

const BAR = 3;
const GAP = 2;
const STEP_S = 5;
const PAGE_S = 30;
const SVG = "http://www.w3.org/2000/svg";
let made = 0;

/** @param {string} text base64 of int8 pairs: lowest, highest */
function peaksOf(text) {
  const letters = atob(text);
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return new Int8Array(bytes.buffer);
}

/**
 * Bars from pairs of peaks, as SVG path data: one stroke a bar, the loudest of all filling 92 % of the height.
 * @param {Int8Array} peaks
 * @param {number} width
 * @param {number} height
 */
export function barsOf(peaks, width, height) {
  const pairs = peaks.length >> 1;
  if (!pairs) return ""; // nothing is known of it yet
  const count = Math.max(1, Math.min(pairs, Math.floor((width + GAP) / (BAR + GAP))));
  const pitch = width / count;
  const loudest = Math.max(24, peaks.reduce((most, peak) => Math.max(most, Math.abs(peak)), 0));
  const scale = (0.46 * height) / loudest;
  let path = "";
  for (let bar = 0; bar < count; bar++) {
    let low = 0;
    let high = 0;
    const end = Math.max(Math.floor(((bar + 1) * pairs) / count), Math.floor((bar * pairs) / count) + 1);
    for (let pair = Math.floor((bar * pairs) / count); pair < end; pair++) {
      low = Math.min(low, peaks[2 * pair]);
      high = Math.max(high, peaks[2 * pair + 1]);
    }
    const x = ((bar + 0.5) * pitch).toFixed(1);
    const top = height / 2 - Math.max(high * scale, 0.75);
    path += `M${x} ${top.toFixed(1)}V${(height / 2 + Math.max(-low * scale, 0.75)).toFixed(1)}`;
  }
  return path;
}

export class Waveform extends HTMLElement {
  /** @type {string} where the line stands, so that nothing is moved to where it is */
  #place = "";

  connectedCallback() {
    if (this.drawn) return;
    this.drawn = true;
    this.peaks = peaksOf(this.dataset.peaks ?? "");
    this.at = Number(this.dataset.at ?? 0); // where to start when this track is not the one that plays
    this.#build();
    this.setAttribute("role", "slider");
    this.tabIndex = 0;
    this.setAttribute("aria-label", say("seekIn", { title: this.dataset.title ?? "" }));
    this.setAttribute("aria-valuemin", "0");
    this.setAttribute("aria-valuemax", String(Math.round(this.length)));
    this.addEventListener("click", (event) => this.go(this.#secondAt(event), true));
    this.addEventListener("pointermove", (event) => this.#hover(event));
    this.addEventListener("pointerleave", () => this.#svg(".ghost")?.setAttribute("visibility", "hidden"));
    this.addEventListener("keydown", (event) => this.#key(event));
    this.resizes = new ResizeObserver(() => this.draw());
    this.resizes.observe(this);
    this.follow = () => this.show();
    document.addEventListener("antiphon:time", this.follow);
    document.addEventListener("antiphon:player", this.follow);
    this.show();
  }

  disconnectedCallback() {
    this.resizes?.disconnect();
    if (this.follow) {
      document.removeEventListener("antiphon:time", this.follow);
      document.removeEventListener("antiphon:player", this.follow);
    }
    this.drawn = false;
  }

  get player() {
    return /** @type {Player} */ (/** @type {unknown} */ (document.querySelector("antiphon-player")));
  }

  /** Its length in seconds. */
  get length() {
    return Number(this.dataset.ms ?? 0) / 1000;
  }

  get isPlaying() {
    return this.player?.queue.current?.id === Number(this.dataset.id);
  }

  /** The second it shows: the player's, when this is the track that plays. */
  get time() {
    return this.isPlaying ? this.player.time : (this.at ?? 0);
  }

  #build() {
    const name = `played-${++made}`;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("aria-hidden", "true");
    svg.innerHTML =
      `<clipPath id="${name}"><rect x="0" y="-10" width="0" height="400"/></clipPath>` +
      `<path class="wave bars"/><path class="wave bars played" clip-path="url(#${name})"/>` +
      `<g class="ghost" visibility="hidden"><path class="line"/><rect y="-22" height="20" width="52"/><text y="-8"/></g>` +
      `<g class="now" visibility="hidden"><path class="line"/><rect x="-4" y="-5" width="9" height="9"/></g>`;
    this.replaceChildren(svg);
    this.#place = "";
    this.draw();
  }

  draw() {
    const { width, height } = this.getBoundingClientRect();
    if (!width || !this.peaks) return;
    this.width = width;
    this.#svg("svg")?.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const bars = barsOf(this.peaks, width, height);
    for (const path of this.querySelectorAll("path.wave")) {
      path.setAttribute("d", bars);
      path.setAttribute("stroke-width", String(BAR));
    }
    for (const line of this.querySelectorAll("path.line")) line.setAttribute("d", `M.5 0V${height}`);
    this.show();
  }

  /** Show the place, cheaply: a clip and a line move, nothing is drawn anew. */
  show() {
    const { time, length, width = 0 } = this;
    const x = length ? (Math.min(time, length) / length) * width : 0;
    const place = x.toFixed(1);
    if (place !== this.#place) {
      this.#place = place;
      this.#svg("clipPath rect")?.setAttribute("width", place);
      this.#svg(".now")?.setAttribute("transform", `translate(${place})`);
    }
    this.#svg(".now")?.setAttribute("visibility", x > 0 || this.isPlaying ? "visible" : "hidden");
    const second = String(Math.floor(time));
    if (this.getAttribute("aria-valuenow") !== second) {
      this.setAttribute("aria-valuenow", second);
      this.setAttribute("aria-valuetext", spokenPlace(time, length));
      const shown = this.parentElement?.querySelector("[data-part=at]");
      if (shown) shown.textContent = clock(time);
    }
    if (this.isPlaying && this.player.playing) this.#glide();
  }

  /** @param {string} selector */
  #svg(selector) {
    return this.querySelector(selector);
  }

  /** Between two reports of the player, four a second, the line glides on. */
  #glide() {
    if (this.gliding || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.gliding = requestAnimationFrame(() => {
      this.gliding = 0;
      if (this.isConnected) this.show();
    });
  }

  /** @param {MouseEvent} event */
  #secondAt(event) {
    const { left, width } = this.getBoundingClientRect();
    return (Math.min(Math.max(0, event.clientX - left), width) / width) * this.length;
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    const ghost = this.#svg(".ghost");
    const { width = 0 } = this;
    if (!ghost || !width || event.pointerType === "touch") return;
    const second = this.#secondAt(event);
    const x = (second / this.length) * width;
    const late = x > width - 54;
    ghost.setAttribute("visibility", "visible");
    ghost.setAttribute("transform", `translate(${x.toFixed(1)})`);
    this.#svg(".ghost rect")?.setAttribute("x", late ? "-51" : "0");
    const text = this.#svg(".ghost text");
    if (text) {
      text.setAttribute("x", late ? "-25" : "26");
      text.textContent = clock(second);
    }
  }

  /**
   * @param {number} second
   * @param {boolean} play whether to start this track when another one is playing
   */
  go(second, play) {
    const at = Math.min(Math.max(0, second), this.length);
    if (this.isPlaying) {
      this.player.seek(at);
      if (play && !this.player.playing) this.player.play();
    } else {
      this.at = at;
      this.closest("[data-info]")?.setAttribute("data-at", String(at));
      if (play) this.player.playItems([itemOf(this.closest("[data-info]") ?? this)], 0, at);
      else this.show();
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => this.go(this.time - STEP_S, false),
      ArrowDown: () => this.go(this.time - STEP_S, false),
      ArrowRight: () => this.go(this.time + STEP_S, false),
      ArrowUp: () => this.go(this.time + STEP_S, false),
      PageDown: () => this.go(this.time - PAGE_S, false),
      PageUp: () => this.go(this.time + PAGE_S, false),
      Home: () => this.go(0, false),
      End: () => this.go(this.length - 1, false),
      Enter: () => this.go(this.time, true),
      " ": () => (this.isPlaying ? this.player.toggle() : this.go(this.time, true)),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
