// What this browser remembers of unfinished uploads: which file each was, and, where it can, the way back to that file.

const PREFIX = "antiphon.upload.";

/** @typedef {{name: string, size: number, modified: number, sample: string}} Remembered */

/** @param {string} id @returns {Remembered | null} */
export function recall(id) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + id) ?? "null");
  } catch {
    return null; // storage switched off: the server's list still works
  }
}

/** @param {string} id @param {Remembered} what */
export function remember(id, what) {
  try {
    localStorage.setItem(PREFIX + id, JSON.stringify(what));
  } catch {
    return; // full or switched off: name and size still find the file again
  }
}

/** @param {string} id */
export function forget(id) {
  try {
    localStorage.removeItem(PREFIX + id);
  } catch {
    return;
  }
  withHandles("readwrite", (store) => store.delete(id)).catch(() => undefined);
}

/** @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} work @returns {Promise<T>} */
function withHandles(mode, work) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("antiphon-uploads", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("handles");
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const base = opening.result;
      const request = work(base.transaction("handles", mode).objectStore("handles"));
      request.onsuccess = () => {
        base.close();
        done(request.result);
      };
      request.onerror = () => {
        base.close();
        failed(request.error);
      };
    };
  });
}

/** Keep the way back to a file. @param {string} id @param {FileSystemFileHandle} handle */
export async function keepHandle(id, handle) {
  await withHandles("readwrite", (store) => store.put(handle, id)).catch(() => undefined);
}

/**
 * The file behind an unfinished upload, if the browser still lets us read it. With `ask`, it may put the question to
 * the person, which browsers allow only in answer to a click.
 * @param {string} id
 * @param {boolean} ask
 * @returns {Promise<File | null>}
 */
export async function fileAgain(id, ask) {
  try {
    const handle = /** @type {any} */ (await withHandles("readonly", (store) => store.get(id)));
    if (!handle) return null;
    let allowed = await handle.queryPermission({ mode: "read" });
    if (allowed === "prompt" && ask) allowed = await handle.requestPermission({ mode: "read" });
    return allowed === "granted" ? await handle.getFile() : null;
  } catch {
    return null; // moved, deleted, or a browser without handles: the person picks the file again
  }
}

/** Whether a way back is kept, so that a button can offer it. @param {string} id */
export async function hasHandle(id) {
  try {
    return Boolean(await withHandles("readonly", (store) => store.getKey(id)));
  } catch {
    return false;
  }
}
