// What a page offers to play. A button says what it plays in data attributes; the server writes them (`{% item %}`).
import { announce, say } from "../words.js";

/** @typedef {import("./queue.js").Item} Item */
/** @typedef {import("./element.js").Player} Player */

/**
 * The track that an element with `data-info` stands for.
 * @param {Element} element
 * @returns {Item}
 */
export function itemOf(element) {
  const { id, info, title, by, page, art, ms } = /** @type {HTMLElement} */ (element).dataset;
  return {
    id: Number(id),
    info: info ?? "",
    title: title ?? "",
    artists: by ?? "",
    page: page ?? "/",
    artwork: art ?? "",
    ms: Number(ms ?? 0),
    ...sourceOf(element),
  };
}

/**
 * Where something is played from: what the list around it says of itself, or the page.
 * @param {Element} element
 */
function sourceOf(element) {
  const place = /** @type {HTMLElement | null} */ (element.closest("[data-source]"));
  return { source: place?.dataset.source ?? "page", sourceId: Number(place?.dataset.sourceId ?? 0) };
}

/**
 * Listen for presses anywhere on the page, now and after every change of #main.
 * @param {Player} player
 */
export function listenToPages(player) {
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-does]") : null;
    if (!(button instanceof HTMLElement) || player.contains(button)) return;
    const { does } = button.dataset;
    if (does === "play") press(player, button);
    if (does === "next" || does === "last") {
      const from = button.closest("[data-info]");
      if (from) player.add([{ ...itemOf(from), source: "queue", sourceId: 0 }], does);
    }
    if (does === "play-list" || does === "add-list") await playList(player, button, does === "play-list");
  });
  document.addEventListener("antiphon:player", () => mark(player));
  document.addEventListener("antiphon:page", () => mark(player));
}

/**
 * @param {Player} player
 * @param {HTMLElement} button
 */
function press(player, button) {
  const from = /** @type {HTMLElement | null} */ (button.closest("[data-info]"));
  if (!from) return;
  const item = itemOf(from);
  if (player.queue.current?.id === item.id) {
    player.toggle();
    return;
  }
  const list = from.closest("[data-queue]");
  const rows = list ? [...list.querySelectorAll("[data-info]")] : [from];
  const at = Number(from.dataset.at ?? 0);
  player.playItems(rows.map(itemOf), rows.indexOf(from), at);
}

/**
 * @param {Player} player
 * @param {HTMLElement} button
 * @param {boolean} now
 */
async function playList(player, button, now) {
  const address = button.dataset.list ?? "";
  if (now && player.queue.current && player.list === address) {
    player.toggle();
    return;
  }
  try {
    const reply = await fetch(address, { headers: { Accept: "application/json" } });
    if (!reply.ok) throw new Error(String(reply.status));
    const place = now ? sourceOf(button) : { source: "queue", sourceId: 0 };
    const items = /** @type {Item[]} */ ((await reply.json()).items).map((item) => ({ ...item, ...place }));
    if (!items.length) announce(say("emptyList"));
    else if (now) {
      player.playItems(items);
      player.list = address;
    } else player.add(items, "last");
  } catch {
    announce(say("cannotLoad"));
  }
}

/**
 * Show on the page what is playing.
 * @param {Player} player
 */
function mark(player) {
  const current = player.queue.current?.id;
  for (const element of document.querySelectorAll("#main [data-info]")) {
    const here = Number(/** @type {HTMLElement} */ (element).dataset.id) === current;
    element.classList.toggle("playing", here);
    for (const button of element.querySelectorAll("[data-does=play]")) {
      const sounding = here && player.playing;
      button.querySelector("use")?.setAttribute("href", sounding ? "#i-pause" : "#i-play");
      const label = say(sounding ? "pauseTitle" : "playTitle", { title: itemOf(element).title });
      if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
      const words = button.querySelector("[data-part=word]");
      if (words) words.textContent = say(sounding ? "pause" : "play");
    }
  }
}
