// <consent-grid>: a large table by keyboard. Arrows move between cells, Home and End to the first and last of a row,
// with Ctrl to the corners, Page Up and Down by ten rows; Space chooses the row's track. Without it, Tab does.

const PAGE = 10;

class Grid extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.rows = [...this.querySelectorAll("tbody tr")].map((row) => /** @type {HTMLElement[]} */ ([...row.querySelectorAll("td")]));
    if (!this.rows.length) return;
    // One cell is a stop for Tab, the one that was last visited; the others are reached by arrows.
    this.rows.flat().forEach((cell) => (cell.tabIndex = -1));
    this.rows[0][0].tabIndex = 0;
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("focusin", (event) => this.visited(/** @type {HTMLElement} */ (event.target)), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
  }

  disconnectedCallback() {
    this.stop?.abort();
  }

  /** @param {EventTarget | null} cell @returns {[number, number] | null} */
  place(cell) {
    for (const [row, cells] of (this.rows ?? []).entries()) {
      const column = cells.indexOf(/** @type {HTMLElement} */ (cell));
      if (column >= 0) return [row, column];
    }
    return null;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const here = this.place(event.target);
    if (!here || event.altKey || event.metaKey) return;
    if (event.key === " ") this.choose(here[0], event.shiftKey);
    else {
      const next = this.after(event, ...here);
      if (!next) return;
      this.go(...next);
    }
    // Handled: neither the page scrolls nor the player hears of it.
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {KeyboardEvent} event @param {number} row @param {number} column @returns {[number, number] | null} */
  after(event, row, column) {
    const rows = this.rows ?? [];
    const last = rows[0].length - 1;
    const forward = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    switch (event.key) {
      case "ArrowRight":
        return [row, column + forward];
      case "ArrowLeft":
        return [row, column - forward];
      case "ArrowDown":
        return [row + 1, column];
      case "ArrowUp":
        return [row - 1, column];
      case "PageDown":
        return [row + PAGE, column];
      case "PageUp":
        return [row - PAGE, column];
      case "Home":
        return [event.ctrlKey ? 0 : row, 0];
      case "End":
        return [event.ctrlKey ? rows.length - 1 : row, last];
      default:
        return null;
    }
  }

  /** @param {number} row @param {number} column */
  go(row, column) {
    const rows = this.rows ?? [];
    const cells = rows[Math.max(0, Math.min(rows.length - 1, row))];
    const cell = cells[Math.max(0, Math.min(cells.length - 1, column))];
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {HTMLElement} cell */
  visited(cell) {
    if (!this.place(cell)) return;
    this.querySelector("td[tabindex='0']")?.setAttribute("tabindex", "-1");
    cell.tabIndex = 0;
  }

  /** With shift, every row between the last choice and this one follows. @param {number} row @param {boolean} all */
  choose(row, all) {
    const boxes = /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("input[name=ids]")]);
    const on = !boxes[row].checked;
    const from = all && this.last !== undefined ? Math.min(this.last, row) : row;
    const to = all && this.last !== undefined ? Math.max(this.last, row) : row;
    boxes.slice(from, to + 1).forEach((box) => (box.checked = on));
    this.last = row;
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const cell = /** @type {HTMLElement} */ (event.target).closest("td");
    if (cell && this.place(cell)) cell.focus({ preventScroll: true });
  }
}

customElements.define("consent-grid", Grid);
