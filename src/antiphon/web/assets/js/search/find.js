// <antiphon-find>: what the search field in the head of the page suggests while one types. A combobox with a listbox
// (WAI-ARIA 1.2): the focus stays in the field, arrows walk the list, Enter goes there, Escape closes it. Without this
// it is a field in a form, and that is what Enter is whenever nothing in the list is chosen.
import { announce, say } from "../words.js";

/** @typedef {{title: string, by: string, page: string}} Suggestion */

const WAIT_MS = 150; // after the last key: quicker than a thought, slower than a finger
const SHORTEST = 2;

export class Find extends HTMLElement {
  connectedCallback() {
    this.field = /** @type {HTMLInputElement} */ (this.querySelector("input"));
    this.list = document.createElement("ul");
    this.list.id = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", say("suggestions"));
    this.append(this.list);
    const { field, list } = this;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");
    this.chosen = -1;
    this.asked = "";
    this.stop = new AbortController();
    const { signal } = this.stop;
    field.addEventListener("input", () => this.typed(), { signal });
    field.addEventListener("keydown", (event) => this.key(event), { signal });
    field.addEventListener("blur", () => this.close(), { signal });
    // Before the field would lose the focus, and the list with it.
    list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    list.addEventListener("click", (event) => this.pressed(event), { signal });
  }

  disconnectedCallback() {
    this.stop?.abort();
    clearTimeout(this.timer);
    this.request?.abort();
  }

  typed() {
    clearTimeout(this.timer);
    this.request?.abort();
    const words = this.field?.value.trim() ?? "";
    if (words.length < SHORTEST) {
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.ask(words), WAIT_MS);
  }

  /** @param {string} words */
  async ask(words) {
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      const answer = await fetch(`${this.dataset.url}?q=${encodeURIComponent(words)}`, { signal });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      if (document.activeElement === this.field) this.show(suggestions, words);
    } catch {
      // Typing went on, or there is no network: the field still searches.
    }
  }

  /**
   * @param {Suggestion[]} suggestions
   * @param {string} words
   */
  show(suggestions, words) {
    const rows = suggestions.map(({ title, by, page }, at) => {
      const row = document.createElement("li");
      row.id = `suggestion-${at}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.dataset.page = page;
      const name = document.createElement("span");
      name.className = "name";
      name.textContent = title;
      const who = document.createElement("span");
      who.className = "who";
      who.textContent = by;
      row.append(name, " ", who);
      return row;
    });
    this.list?.replaceChildren(...rows);
    this.choose(-1);
    this.open(rows.length > 0);
    if (words !== this.asked) announce(say(rows.length ? "suggested" : "suggestedNone", { n: rows.length }));
    this.asked = words;
  }

  /** @param {boolean} open */
  open(open) {
    if (this.list) this.list.hidden = !open;
    this.field?.setAttribute("aria-expanded", String(open));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.choose(-1);
    this.open(false);
  }

  /** @param {number} at */
  choose(at) {
    const rows = [...(this.list?.children ?? [])];
    this.chosen = at;
    rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
    const row = rows[at];
    if (row) {
      this.field?.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else this.field?.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || !this.list) return;
    const count = this.list.children.length;
    const closed = this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) return;
      event.preventDefault();
      if (closed) this.open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      // The field itself is one of the places: from the last one on, one is back in what was typed.
      const at = closed && step < 0 ? count - 1 : (((this.chosen ?? -1) + 1 + step + count + 1) % (count + 1)) - 1;
      this.choose(at);
    } else if (event.key === "Enter" && !closed && (this.chosen ?? -1) >= 0) {
      event.preventDefault();
      this.go(/** @type {HTMLElement} */ (this.list.children[this.chosen ?? 0]));
    } else if (event.key === "Escape" && !closed) {
      event.preventDefault();
      this.close();
    }
  }

  /** @param {MouseEvent} event */
  pressed(event) {
    const row = /** @type {Element} */ (event.target).closest("[role=option]");
    if (row instanceof HTMLElement) this.go(row);
  }

  /**
   * Go there as a link on the page would, so that the music goes on.
   * @param {HTMLElement} row
   */
  go(row) {
    const link = document.createElement("a");
    link.href = row.dataset.page ?? "/";
    link.hidden = true;
    this.append(link);
    link.dispatchEvent(new CustomEvent("antiphon:added", { bubbles: true }));
    this.close();
    link.click();
  }
}
