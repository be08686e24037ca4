// Sharing: the link in a field, from the start or from this second on; the code of a player, and a QR code.
import { clock, secondsOf } from "./clock.js";
import { showPlayer } from "./share/preview.js";
import { announce, say } from "./words.js";

export class Share extends HTMLElement {
  connectedCallback() {
    const link = /** @type {HTMLInputElement} */ (this.querySelector("input[readonly]"));
    const box = /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=checkbox]"));
    const time = /** @type {HTMLInputElement | null} */ (this.querySelector("[data-part=from]"));
    const [plain] = link.value.split("#");
    const player = showPlayer(this);
    const picture = this.querySelector("img.qr");
    const [code] = (picture?.getAttribute("src") ?? "").split("?");
    const write = () => {
      const second = box?.checked && time ? Math.floor(secondsOf(time.value.trim())) : 0;
      link.value = second > 0 ? `${plain}#t=${second}` : plain;
      const drawn = second > 0 ? `${code}?t=${second}` : code;
      if (picture && picture.getAttribute("src") !== drawn) picture.setAttribute("src", drawn);
      this.querySelector("a[download]")?.setAttribute("href", drawn);
      player?.from(second);
    };
    box?.addEventListener("change", write);
    time?.addEventListener("input", () => {
      if (box) box.checked = true;
      write();
    });
    this.closest("details")?.addEventListener("toggle", () => {
      const waveform = /** @type {import("./waveform.js").Waveform | null} */ (document.querySelector("#main antiphon-waveform"));
      if (time && waveform && !box?.checked) time.value = clock(waveform.time);
    });
    link.addEventListener("focus", () => link.select());
    this.#copies("copy", "done", link, "copied");
    const html = /** @type {HTMLTextAreaElement | null} */ (this.querySelector("textarea"));
    if (html) this.#copies("copy-code", "done-code", html, "codeCopied");
  }

  /**
   * @param {string} press
   * @param {string} told
   * @param {HTMLInputElement | HTMLTextAreaElement} field
   * @param {string} words
   */
  #copies(press, told, field, words) {
    this.querySelector(`[data-part=${press}]`)?.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        announce(say(words));
        const done = this.querySelector(`[data-part=${told}]`);
        if (done) done.textContent = say(words);
      } catch {
        field.focus(); // without leave to write to the clipboard, it stands there selected
        field.select();
      }
    });
  }
}
