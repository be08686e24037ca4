// <studio-upload>: the upload page over the queue. It may come and go; the queue goes on.
import { Bringing, isFromElsewhere } from "./bring.js";
import { dropped, chosen } from "./files.js";
import { Poll } from "./poll.js";
import { queue } from "./queue.js";
import { Row, part } from "./row.js";
import { announceAdded, fill, leadTo, post } from "./send.js";
import { readWords, say, sayCount, size, wait } from "./words.js";

class StudioUpload extends HTMLElement {
  connectedCallback() {
    readWords();
    /** @type {Map<string, Row>} */
    this.rows = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.groups = new Map();
    this.stop = new AbortController();
    const { signal } = this.stop;
    part(this, "live").hidden = false;
    this.replaces = this.dataset.replaces ?? "";
    this.listen(signal);
    this.bringing = this.replaces
      ? null
      : new Bringing(this, { tell: (words) => this.tell(words), options: () => this.options(), started: () => this.askRights() });
    this.poll = new Poll(this.dataset.states ?? "", () => this.unsettled(), (answer) => this.heard(answer));
    this.mine().forEach((item) => this.show(item));
    const box = /** @type {HTMLInputElement | null} */ (part(this, "attest"));
    if (box && queue.attested) box.checked = true; // said on this visit, before going to another page and back
    this.attest();
    this.total();
    this.loading = queue
      .load(this.dataset.uploads ?? "")
      .then(() => this.welcome())
      .catch(() => this.tell(say("list.unread")));
    this.poll.start();
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.bringing?.stop();
    this.poll?.stop();
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    queue.addEventListener("change", (event) => this.changed(/** @type {CustomEvent} */ (event).detail), { signal });
    queue.addEventListener("drop", (event) => this.dropRow(/** @type {CustomEvent} */ (event).detail), { signal });
    for (const input of this.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => this.picked(/** @type {HTMLInputElement} */ (input)), { signal });
    }
    part(this, "attest")?.addEventListener("change", () => this.attest(), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("toggle", (event) => this.opened(/** @type {any} */ (event.target)), { signal, capture: true });
    this.addEventListener("submit", (event) => this.saved(event), { signal });
    // Anywhere on the page: nobody should have to aim.
    document.addEventListener("dragover", (event) => this.over(event), { signal });
    document.addEventListener("dragleave", (event) => !event.relatedTarget && this.hover(false), { signal });
    document.addEventListener("drop", (event) => this.fell(event), { signal });
  }

  mine() {
    return queue.items.filter((item) => item.replaces === this.replaces);
  }

  options() {
    const profile = /** @type {HTMLSelectElement | null} */ (part(this, "profile"))?.value ?? "";
    return { maxBytes: Number(this.dataset.maxBytes), profile, replaces: this.replaces };
  }

  /** @param {DragEvent} event */
  over(event) {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    this.hover(true);
  }

  /** @param {boolean} on */
  hover(on) {
    this.classList.toggle("is-over", on);
  }

  /** @param {DragEvent} event */
  async fell(event) {
    this.hover(false);
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    try {
      await this.take(await dropped(event.dataTransfer));
    } catch {
      this.tell(say("drop.unreadable"));
    }
  }

  /** @param {HTMLInputElement} input */
  async picked(input) {
    const found = chosen(/** @type {FileList} */ (input.files));
    input.value = "";
    await this.take(found);
  }

  /** @param {import("./files.js").Found[]} found */
  async take(found) {
    if (!found.length) return this.tell(say("drop.nothing"));
    if (this.bringing && isFromElsewhere(found)) {
      await this.loading;
      return this.bringing.offer(found);
    }
    const some = this.replaces ? found.slice(0, 1) : found;
    this.tell(sayCount("added", some.length));
    await this.loading; // what is unfinished must be known before a file can be taken for new
    const here = await queue.add(some, this.options());
    if (here) this.tell(sayCount("here", here));
    return this.askRights();
  }

  /** Nothing is sent before the box is ticked: say so, and lead there. */
  askRights() {
    const box = /** @type {HTMLInputElement | null} */ (part(this, "attest"));
    if (box && !box.checked && queue.items.some((item) => item.phase === "waiting" && !item.id)) {
      this.tell(say("attest.first"));
      part(this, "attest-note").hidden = false;
      box.focus();
    }
  }

  attest() {
    const box = /** @type {HTMLInputElement | null} */ (part(this, "attest"));
    if (!box) return;
    queue.attested = box.checked;
    if (box.checked) part(this, "attest-note").hidden = true;
    queue.pump();
    this.rows?.forEach((row) => row.update());
  }

  welcome() {
    const count = this.mine().filter((item) => item.phase === "unfinished").length;
    if (count) this.tell(sayCount("unfinished", count));
    this.poll?.now();
  }

  /** @param {import("./item.js").Item | null} item */
  changed(item) {
    if (item && item.replaces === this.replaces) this.show(item);
    cancelAnimationFrame(this.frame ?? 0);
    this.frame = requestAnimationFrame(() => this.total());
    if (item?.phase === "received" && !item.server) this.poll?.now();
  }

  /** @param {import("./item.js").Item} item */
  show(item) {
    const known = this.rows?.get(item.key);
    if (known) return known.update();
    const row = new Row(item, part(this, "row"));
    this.rows?.set(item.key, row);
    part(this.group(item), "rows").append(row.node);
    announceAdded(row.node);
    return undefined;
  }

