// <studio-form>: comforts of the edit forms. Everything here works without it; with it one sees sooner.
import { part } from "./row.js";
import { readWords, say } from "./words.js";

class StudioForm extends HTMLElement {
  connectedCallback() {
    readWords();
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.addEventListener("change", (event) => this.changed(event), { signal });
    this.addEventListener("input", (event) => this.typed(event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.querySelectorAll("[data-copy]").forEach((button) => button.removeAttribute("hidden"));
    this.zone();
  }

  disconnectedCallback() {
    this.stop?.abort();
  }

  /** Somebody who never chose a time zone means the one of the clock before them. */
  zone() {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("input[data-zone=ask]"))) {
      if (!here || field.value === here) continue;
      field.value = here;
      const told = field.form && part(field.form, "zone-name");
      if (told) told.textContent = here;
    }
  }

  /** @param {Event} event */
  changed(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    const picture = part(this, "picture-preview");
    if (field.type !== "file" || !picture || !field.files?.[0]) return;
    URL.revokeObjectURL(picture.src);
    picture.src = URL.createObjectURL(field.files[0]);
    picture.hidden = false;
    const none = part(this, "picture-none");
    if (none) none.hidden = true;
  }

  /** @param {Event} event */
  typed(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.name !== "slug") return;
    const told = part(this, "slug-told");
    if (told) told.hidden = field.value === field.defaultValue;
  }

  /** @param {Event} event */
  async clicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-copy]"));
    if (!button) return;
    const link = /** @type {HTMLInputElement | null} */ (document.getElementById(button.dataset.copy ?? ""));
    if (!link) return;
    const told = button.parentElement && part(button.parentElement, "copied");
    const done = await navigator.clipboard?.writeText(link.value).then(
      () => true,
      () => false,
    );
    if (!done) link.select();
    if (told) told.textContent = say(done ? "copied" : "copy.by_hand");
  }
}

customElements.define("studio-form", StudioForm);
