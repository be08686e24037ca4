// Coming from elsewhere: an archive or an export is looked at and shown before anything is sent.
import { queue } from "./queue.js";
import { part } from "./row.js";
import { post } from "./send.js";
import { say, sayCount } from "./words.js";

/** @typedef {import("./files.js").Found} Found */
/** @typedef {{path: string, title: string, told: string, set: string, artwork: string}} Track */
/** @typedef {{key: string, title: string, artwork: string, paths: string[]}} MusicSet */
/** @typedef {{batch: string, sets: MusicSet[], tracks: Track[], left_out: {path: string, reason: string}[]}} Plan */

const LISTS = /\.(csv|tsv|json)$/i;
const ARCHIVE = /\.zip$/i;
const GIVEN_BACK = / - .+ - \d{1,3} .+\.\w+$/; // Artist - Album - 01 Title.flac
const LONGEST_LIST = 500000;

/** Whether a drop is more than music in folders. @param {Found[]} found */
export function isFromElsewhere(found) {
  return found.some(({ file }) => ARCHIVE.test(file.name) || LISTS.test(file.name) || GIVEN_BACK.test(file.name));
}

/** @param {Found} one */
function pathOf({ file, folder }) {
  return folder ? `${folder}/${file.name}` : file.name;
}

export class Bringing {
  /**
   * @param {HTMLElement} page
   * @param {{tell: (words: string) => void, options: () => any, started: () => void}} host
   */
  constructor(page, host) {
    this.page = page;
    this.host = host;
    /** @type {Plan | null} */
    this.plan = null;
    /** @type {Map<string, Found>} */
    this.files = new Map();
    this.done = new AbortController();
    const { signal } = this.done;
    part(page, "bring-start").addEventListener("click", () => this.start(), { signal });
    part(page, "bring-cancel").addEventListener("click", () => this.cancel(), { signal });
  }

  stop() {
    this.done.abort();
  }

  /** @param {Found[]} found */
  async offer(found) {
    this.host.tell(say("bring.looking"));
    const { all, left } = await this.unpacked(found);
    this.files = new Map(all.map((one) => [pathOf(one), one]));
    try {
      const plan = await this.ask(all);
      plan.left_out.push(...left);
      this.show(plan);
      this.host.tell(say("bring.ready"));
    } catch (error) {
      this.host.tell(error instanceof Error && error.message ? error.message : say("bring.unread"));
    }
  }

  /** Put the parts of archives in the place of the archives. @param {Found[]} found */
  async unpacked(found) {
    /** @type {Found[]} */
    const all = [];
    /** @type {{path: string, reason: string}[]} */
    const left = [];
    for (const one of found) {
      if (!ARCHIVE.test(one.file.name)) {
        all.push(one);
        continue;
      }
      try {
        const zip = await import(/** @type {string} */ (this.page.dataset.zip));
        const opened = await zip.open(one.file);
        all.push(...opened.found.map((/** @type {any} */ inside) => ({ ...inside, handle: null })));
        left.push(...opened.left.map((/** @type {any} */ out) => ({ path: out.path, reason: say(out.why) })));
      } catch {
        left.push({ path: pathOf(one), reason: say("zip.unreadable") });
      }
    }
    return { all, left };
  }

  /** @param {Found[]} all @returns {Promise<Plan>} */
  async ask(all) {
    if (!all.length) return { batch: "", sets: [], tracks: [], left_out: [] };
    /** @type {Record<string, string>} */
    const texts = {};
    for (const one of all) {
      if (!LISTS.test(one.file.name) || one.file.size > LONGEST_LIST) continue;
      const file = await open(one.file).catch(() => null);
      if (file) texts[pathOf(one)] = await file.text();
    }
    const body = JSON.stringify({ files: all.map((one) => ({ path: pathOf(one), size: one.file.size })), texts });
    const token = /** @type {HTMLInputElement} */ (this.page.querySelector("input[name=csrfmiddlewaretoken]")).value;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
    const answer = await fetch(this.page.dataset.bring ?? "", { method: "POST", body, headers });
    if (!answer.ok) throw new Error(say("bring.unread"));
    return answer.json();
  }