  /** @param {import("./item.js").Item} item */
  group(item) {
    const name = item.set ? `${item.batch}/set ${item.set}` : item.folder ? `${item.batch}/${item.folder}` : item.earlier ? "earlier" : "now";
    const known = this.groups?.get(name);
    if (known) return known;
    const node = /** @type {HTMLElement} */ (part(this, "group").content.firstElementChild.cloneNode(true));
    const folder = item.setTitle || (item.folder.split("/").pop() ?? "");
    const loose = say(item.earlier ? "group.earlier" : "group.loose");
    part(node, "title").textContent = folder ? say("group.album", { folder }) : loose;
    this.groups?.set(name, node);
    // What is new stands above what came in before.
    node.toggleAttribute("data-earlier", item.earlier);
    const groups = part(this, "groups");
    groups.insertBefore(node, item.earlier ? null : groups.querySelector("[data-earlier]"));
    return node;
  }

  /** @param {import("./item.js").Item} item */
  dropRow(item) {
    const row = this.rows?.get(item.key);
    if (!row) return;
    const had = row.node.contains(document.activeElement);
    const next = /** @type {HTMLElement | null} */ (row.node.nextElementSibling ?? row.node.previousElementSibling);
    row.node.remove();
    this.rows?.delete(item.key);
    for (const [name, node] of this.groups ?? []) {
      if (part(node, "rows").children.length) continue;
      node.remove();
      this.groups?.delete(name);
    }
    if (had) (next ?? /** @type {HTMLElement} */ (part(this, "files"))).focus();
  }

  total() {
    const sending = this.mine().filter((item) => item.open || (item.phase === "received" && !item.earlier));
    const all = sending.reduce((sum, item) => sum + item.size, 0);
    const sent = sending.reduce((sum, item) => sum + item.sent, 0);
    const speed = sending.reduce((sum, item) => sum + item.speed, 0);
    const busy = sending.some((item) => ["waiting", "sending", "lost", "paused"].includes(item.phase) && item.file);
    part(this, "total").hidden = !busy;
    if (!busy) return;
    part(this, "total-progress").value = all ? Math.floor((sent / all) * 100) : 0;
    const words = { sent: size(sent), size: size(all), left: speed ? wait((all - sent) / speed) : "", speed: size(speed) };
    part(this, "total-say").textContent = say(queue.held ? "total.held" : speed ? "total.left" : "total", words);
    part(this, "hold-all").textContent = say(queue.held ? "do.resume_all" : "do.hold_all");
  }

  unsettled() {
    return this.mine()
      .filter((item) => item.phase === "received" && item.id && !item.server?.settled)
      .map((item) => item.id);
  }

  /** @param {{items: Record<string, any>, workers: boolean}} answer */
  heard(answer) {
    part(this, "no-worker").hidden = answer.workers;
    for (const item of this.mine()) {
      const server = answer.items[item.id];
      if (!server || item.phase !== "received") continue;
      const before = item.server;
      item.server = server;
      if (before && before.state !== server.state && server.spoken) this.tell(`${server.title}: ${server.spoken}`);
      this.show(item);
      if (server.set) this.showSet(this.group(item), server.set);
    }
  }

  /** @param {HTMLElement} group @param {any} set */
  showSet(group, set) {
    part(group, "title").textContent = say("group.album", { folder: set.title });
    part(group, "set").hidden = false;
    leadTo(part(group, "set-edit"), set.edit);
    leadTo(part(group, "set-publish"), set.publish);
    part(group, "set-publish").hidden = set.published;
    part(group, "set-published").hidden = !set.published;
  }

  /** @param {Event} event */
  clicked(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!button) return;
    if (button.matches("[data-hold-all]")) queue.hold(!queue.held);
    const row = this.rows?.get(/** @type {HTMLElement | null} */ (button.closest("[data-key]"))?.dataset.key ?? "");
    if (row && button.dataset.do) this.act(row, button.dataset.do);
  }

  /** @param {Row} row @param {string} what */
  async act(row, what) {
    const { item } = row;
    if (what === "hold") item.pause();
    if (what === "resume") queue.resume(item);
    if (what === "again") item.phase === "lost" ? item.restart() : queue.resume(item);
    if (what === "anyway") queue.resume(item);
    if (what === "cancel") queue.cancel(item);
    if (what === "retry") {
      await post(item.server.retry, new FormData(), this);
      item.server = { ...item.server, settled: false };
      this.poll?.now();
    }
  }

  /** The edit form comes from the server, filled from the file's own tags. @param {any} details */
  async opened(details) {
    const row = this.rows?.get(details?.closest?.("[data-key]")?.dataset.key ?? "");
    const place = row && part(row.node, "form");
    if (!row || !place || !details.open || place.childElementCount) return;
    await fill(place, await fetch(row.item.server.form, { headers: { "X-Part": "1" } }));
  }

  /** @param {SubmitEvent} event */
  async saved(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const place = form.closest("[data-form]");
    if (!place) return;
    event.preventDefault();
    event.stopPropagation();
    const row = this.rows?.get(/** @type {HTMLElement | null} */ (form.closest("[data-key]"))?.dataset.key ?? "");
    const words = new FormData(form, event.submitter);
    await fill(place, await post(form.action, words, this));
    if (row) row.item.server = { ...row.item.server, settled: false };
    this.poll?.now();
  }

  /** @param {string} words */
  tell(words) {
    part(this, "tell").textContent = words;
  }
}

customElements.define("studio-upload", StudioUpload);
