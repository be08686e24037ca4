// The page that checks proof files: a file is chosen or dropped, read here, checked here, and goes nowhere.
import { announce } from "../words.js";
import { canCheck, check, MOST_BYTES } from "./bundle.js";

/** @param {HTMLElement} place @param {string} name */
const part = (place, name) => /** @type {HTMLElement} */ (place.querySelector(`[data-part=${name}]`));

/** @param {HTMLElement} place @param {string} name */
const keysIn = (place, name) =>
  /** @type {HTMLTextAreaElement} */ (part(place, name)).value.split(/\s+/).filter((key) => key);

/** @param {HTMLElement} list @param {string[]} lines */
function write(list, lines) {
  list.replaceChildren(
    ...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
}

/** @param {HTMLElement} place @param {import("./bundle.js").Verdict} verdict */
function show(place, verdict) {
  const name = verdict.ok ? (verdict.shows === "breach" ? "breach" : "holds") : "fails";
  for (const one of ["holds", "breach", "fails"]) part(place, one).hidden = one !== name;
  write(part(place, "lines"), verdict.ok ? verdict.lines : [verdict.reason]);
  write(part(place, "missing"), verdict.not_shown);
  part(place, "missing-title").hidden = !verdict.not_shown.length;
  part(place, "verdict").hidden = false;
  part(place, "verdict").dataset.shows = verdict.ok ? verdict.shows : "nothing";
  announce(part(place, name).textContent?.trim() ?? "");
}

/** @param {HTMLElement} place @param {File | undefined} file */
async function read(place, file) {
  if (!file) return;
  // A long file is no proof file; what is read of it is enough to say so.
  const data = new Uint8Array(await file.slice(0, MOST_BYTES + 1).arrayBuffer());
  part(place, "name").textContent = file.name;
  show(place, await check(data, { log: keysIn(place, "key"), witnesses: keysIn(place, "witnesses") }));
}

/** @param {HTMLElement} place */
async function start(place) {
  if (place.dataset.started) return;
  place.dataset.started = "";
  if (!(await canCheck())) {
    part(place, "cannot").hidden = false;
    return;
  }
  const input = /** @type {HTMLInputElement} */ (part(place, "file"));
  /** @type {File | undefined} */
  let last;
  const take = (/** @type {File | undefined} */ file) => read(place, (last = file));
  part(place, "form").hidden = false;
  input.addEventListener("change", () => take(input.files?.[0]));
  for (const name of ["key", "witnesses"]) part(place, name).addEventListener("change", () => last && take(last));
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files[0]);
  });
}

function begin() {
  const place = document.getElementById("verify");
  if (place) start(place);
}

document.addEventListener("antiphon:page", begin);
begin();
