// Keys that work everywhere but where one types. They can be switched off, for people who speak to their computer.
import { announce, say } from "../words.js";

/** @typedef {import("./element.js").Player} Player */

const STEP_S = 5;
const LEAP_S = 10;

/** @param {Player} player */
export function listenToKeys(player) {
  const help = /** @type {HTMLDialogElement} */ (document.getElementById("keys"));
  const box = /** @type {HTMLInputElement} */ (help.querySelector("[data-part=keys]"));
  box.checked = player.taste.keys;
  box.addEventListener("change", () => player.setTaste({ keys: box.checked }));
  for (const opener of document.querySelectorAll("[data-opens=keys]")) {
    opener.addEventListener("click", () => help.showModal());
  }

  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const acts = {
    " ": () => player.toggle(),
    k: () => player.toggle(),
    j: () => player.skip(-LEAP_S),
    l: () => player.skip(LEAP_S),
    m: () => player.toggleMute(),
    q: () => player.panel?.toggle(),
    s: () => player.toggleShuffle(),
    r: () => player.turnRepeat(),
    ArrowLeft: (event) => (event.shiftKey ? player.previous() : player.skip(-STEP_S)),
    ArrowRight: (event) => (event.shiftKey ? player.next() : player.skip(STEP_S)),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog:modal")) return;
    const { target } = event;
    if (!(target instanceof Element) || isTyping(target)) return;
    if (event.key === "?") {
      event.preventDefault();
      help.showModal();
      return;
    }
    if (event.key === "/" && player.taste.keys) {
      const search = document.querySelector("#top input[type=search]");
      if (search instanceof HTMLElement && search.offsetParent) {
        event.preventDefault();
        search.focus();
      }
      return;
    }
    const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = acts[letter];
    if (!act || !player.taste.keys || usesKey(target, letter)) return;
    if (player.hidden) {
      // The first press on a page with one obvious thing to play plays it.
      const first = document.querySelector("#main [data-plays]");
      if ((letter === " " || letter === "k") && first instanceof HTMLElement && target.matches("body, #main, h1")) {
        event.preventDefault();
        first.click();
      }
      return;
    }
    event.preventDefault();
    act(event);
    if (letter === "k" || letter === " ") announce(say(player.playing ? "playingNow" : "pausedNow"));
  });
}

/** @param {Element} target */
function isTyping(target) {
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["button", "checkbox", "radio", "range", "submit", "reset"].includes(target.type);
  return target.matches("textarea, select");
}

/**
 * Whether the focused control has a use of its own for this key.
 * @param {Element} target
 * @param {string} key
 */
function usesKey(target, key) {
  if (key === " ") return target.matches("button, summary, input, audio, video, [role=button], [role=slider]");
  if (key.startsWith("Arrow")) return target.matches("input, audio, video, [role=slider], [role=tab], [role=menuitem]");
  return target.matches("audio, video");
}
