// Asking by sound: a file is dropped or chosen, or the microphone is heard, and the form goes off as any other.
import { announce } from "../words.js";
import { listen, LONGEST_S, NoMicrophone } from "./recording.js";

const STEPS = 10 * LONGEST_S;

/** @param {HTMLElement} place @param {string} name */
const part = (place, name) => /** @type {HTMLElement} */ (place.querySelector(`[data-part=${name}]`));

class Asking {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.form = /** @type {HTMLFormElement} */ (place.querySelector("form"));
    this.input = /** @type {HTMLInputElement} */ (this.form.elements.namedItem("sound"));
    this.how = /** @type {HTMLInputElement} */ (this.form.elements.namedItem("how"));
    /** @type {Record<string, string>} */
    this.words = JSON.parse(document.getElementById("registry-words")?.textContent || "{}");
    /** @type {import("./recording.js").Hearing | null} */
    this.hearing = null;
    part(place, "microphone").hidden = false;
    part(place, "record").addEventListener("click", () => this.record());
    this.input.addEventListener("change", () => this.input.files?.length && this.send("file"));
    this.form.addEventListener("htmx:xhr:progress", (event) => this.progress(event));
    // Anywhere on the page: nobody should have to aim.
    place.addEventListener("dragover", (event) => {
      event.preventDefault();
      place.classList.add("is-over");
    });
    place.addEventListener("dragleave", (event) => {
      if (!(event.relatedTarget instanceof Node && place.contains(event.relatedTarget))) place.classList.remove("is-over");
    });
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("is-over");
      const file = event.dataTransfer?.files[0];
      if (file) this.put(file, "file");
    });
  }

  async record() {
    if (this.hearing) {
      this.hearing.stop();
      return;
    }
    this.fault("");
    part(this.place, "staff").querySelectorAll("rect").forEach((bar) => bar.remove());
    try {
      this.hearing = await listen((level, left) => this.tick(level, left));
      this.name("enough");
      this.place.classList.add("is-listening");
      const heard = await this.hearing.done;
      this.status(this.words.sending);
      this.put(new File([heard], "microphone.wav", { type: "audio/wav" }), "microphone");
    } catch (error) {
      const why = error instanceof NoMicrophone || error instanceof Error ? error.message : "broken";
      this.status("");
      this.fault(this.words[why] ?? this.words.broken);
    } finally {
      this.hearing = null;
      this.name("ready");
      this.place.classList.remove("is-listening");
    }
  }

  /** @param {number} level @param {number} left */
  tick(level, left) {
    const at = Math.min(STEPS - 1, Math.round(10 * (LONGEST_S - left)));
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const height = Math.max(1, 38 * level);
    for (const [name, value] of Object.entries({ x: at + 0.2, y: 20 - height / 2, width: 0.6, height })) {
      bar.setAttribute(name, String(value));
    }
    part(this.place, "staff").append(bar);
    const words = this.words.left.replace("{n}", String(Math.ceil(left)));
    if (part(this.place, "status").textContent !== words) this.status(words);
  }

  /** @param {File} file @param {string} how */
  put(file, how) {
    const carrier = new DataTransfer();
    carrier.items.add(file);
    this.input.files = carrier.files;
    this.send(how);
  }

  /** @param {string} how */
  send(how) {
    this.how.value = how;
    this.fault("");
    this.form.requestSubmit();
  }

  /** @param {Event} event */
  progress(event) {
    const { loaded, total } = /** @type {CustomEvent} */ (event).detail;
    if (total && loaded < total) this.status(this.words.percent.replace("{n}", String(Math.floor((100 * loaded) / total))));
  }

  /** @param {string} word */
  name(word) {
    part(this.place, "record-word").textContent = this.words[word];
  }

  /** @param {string} words */
  status(words) {
    part(this.place, "status").textContent = words;
  }

  /** @param {string} words */
  fault(words) {
    part(this.place, "fault").textContent = words;
    part(this.place, "fault").hidden = !words;
    if (words) announce(words);
  }
}

function begin() {
  for (const place of document.querySelectorAll("#main [data-registry]:not([data-ready])")) {
    place.setAttribute("data-ready", "");
    new Asking(/** @type {HTMLElement} */ (place));
  }
}

document.addEventListener("antiphon:page", begin);
begin();
