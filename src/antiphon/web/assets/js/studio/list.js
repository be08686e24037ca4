// <studio-list>: choosing many rows. Plain checkboxes do the work; this adds ranges with shift, all at once, a count,
// and the states of what is being worked on.
import { Poll } from "./poll.js";
import { part } from "./row.js";
import { readWords, sayCount } from "./words.js";

class StudioList extends HTMLElement {
  connectedCallback() {
    readWords();
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.last = -1;
    const all = part(this, "all");
    if (all) {
      all.closest("[hidden]")?.removeAttribute("hidden");
      all.addEventListener("change", () => this.every(all.checked), { signal });
    }
    this.addEventListener("click", (event) => this.clicked(/** @type {MouseEvent} */ (event)), { signal });
    this.addEventListener("change", () => this.count(), { signal });
    this.count();
    this.poll = new Poll(this.dataset.states ?? "", () => this.working(), (answer) => this.heard(answer));
    this.poll.start();
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.poll?.stop();
  }

  boxes() {
    return /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("input[name=ids]")]);
  }

  /** @param {boolean} on */
  every(on) {
    this.boxes().forEach((box) => (box.checked = on));
    this.count();
  }

  /** With shift, everything between the last box and this one follows. @param {MouseEvent} event */
  clicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const boxes = this.boxes();
    const here = boxes.indexOf(/** @type {HTMLInputElement} */ (target));
    if (here < 0) return;
    if (event.shiftKey && this.last >= 0) {
      const [from, to] = [Math.min(here, this.last ?? 0), Math.max(here, this.last ?? 0)];
      boxes.slice(from, to + 1).forEach((box) => (box.checked = boxes[here].checked));
      this.count();
    }
    this.last = here;
  }

  count() {
    const chosen = this.boxes().filter((box) => box.checked).length;
    const told = part(this, "count");
    if (told) told.textContent = chosen ? sayCount("chosen", chosen) : "";
    const all = part(this, "all");
    if (!all) return;
    all.checked = chosen > 0 && chosen === this.boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }

  working() {
    return [...this.querySelectorAll("[data-track][data-working]")].map((row) => /** @type {HTMLElement} */ (row).dataset.track ?? "");
  }

  /** @param {{items: Record<string, any>, workers: boolean}} answer */
  heard(answer) {
    for (const [id, server] of Object.entries(answer.items)) {
      const row = /** @type {HTMLElement | null} */ (this.querySelector(`[data-track="${id}"]`));
      if (!row) continue;
      part(row, "say").textContent = [server.words, server.reason].filter(Boolean).join(" ");
      const play = part(row, "play");
      if (play) play.hidden = !server.playable;
      if (server.settled) row.removeAttribute("data-working");
    }
  }
}

customElements.define("studio-list", StudioList);
