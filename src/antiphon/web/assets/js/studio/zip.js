// What is in a ZIP, read where it lies: the list at its end first, and each part only when its turn comes.
import { ZipReader, BlobReader, configure } from "@zip.js/zip.js/lib/zip-core-native.js";

configure({ useWebWorkers: false }); // its workers would come from blob: addresses, which the site does not allow

const MOST_PARTS = 5000;
const MOST_GROWTH = 200; // music hardly shrinks; a thousand times is an attack on whoever unpacks it
const GROWTH_COUNTS_FROM = 1 << 20;
const KEEP_BYTES = 1 << 24;

/**
 * A part of an archive that looks like a file until it is needed.
 * @typedef {{name: string, size: number, type: string, lastModified: number, sample: string, unzip: () => Promise<File>}} Zipped
 */

/**
 * Return the parts of an archive with the folder each lies in, and what cannot be taken out, with the key of a reason.
 * The archive's own name stands for the folder of what lies loose in it.
 * @param {File} archive
 * @returns {Promise<{found: {file: Zipped, folder: string}[], left: {path: string, why: string}[]}>}
 */
export async function open(archive) {
  const root = archive.name.replace(/\.zip$/i, "");
  const entries = await new ZipReader(new BlobReader(archive)).getEntries();
  if (entries.length > MOST_PARTS) return { found: [], left: [{ path: archive.name, why: "zip.crowded" }] };
  /** @type {{file: Zipped, folder: string}[]} */
  const found = [];
  const left = [];
  const inFolders = entries.every((entry) => entry.filename.includes("/"));
  for (const entry of entries) {
    if (entry.directory) continue;
    const path = entry.filename.replaceAll("\\", "/");
    const grows = entry.uncompressedSize > Math.max(GROWTH_COUNTS_FROM, entry.compressedSize * MOST_GROWTH);
    if (entry.encrypted) left.push({ path, why: "zip.locked" });
    else if (grows) left.push({ path, why: "zip.bomb" });
    else {
      const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
      found.push({ file: part(entry, path), folder: inFolders ? folder : [root, folder].filter(Boolean).join("/") });
    }
  }
  return { found, left };
}

/** @param {any} entry @param {string} path @returns {Zipped} */
function part(entry, path) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const size = entry.uncompressedSize;
  const lastModified = entry.lastModDate?.getTime?.() ?? 0;
  return { name, size, type: "", lastModified, sample: `crc:${entry.signature}:${size}`, unzip: () => unpack(entry, name, size, lastModified) };
}

/**
 * Unpack one part. Rejects when it is damaged, or when more comes out than its own list says.
 * @param {any} entry @param {string} name @param {number} size @param {number} lastModified
 */
async function unpack(entry, name, size, lastModified) {
  let kept = new Blob([]);
  /** @type {Uint8Array[]} */
  let chunks = [];
  let waiting = 0;
  let total = 0;
  const sink = new WritableStream({
    write(chunk) {
      total += chunk.length;
      if (total > size) throw new Error("more came out than was announced");
      chunks.push(chunk);
      waiting += chunk.length;
      if (waiting < KEEP_BYTES) return;
      kept = new Blob([kept, .../** @type {any} */ (chunks)]); // a browser may keep a blob on disk, an array never
      chunks = [];
      waiting = 0;
    },
  });
  await entry.getData(sink, { checkSignature: true });
  if (total !== size) throw new Error("less came out than was announced");
  return new File([kept, .../** @type {any} */ (chunks)], name, { lastModified });
}
