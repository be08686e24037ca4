// Sharing: the link in a field, from the start or from this second on.
import { clock, secondsOf } from "./clock.js";
import { announce, say } from "./words.js";

export class Share extends HTMLElement {
  connectedCallback() {
    const link = /** @type {HTMLInputElement} */ (this.querySelector("input[readonly]"));
    const box = /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=checkbox]"));
    const time = /** @type {HTMLInputElement | null} */ (this.querySelector("[data-part=from]"));
    const [plain] = link.value.split("#");
    const write = () => {
      const second = box?.checked && time ? Math.floor(secondsOf(time.value.trim())) : 0;
      link.value = second > 0 ? `${plain}#t=${second}` : plain;
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
    this.querySelector("[data-part=copy]")?.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(link.value);
        announce(say("copied"));
        const done = this.querySelector("[data-part=done]");
        if (done) done.textContent = say("copied");
      } catch {
        link.focus(); // without leave to write to the clipboard, the link stands there selected
      }
    });
  }
}
