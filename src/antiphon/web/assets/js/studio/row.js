// One row of the upload page: says in words where a file stands, and offers what can be done about it.
import { queue } from "./queue.js";
import { leadTo } from "./send.js";
import { say, size, wait } from "./words.js";

/** @param {ParentNode} root @param {string} name @returns {any} */
export function part(root, name) {
  return root.querySelector(`[data-${name}]`);
}

/** What each phase lets a person do. @type {Record<string, string[]>} */
const DOABLE = {
  waiting: ["cancel"],
  sending: ["hold", "cancel"],
  lost: ["again", "hold", "cancel"],
  paused: ["resume", "cancel"],
  unfinished: ["cancel"],
  stopped: ["again", "cancel"],
  twin: ["anyway", "cancel"],
  refused: ["cancel"],
};

export class Row {
  /**
   * @param {import("./item.js").Item} item
   * @param {HTMLTemplateElement} template
   */
  constructor(item, template) {
    this.item = item;
    this.node = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    this.node.dataset.key = item.key;
    part(this.node, "name").textContent = item.name;
    part(this.node, "size").textContent = size(item.size);
    part(this.node, "progress").setAttribute("aria-label", say("progress", { name: item.name }));
    for (const button of this.node.querySelectorAll("[data-do]")) {
      button.setAttribute("aria-label", `${button.textContent?.trim()}: ${item.name}`);
    }
    this.update();
  }

  update() {
    const { item, node } = this;
    const server = item.phase === "received" ? item.server : null;
    node.dataset.phase = server ? server.state : item.phase;
    const bar = part(node, "progress");
    const percent = server ? server.percent : this.percent();
    bar.hidden = ["refused", "twin", "checking"].includes(item.phase) || ["ready", "failed"].includes(server?.state);
    if (bar.value !== percent) bar.value = percent;
    this.put("say", server ? this.heard(server) : this.sentence());
    this.offer(server);
    if (server) this.steps(server);
  }

  percent() {
    return this.item.size ? Math.floor((this.item.sent / this.item.size) * 100) : 0;
  }

  /** Text is written only when it differs, so that a screen reader is not told the same twice. @param {string} name @param {string} text */
  put(name, text) {
    const place = part(this.node, name);
    if (place.textContent !== text) place.textContent = text;
  }

  sentence() {
    const { item } = this;
    const of = { sent: size(item.sent), size: size(item.size), percent: this.percent() };
    if (item.phase === "sending") {
      if (item.sent >= item.size) return say("phase.storing");
      if (!item.speed) return say("phase.starting", of);
      const left = wait((item.size - item.sent) / item.speed);
      return say("phase.sending", { ...of, speed: size(item.speed), left });
    }
    if (item.phase === "waiting" && queue.waitsForRights(item)) return say("phase.unattested");
    if (item.phase === "unfinished") {
      return [say("phase.unfinished", of), item.reason || say(item.canAsk ? "unfinished.ask" : "unfinished.pick")].join(" ");
    }
    return [say(`phase.${item.phase}`, of), item.reason].filter(Boolean).join(" ");
  }

  /** @param {any} server */
  heard(server) {
    return [server.words, server.reason].filter(Boolean).join(" ");
  }

  /** @param {any} server */
  offer(server) {
    const { item, node } = this;
    const can = new Set(DOABLE[item.phase] ?? []);
    if (item.phase === "unfinished" && item.canAsk) can.add("resume");
    if (server?.playable) can.add("play");
    if (server?.state === "failed" && server.retry) can.add("retry");
    const focused = /** @type {HTMLElement | null} */ (node.contains(document.activeElement) ? document.activeElement : null);
    for (const button of node.querySelectorAll("[data-do]")) {
      /** @type {HTMLElement} */ (button).hidden = !can.has(/** @type {HTMLElement} */ (button).dataset.do ?? "");
    }
    // A button that goes away under the finger leaves the focus on its row, never on nothing.
    if (focused?.hidden) /** @type {HTMLElement} */ (node.querySelector("[data-do]:not([hidden])") ?? node).focus();
    const pick = part(node, "pick");
    if (pick) pick.hidden = item.phase !== "unfinished";
    const page = part(node, "page");
    page.hidden = !server?.edit;
    if (server?.edit) leadTo(page, server.edit);
    // The player reads what to play from the row (see player/pieces.js).
    if (server?.playable && server.item) Object.assign(node.dataset, server.item);
    part(node, "edit").hidden = !server?.playable || !server.form;
  }

  /** @param {any} server */
  steps(server) {
    part(this.node, "steps").hidden = ["ready", "gone"].includes(server.state);
    if (server.title) this.put("name", server.title);
    for (const step of server.steps) {
      const place = /** @type {HTMLElement | null} */ (this.node.querySelector(`[data-step="${step.name}"]`));
      if (!place) continue;
      place.dataset.state = step.state;
      const told = part(place, "told");
      if (told.textContent !== step.words) told.textContent = step.words;
    }
  }
}
