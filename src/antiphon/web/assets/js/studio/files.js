// What was dropped or chosen, as a flat list of files with the folder each lay in; and which are certainly not music.

/**
 * @typedef {object} Found
 * @property {File} file
 * @property {string} folder  path below what was dropped; empty for loose files
 * @property {FileSystemFileHandle | null} handle  to open it again after a reload, where the browser can
 * @property {string} [set]  the set that it was planned for, and what that is called
 * @property {string} [setTitle]
 */

const MUSIC = new Set(["wav", "wave", "bwf", "aif", "aiff", "aifc", "flac", "mp3", "aac", "m4a", "mp4", "ogg", "oga", "opus"]);
const PICTURES = new Set("jpg jpeg png gif webp heic bmp tif tiff svg".split(" "));
const CLUTTER = /^(\.|thumbs\.db$|desktop\.ini$|__macosx)/i;

/** @param {string} name */
function ending(name) {
  const dot = name.lastIndexOf(".");
  return dot < 1 ? "" : name.slice(dot + 1).toLowerCase();
}

/**
 * A name as the server keeps it, so that both can be compared: composed letters, single spaces.
 * @param {string} name
 */
export function plain(name) {
  return name.normalize("NFC").replace(/[\s\p{Cc}]+/gu, " ").trim();
}

/**
 * Say why a file is certainly not for us, as a key of a sentence; an empty string lets the server decide.
 * @param {File} file
 * @param {number} maxBytes
 */
export function refusal(file, maxBytes) {
  const kind = ending(file.name);
  if (file.size === 0) return "refused.empty";
  if (PICTURES.has(kind) || file.type.startsWith("image/")) return "refused.picture";
  if (kind && !MUSIC.has(kind)) return "refused.kind";
  if (file.size > maxBytes) return "refused.size";
  return "";
}

/** Files that computers leave in folders for themselves. @param {string} name */
export function isClutter(name) {
  return CLUTTER.test(name);
}

/**
 * Files of an `<input type=file>`, in the order of their names; folders keep their path.
 * @param {FileList} list
 * @returns {Found[]}
 */
export function chosen(list) {
  return [...list]
    .filter((file) => !isClutter(file.name))
    .map((file) => {
      const path = file.webkitRelativePath || "";
      return { file, folder: path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "", handle: null };
    });
}

/** @param {FileSystemDirectoryReader} reader @returns {Promise<FileSystemEntry[]>} */
async function readAll(reader) {
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    // One call gives at most a hundred names; an empty answer is the end.
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return all;
    all.push(...some);
  }
}

/** @param {FileSystemEntry} entry @param {string} folder @returns {Promise<Found[]>} */
async function walk(entry, folder) {
  if (isClutter(entry.name)) return [];
  if (entry.isFile) {
    const file = await new Promise((done, failed) => /** @type {FileSystemFileEntry} */ (entry).file(done, failed));
    return [{ file, folder, handle: null }];
  }
  const inside = await readAll(/** @type {FileSystemDirectoryEntry} */ (entry).createReader());
  const path = folder ? `${folder}/${entry.name}` : entry.name;
  const found = [];
  for (const child of inside) found.push(...(await walk(child, path)));
  return found;
}

/** @param {any} handle @param {string} folder @returns {Promise<Found[]>} */
async function walkHandle(handle, folder) {
  if (isClutter(handle.name)) return [];
  if (handle.kind === "file") return [{ file: await handle.getFile(), folder, handle }];
  const path = folder ? `${folder}/${handle.name}` : handle.name;
  const found = [];
  for await (const child of handle.values()) found.push(...(await walkHandle(child, path)));
  return found;
}

/**
 * Everything in a drop, folders walked to the ground. Must be called inside the drop event: the items die after it.
 * @param {DataTransfer} transfer
 * @returns {Promise<Found[]>}
 */
export async function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const waiting = items.map((item) => {
    const entry = item.webkitGetAsEntry?.() ?? null;
    const file = item.getAsFile();
    const handle = /** @type {any} */ (item).getAsFileSystemHandle?.().catch(() => null) ?? null;
    return { entry, file, handle };
  });
  /** @type {Found[]} */
  const found = [];
  for (const { entry, file, handle } of waiting) {
    const opened = await handle;
    if (opened) found.push(...(await walkHandle(opened, "")));
    else if (entry) found.push(...(await walk(entry, "")));
    else if (file && !isClutter(file.name)) found.push({ file, folder: "", handle: null });
  }
  return found;
}

/**
 * Album order: by folder, then by name with numbers read as numbers.
 * @param {Found[]} found
 */
export function inOrder(found) {
  const by = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  return found.sort((a, b) => by.compare(a.folder, b.folder) || by.compare(a.file.name, b.file.name));
}

const SAMPLE_BYTES = 65536;

/**
 * A short name for what is in a file: a hash over its size, beginning, middle and end. Two takes saved under one name
 * differ in it, and it costs three small reads however long the file is. Empty where the browser cannot hash
 * (pages that are not served over https).
 * @param {File} file
 */
export async function sampleOf(file) {
  const inArchive = /** @type {any} */ (file).sample;
  if (inArchive) return inArchive; // the archive's own list has a checksum
  if (!globalThis.crypto?.subtle) return "";
  const middle = Math.max(0, Math.floor(file.size / 2));
  const parts = [
    `${file.size}:`,
    file.slice(0, SAMPLE_BYTES),
    file.slice(middle, middle + SAMPLE_BYTES),
    file.slice(Math.max(0, file.size - SAMPLE_BYTES)),
  ];
  const hash = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
