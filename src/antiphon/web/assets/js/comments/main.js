// Comments where scripts run: marks on the waveform, the place filled in, C to write at this second, places that play.
import { clock } from "../clock.js";
import { marksOf } from "./marks.js";
import { Strip } from "./strip.js";

/** @typedef {import("../waveform.js").Waveform} Waveform */

/** @type {Strip | undefined} */
let strip;
/** @type {Element | null} */
let section = null;

const waveform = () => /** @type {Waveform | null} */ (document.querySelector("#main antiphon-waveform"));
const place = () => /** @type {HTMLInputElement | null} */ (document.getElementById("comment-at"));
const words = () => /** @type {HTMLTextAreaElement | null} */ (document.getElementById("comment-words"));

function begin() {
  const here = document.getElementById("comments");
  // Another page of comments has replaced this one: whoever listens to the page goes on at its heading.
  const turned = section && here && here !== section && document.activeElement === document.body;
  if (turned) document.getElementById("comments-heading")?.focus({ preventScroll: true });
  section = here;
  beginMarks();
  beginForm();
}

async function beginMarks() {
  const holder = document.getElementById("marks");
  const wave = waveform();
  if (strip && strip.holder === holder) return;
  strip?.end();
  strip = undefined;
  if (!holder || !wave) return;
  try {
    const reply = await fetch(holder.dataset.from ?? "", { headers: { Accept: "application/json" } });
    if (!reply.ok) return;
    const marks = marksOf((await reply.json()).marks);
    if (marks.length && holder.isConnected && wave.isConnected && !strip) strip = new Strip(holder, wave, marks);
    else if (!marks.length) holder.hidden = true;
  } catch {
    // Without them the comments below say everything.
  }
}

function beginForm() {
  const text = words();
  if (!text || text.dataset.ready) return;
  text.dataset.ready = "";
  // The second at which one begins to write, unless one has said another.
  text.addEventListener("focus", () => {
    const field = place();
    const second = waveform()?.time ?? 0;
    if (field && !field.value && !field.dataset.touched && second >= 1) field.value = clock(second);
  });
  place()?.addEventListener("input", (event) => {
    if (event.target instanceof HTMLElement) event.target.dataset.touched = "";
  });
}

/** @param {MouseEvent} event */
function hear(event) {
  const link = event.target instanceof Element ? event.target.closest("#comments [data-at]") : null;
  const wave = waveform();
  if (!(link instanceof HTMLElement) || !wave || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  wave.go(Number(link.dataset.at) / 1000, true);
}

/** @param {KeyboardEvent} event */
function writeHere(event) {
  if (event.key !== "c" || event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog:modal")) return;
  const wave = waveform();
  if (!wave || !document.getElementById("comments") || !wave.player.taste.keys) return;
  const { target } = event;
  if (!(target instanceof HTMLElement) || target.isContentEditable || target.matches("textarea, select")) return;
  if (target instanceof HTMLInputElement && !["button", "checkbox", "radio", "range", "submit"].includes(target.type)) return;
  event.preventDefault();
  const field = place();
  if (field) field.value = clock(wave.time);
  const goal = words() ?? document.querySelector("#comments a.button");
  if (goal instanceof HTMLElement) goal.focus();
}

document.addEventListener("click", hear);
document.addEventListener("keydown", writeHere);
document.addEventListener("antiphon:page", begin);
begin();
