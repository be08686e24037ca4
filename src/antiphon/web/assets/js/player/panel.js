// The queue as a list that one can see and put in order, by pointer and by keyboard.
import { announce, say } from "../words.js";

/** @typedef {import("./element.js").Player} Player */

export class QueuePanel {
  /** @param {Player} player */
  constructor(player) {
    this.player = player;
    this.panel = /** @type {HTMLElement} */ (player.piece("queue"));
    this.button = /** @type {HTMLButtonElement} */ (player.piece("list"));
    this.rows = /** @type {HTMLElement} */ (player.piece("rows"));
    this.template = /** @type {HTMLTemplateElement} */ (player.piece("row"));
    this.button.addEventListener("click", () => this.toggle());
    player.piece("close").addEventListener("click", () => this.toggle(false));
    player.piece("clear").addEventListener("click", () => {
      player.clear();
      announce(say("cleared"));
      player.piece("close").focus();
    });
    this.rows.addEventListener("click", (event) => this.#press(event));
    this.panel.addEventListener("keydown", (event) => this.#key(event));
    for (const name of /** @type {const} */ (["even", "saveData"])) {
      const box = /** @type {HTMLInputElement} */ (player.piece(name));
      box.addEventListener("change", () => player.setTaste({ [name]: box.checked }));
    }
    document.addEventListener("pointerdown", (event) => {
      if (!this.panel.hidden && event.target instanceof Node && !player.contains(event.target)) this.toggle(false, false);
    });
  }

  /**
   * @param {boolean} open
   * @param {boolean} refocus whether the button gets the focus back on closing
   */
  toggle(open = this.panel.hidden, refocus = true) {
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) {
      this.draw();
      this.player.piece("heading").focus();
    } else if (refocus) this.button.focus();
  }

  draw() {
    const { queue, taste } = this.player;
    for (const name of /** @type {const} */ (["even", "saveData"])) this.player.piece(name).checked = taste[name];
    this.button.setAttribute("data-count", String(queue.items.length));
    if (this.panel.hidden) return;
    const held = this.#held();
    this.rows.replaceChildren(
      ...queue.items.map((item, index) => {
        const row = /** @type {HTMLElement} */ (this.template.content.cloneNode(true)).firstElementChild;
        const here = /** @type {HTMLElement} */ (row);
        here.dataset.index = String(index);
        if (index === queue.index) here.setAttribute("aria-current", "true");
        /** @type {HTMLElement} */ (here.querySelector(".name")).textContent = item.title;
        /** @type {HTMLElement} */ (here.querySelector(".who")).textContent = item.artists;
        for (const button of here.querySelectorAll("button[data-does]")) {
          const does = /** @type {HTMLButtonElement} */ (button).dataset.does ?? "";
          if (does !== "pick") button.setAttribute("aria-label", say(does, { title: item.title }));
        }
        /** @type {HTMLButtonElement} */ (here.querySelector("[data-does=up]")).disabled = index === 0;
        /** @type {HTMLButtonElement} */ (here.querySelector("[data-does=down]")).disabled = index === queue.items.length - 1;
        return here;
      }),
    );
    if (!held) return;
    const again = this.rows.children[held.index]?.querySelector(`[data-does=${held.does}]`);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }

  /** Which button of which row has the focus: rows are made anew, and the focus would fall on nothing with them. */
  #held() {
    const button = document.activeElement;
    const row = button?.closest("[data-index]");
    if (!(button instanceof HTMLElement) || !(row instanceof HTMLElement) || !this.rows.contains(row)) return null;
    return { index: Number(row.dataset.index), does: button.dataset.does ?? "" };
  }

  /** @param {MouseEvent} event */
  #press(event) {
    const button = /** @type {Element} */ (event.target).closest("button");
    const index = Number(/** @type {HTMLElement | undefined} */ (button?.closest("[data-index]"))?.dataset.index ?? -1);
    if (!button || index < 0) return;
    const { does } = button.dataset;
    if (does === "pick") this.player.jump(index);
    if (does === "up") this.#move(index, index - 1, "up");
    if (does === "down") this.#move(index, index + 1, "down");
    if (does === "remove") this.#remove(index);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.toggle(false);
      return;
    }
    const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-index]"));
    if (!row) return;
    const index = Number(row.dataset.index);
    if (event.altKey && event.key === "ArrowUp") this.#move(index, index - 1, "pick");
    else if (event.altKey && event.key === "ArrowDown") this.#move(index, index + 1, "pick");
    else if (event.key === "Delete") this.#remove(index);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {string} focus which of the row's buttons keeps the focus
   */
  #move(from, to, focus) {
    const { queue } = this.player;
    const { title } = queue.items[from];
    if (!queue.move(from, to)) return;
    this.player.changed();
    const row = this.rows.children[to];
    const button = /** @type {HTMLButtonElement | null} */ (row.querySelector(`[data-does=${focus}]`));
    (button && !button.disabled ? button : /** @type {HTMLElement} */ (row.querySelector("[data-does=pick]"))).focus();
    announce(say("moved", { title, n: to + 1, all: queue.items.length }));
  }

  /** @param {number} index */
  #remove(index) {
    const { title } = this.player.queue.items[index];
    this.player.drop(index);
    announce(say("removed", { title }));
    const row = this.rows.children[Math.min(index, this.rows.children.length - 1)];
    const next = /** @type {HTMLElement | null} */ (row?.querySelector("[data-does=remove]"));
    if (next) next.focus();
    else if (!this.player.hidden) this.player.piece("close").focus();
  }
}
