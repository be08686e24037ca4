// The marks on the waveform, and the line below it that says one comment: the one that is heard, pointed at or chosen.
import { clock } from "../clock.js";
import { lastBefore, nearest, notesOf, placeOf } from "./marks.js";

/** @typedef {import("./marks.js").Mark} Mark */
/** @typedef {import("../waveform.js").Waveform} Waveform */

const SVG = "http://www.w3.org/2000/svg";
const SAID_MS = 8000; // how long a comment counts as heard
const REACH_PX = 8;
const LEAP = 10;

export class Strip {
  /**
   * @param {HTMLElement} holder
   * @param {Waveform} waveform
   * @param {Mark[]} marks at least one
   */
  constructor(holder, waveform, marks) {
    this.holder = holder;
    this.waveform = waveform;
    this.marks = marks;
    this.index = -1;
    this.pointing = false;
    this.list = /** @type {HTMLElement} */ (holder.querySelector("[role=listbox]"));
    this.open = /** @type {HTMLAnchorElement} */ (holder.querySelector("a.open"));
    this.#build();
    this.show(0);
    this.list.hidden = this.open.hidden = false;
    this.list.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("click", () => this.#play());
    waveform.addEventListener("pointermove", (event) => this.#point(event));
    waveform.addEventListener("pointerleave", () => (this.pointing = false));
    this.resizes = new ResizeObserver(() => this.draw());
    this.resizes.observe(waveform);
    this.follow = () => this.#follow();
    document.addEventListener("antiphon:time", this.follow);
  }

  end() {
    this.resizes.disconnect();
    document.removeEventListener("antiphon:time", this.follow);
  }

  get length() {
    return this.waveform.length * 1000;
  }

  #build() {
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("class", "marks");
    this.svg.setAttribute("aria-hidden", "true");
    this.svg.innerHTML = `<path class="notes"/><path class="meant" d="M-2 -2h9v9h-9z"/>`;
    this.waveform.append(this.svg);
    this.draw();
  }

  /** Once for each size of the window; while music plays, nothing here is drawn anew. */
  draw() {
    const { width, height } = this.waveform.getBoundingClientRect();
    if (!width || !this.svg) return;
    this.width = width;
    this.height = height;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.querySelector(".notes")?.setAttribute("d", notesOf(this.marks, this.length, width, height));
    this.#choose();
  }

  #choose() {
    const mark = this.marks[this.index];
    if (!mark || !this.width) return;
    const x = placeOf(mark.at, this.length, this.width);
    this.svg?.querySelector(".meant")?.setAttribute("transform", `translate(${x} ${(this.height ?? 0) - 5})`);
  }

  /** @param {number} index */
  show(index) {
    const mark = this.marks[index];
    if (!mark || index === this.index) return;
    this.index = index;
    // A new element with a name of its own: a screen reader says what it had not said before.
    const option = document.createElement("div");
    option.id = `mark-${mark.id}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "true");
    option.setAttribute("aria-posinset", String(index + 1));
    option.setAttribute("aria-setsize", String(this.marks.length));
    for (const [tag, name, text] of [
      ["span", "at", clock(mark.at / 1000)],
      ["bdi", "who", mark.who],
      ["bdi", "what", mark.words],
    ]) {
      const part = document.createElement(tag);
      part.className = name;
      part.textContent = text;
      option.append(part, " ");
    }
    this.list.replaceChildren(option);
    this.list.setAttribute("aria-activedescendant", option.id);
    this.open.href = `${this.holder.dataset.page}?comment=${mark.id}`;
    this.open.dispatchEvent(new CustomEvent("antiphon:added", { bubbles: true }));
    this.#choose();
  }

  /** Four times a second while this track plays. */
  #follow() {
    const { waveform, list } = this;
    if (!waveform.isPlaying || this.pointing || document.activeElement === list) return;
    const at = waveform.time * 1000;
    const index = lastBefore(this.marks, at);
    if (index >= 0) this.show(index);
    const past = index < 0 || at - this.marks[index].at > SAID_MS;
    if (list.classList.contains("past") !== past) list.classList.toggle("past", past);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    if (!this.width || event.pointerType === "touch") return;
    const per = this.length / this.width;
    const at = (event.clientX - this.waveform.getBoundingClientRect().left) * per;
    const index = nearest(this.marks, at, REACH_PX * per);
    this.pointing = index >= 0;
    if (this.pointing) {
      this.show(index);
      this.list.classList.remove("past");
    }
  }

  #play() {
    const mark = this.marks[this.index];
    if (mark) this.waveform.go(mark.at / 1000, true);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const last = this.marks.length - 1;
    /** @type {Record<string, number>} */
    const steps = {
      ArrowRight: this.index + 1,
      ArrowDown: this.index + 1,
      ArrowLeft: this.index - 1,
      ArrowUp: this.index - 1,
      PageDown: this.index + LEAP,
      PageUp: this.index - LEAP,
      Home: 0,
      End: last,
    };
    if (event.key in steps) this.show(Math.min(Math.max(0, steps[event.key]), last));
    else if (event.key === "Enter" || event.key === " ") this.#play();
    else return;
    this.list.classList.remove("past");
    event.preventDefault();
    event.stopPropagation();
  }
}
