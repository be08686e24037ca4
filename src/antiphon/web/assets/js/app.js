// The listening side: pages that change while the music goes on, the player, the waveform.
import { secondsOf } from "./clock.js";
import { watch } from "./ledger/watch.js";
import { closeMenus } from "./menu.js";
import { loadModules } from "./modules.js";
import { followPages } from "./navigate.js";
import { Player } from "./player/element.js";
import { listenToKeys } from "./player/keys.js";
import { listenToPages } from "./player/pieces.js";
import { Find } from "./search/find.js";
import { addToSets } from "./sets/adding.js";
import { Share } from "./share.js";
import { Waveform } from "./waveform.js";

document.documentElement.classList.add("js");

// #t=65 or ?t=65 in a shared link: the track waits at that second.
function readStart() {
  const at = /^#t=([\dhms:.]+)$/.exec(location.hash) ?? /[?&]t=([\dhms:.]+)(?:&|$)/.exec(location.search);
  const piece = at && document.querySelector("#main [data-info]:has(antiphon-waveform)");
  if (!at || !(piece instanceof HTMLElement)) return;
  const second = String(secondsOf(at[1]));
  piece.dataset.at = second;
  piece.dataset.source = "link";
  const waveform = piece.querySelector("antiphon-waveform");
  if (waveform instanceof Waveform) {
    waveform.at = Number(second);
    waveform.show();
  } else if (waveform instanceof HTMLElement) waveform.dataset.at = second;
}

document.addEventListener("antiphon:page", readStart);
addEventListener("hashchange", readStart);

customElements.define("antiphon-player", Player);
const player = document.querySelector("antiphon-player");
if (player instanceof Player) {
  listenToPages(player);
  listenToKeys(player);
}
customElements.define("antiphon-waveform", Waveform);
customElements.define("antiphon-share", Share);
customElements.define("antiphon-find", Find);
closeMenus();
addToSets();
followPages();
document.addEventListener("antiphon:page", loadModules);
loadModules();
document.addEventListener("antiphon:page", watch);
watch();
