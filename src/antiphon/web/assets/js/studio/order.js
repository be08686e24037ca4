// <studio-order>: the order of a set by dragging. Up and down are plain buttons that work without this; with it they
// move the row at once, keep the focus, and say the new place.
import { post } from "./send.js";
import { readWords, say } from "./words.js";

class StudioOrder extends HTMLElement {
  connectedCallback() {
    readWords();
    this.list = /** @type {HTMLElement} */ (this.querySelector("[data-items]"));
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("pointerdown", (event) => this.grab(event), { signal });
    // Before the form itself hears of it, which would fetch the whole page.
    this.addEventListener("submit", (event) => this.button(event), { signal, capture: true });
    this.querySelectorAll("[data-grip]").forEach((grip) => grip.removeAttribute("hidden"));
    this.ends();
  }

  disconnectedCallback() {
    this.stop?.abort();
  }

  rows() {
    return /** @type {HTMLElement[]} */ ([...(this.list?.children ?? [])]);
  }

  /** @param {PointerEvent} event */
  grab(event) {
    const grip = /** @type {HTMLElement} */ (event.target).closest("[data-grip]");
    const row = /** @type {HTMLElement | null} */ (grip?.closest("[data-item]") ?? null);
    if (!grip || !row || event.button > 0) return;
    event.preventDefault();
    // Not the grip: what moves in the document loses its hold of the pointer.
    this.setPointerCapture(event.pointerId);
    row.classList.add("is-dragged");
    const before = this.order().join();
    const move = (/** @type {any} */ at) => this.follow(row, at.clientY);
    const drop = () => {
      row.classList.remove("is-dragged");
      this.removeEventListener("pointermove", move);
      if (this.order().join() !== before) this.keep(row);
    };
    this.addEventListener("pointermove", move);
    this.addEventListener("lostpointercapture", drop, { once: true });
  }

  /** @param {HTMLElement} row @param {number} y */
  follow(row, y) {
    for (const other of this.rows()) {
      if (other === row) continue;
      const box = other.getBoundingClientRect();
      const middle = box.top + box.height / 2;
      const isAbove = Boolean(other.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
      if (isAbove && y < middle) return other.before(row);
      if (!isAbove && y > middle) other.after(row);
    }
    return undefined;
  }

  /** @param {SubmitEvent} event */
  button(event) {
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    const [way] = (button?.name === "move" ? button.value : "").split(":");
    const row = /** @type {HTMLElement | null} */ (button?.closest("[data-item]") ?? null);
    if (!button || !row || !["up", "down"].includes(way)) return;
    event.preventDefault();
    event.stopPropagation();
    if (way === "up") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    this.keep(row);
    const other = /** @type {HTMLElement | null} */ (row.querySelector("button[name=move]:not([disabled])"));
    (button.disabled ? other : button)?.focus();
  }

  order() {
    return this.rows().map((row) => row.dataset.item ?? "");
  }

  /** The first cannot go up and the last cannot go down. */
  ends() {
    const rows = this.rows();
    rows.forEach((row, at) => {
      for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (row.querySelectorAll("button[name=move]"))) {
        button.disabled = button.value.startsWith("up") ? at === 0 : button.value.startsWith("down") && at === rows.length - 1;
      }
    });
  }

  /** @param {HTMLElement} row */
  async keep(row) {
    this.ends();
    const words = new FormData();
    words.set("do", "order");
    this.order().forEach((id) => words.append("order", id));
    const answer = await post(this.dataset.url ?? "", words, this).catch(() => null);
    const place = this.order().indexOf(row.dataset.item ?? "") + 1;
    const told = this.querySelector("[data-tell]");
    const key = answer?.ok ? "order.kept" : "order.lost";
    if (told) told.textContent = say(key, { title: row.dataset.title ?? "", place, count: this.rows().length });
  }
}

customElements.define("studio-order", StudioOrder);