  /** @param {Plan} plan */
  show(plan) {
    this.plan = plan;
    const byPath = new Map(plan.tracks.map((track) => [track.path, track]));
    const sets = part(this.page, "bring-sets");
    sets.replaceChildren();
    for (const set of plan.sets) {
      const tracks = set.paths.map((path) => byPath.get(path)).filter((track) => track !== undefined);
      const cover = set.artwork ? ` · ${say("bring.cover")}` : "";
      sets.append(this.group(set.title, `${sayCount("incoming", tracks.length)}${cover}`, tracks));
    }
    const loose = plan.tracks.filter((track) => !track.set);
    if (loose.length) sets.append(this.group(say("bring.loose"), sayCount("incoming", loose.length), loose));
    const left = part(this.page, "bring-left");
    left.hidden = !plan.left_out.length;
    part(this.page, "bring-left-title").textContent = sayCount("stays", plan.left_out.length);
    part(this.page, "bring-left-list").replaceChildren(
      ...plan.left_out.map(({ path, reason }) => line("li", [path, reason])),
    );
    part(this.page, "bring-start").hidden = !plan.tracks.length;
    part(this.page, "bringing").hidden = false;
    /** @type {HTMLElement | null} */ (this.page.querySelector("#bring-title"))?.focus();
  }

  /** @param {string} title @param {string} told @param {Track[]} tracks */
  group(title, told, tracks) {
    const section = document.createElement("section");
    const head = document.createElement("h3");
    head.textContent = title;
    const note = document.createElement("p");
    note.className = "quiet";
    note.textContent = told;
    const list = document.createElement("ol");
    list.append(...tracks.map((track) => line("li", [track.title, track.told])));
    section.append(head, note, list);
    return section;
  }

  cancel() {
    part(this.page, "bringing").hidden = true;
    this.plan = null;
    this.files.clear();
    this.host.tell(say("bring.cancelled"));
  }

  async start() {
    const { plan, files } = this;
    if (!plan) return;
    part(this.page, "bringing").hidden = true;
    this.plan = null;
    const titles = new Map(plan.sets.map((set) => [set.key, set.title]));
    const order = [...plan.sets.flatMap((set) => set.paths), ...plan.tracks.filter((one) => !one.set).map((one) => one.path)];
    const sets = new Map(plan.tracks.map((track) => [track.path, track.set]));
    const found = order.flatMap((path) => {
      const file = files.get(path);
      const key = sets.get(path) ?? "";
      return file ? [{ ...file, set: key, setTitle: titles.get(key) ?? "" }] : [];
    });
    new Pictures(plan, files, this.page, this.host.tell);
    await queue.add(found, { ...this.host.options(), batch: plan.batch });
    this.host.started();
  }
}

/** Sends each picture when all that it belongs to has arrived or will not. */
class Pictures {
  /** @param {Plan} plan @param {Map<string, Found>} files @param {HTMLElement} page @param {(words: string) => void} tell */
  constructor(plan, files, page, tell) {
    this.plan = plan;
    this.files = files;
    this.tell = tell;
    this.page = page;
    this.address = `${page.dataset.bring}/${plan.batch}/picture`;
    /** @type {Map<string, string[]>} paths of music by the path of their picture */
    this.waiting = new Map();
    for (const set of plan.sets) if (set.artwork) this.want(set.artwork, set.paths);
    for (const track of plan.tracks) if (track.artwork) this.want(track.artwork, [track.path]);
    this.heard = () => this.look();
    if (this.waiting.size) queue.addEventListener("change", this.heard);
  }

  /** @param {string} picture @param {string[]} paths */
  want(picture, paths) {
    this.waiting.set(picture, [...(this.waiting.get(picture) ?? []), ...paths]);
  }

  look() {
    const items = new Map(
      queue.items.filter((item) => item.batch === this.plan.batch).map((item) => [item.folder ? `${item.folder}/${item.name}` : item.name, item]),
    );
    for (const [picture, paths] of this.waiting) {
      const these = paths.map((path) => items.get(path)).filter((item) => item !== undefined);
      if (these.length < paths.length && !these.length) continue;
      if (these.some((item) => item.open) || !these.some((item) => item.phase === "received")) continue;
      this.waiting.delete(picture);
      this.send(picture);
    }
    if (!this.waiting.size) queue.removeEventListener("change", this.heard);
  }

  /** @param {string} picture */
  async send(picture) {
    const found = this.files.get(picture);
    if (!found) return;
    try {
      const words = new FormData();
      words.append("path", picture);
      words.append("picture", await open(found.file));
      const answer = await post(this.address, words, this.page);
      if (!answer.ok) throw new Error(String(answer.status));
    } catch {
      this.tell(say("bring.picture_lost", { name: found.file.name }));
    }
  }
}

/** The file itself, unpacked where it lies in an archive. @param {any} file @returns {Promise<File>} */
function open(file) {
  return file.unzip ? file.unzip() : Promise.resolve(file);
}

/** @param {string} tag @param {string[]} words */
function line(tag, words) {
  const node = document.createElement(tag);
  const [first, second] = words;
  node.append(first);
  if (second) {
    const quiet = document.createElement("span");
    quiet.className = "quiet";
    quiet.textContent = ` ${second}`;
    node.append(quiet);
  }
  return node;
}
