// A proof file checked where you are: nothing is sent anywhere. `transparency/core/checking.py` is the same check.
import { checkAnswer, FORMAT as ANSWER } from "./answer.js";
import { BadProof, fromBase64, fromHex, hashFrom, same, sha256, toHex, utf8 } from "./bytes.js";
import { canonical, readCanonical } from "./jcs.js";
import { checkConsistency, checkInclusion, leafHash } from "./merkle.js";
import { checkpointFrom, COSIGNATURE, ED25519, openNote, placeFrom, timeOf, verifierKey } from "./notes.js";
import { checkTrie, trieProofFrom } from "./trie.js";
import { actInWords, jobInWords, kindOf, number, object, placesOf, text, wordFor } from "./wording.js";

/** @typedef {import("./notes.js").Key} Key */
/** @typedef {import("./wording.js").Shown} Shown */
/** @typedef {{index: number, witness: string, at_s: number}} Time */
/**
 * @typedef {object} Verdict
 * @property {boolean} ok
 * @property {string} shows act, absent, present, breach, answer (of the registry by sound)
 * @property {string[]} lines what is shown
 * @property {string[]} not_shown
 * @property {Time[]} times
 * @property {string} reason why not
 */

export const MOST_BYTES = 1_000_000;
const FORMAT = "antiphon/proof/v1";
const COMMON = ["format", "kind", "log", "witnesses", "words"];
/** @type {Record<string, string[]>} */
const FIELDS = {
  act: [...COMMON, "act"],
  job: [...COMMON, "job", "answer", "recording", "manifest", "joined"],
};
const OWN_CLOCK = "No time is shown: when this happened is said by this site's own clock.";
const OWN_KEY = "Which log this is, the file says itself: you gave no key to check it against.";
const BREACH =
  "That is a breach: the job had counted this no, and its manifest holds the recording all the same. " +
  "If another answer of the same party stands before this one, it is for the site to show it.";

/** Whether this browser can check Ed25519 at all: it must know the algorithm, and be on https or this machine. */
export async function canCheck() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

/**
 * Never rejects for what is in the file.
 * @param {Uint8Array} data @param {{log?: string[], witnesses?: string[]}} [trusted] verifier keys
 * @returns {Promise<Verdict>}
 */
export async function check(data, trusted = {}) {
  try {
    return await checked(data, trusted.log ?? [], trusted.witnesses ?? []);
  } catch (error) {
    const reason = error instanceof BadProof ? error.message : `It cannot be read: ${error}`;
    return { ok: false, shows: "", lines: [], not_shown: [], times: [], reason };
  }
}

/** @param {Uint8Array} data @param {string[]} given @param {string[]} trusted @returns {Promise<Verdict>} */
async function checked(data, given, trusted) {
  if (data.length > MOST_BYTES) throw new BadProof("A proof file is no longer than a million bytes.");
  const said = object(readCanonical(data), "a proof file");
  if (said.format === ANSWER) return checkAnswer(said, given);
  const kind = text(said.kind);
  if (said.format !== FORMAT || !Object.hasOwn(FIELDS, kind)) {
    throw new BadProof("This is not a proof file of a kind we know.");
  }
  exactly(said, FIELDS[kind]);
  const log = await keysFrom(texts(said.log));
  const witnesses = await keysFrom(texts(said.witnesses));
  const logs = given.length ? await keysFrom(given) : log;
  const shown = kind === "act" ? [shownFrom(said.act)] : said.answer === null ? [] : [shownFrom(said.answer)];
  if (kind === "job") shown.push(shownFrom(said.job));
  const opened = [];
  for (const one of shown) opened.push(await inTheLog(one, log, witnesses, logs));
  allKeysAreUsed([...log, ...witnesses], opened);
  const origin = opened[0].checkpoint.origin;
  const [shows, words] = kind === "act" ? ["act", actInWords(shown[0], origin)] : await job(said, shown, opened, origin);
  if (canonical(words) !== canonical(said.words)) {
    throw new BadProof("The words in this file are not what its contents say.");
  }
  const times = await timesOf(shown, opened, await keysFrom(trusted));
  const notShown = given.length ? [] : [OWN_KEY];
  if (!times.length) {
    notShown.push(OWN_CLOCK);
    for (const key of witnesses) {
      notShown.push(`The witness ${key.name} has cosigned; you have not said that you trust it.`);
    }
  }
  const lines = [...words, ...times.map(timeInWords), ...(shows === "breach" ? [BREACH] : [])];
  return { ok: true, shows, lines, not_shown: notShown, times, reason: "" };
}

/** @param {Shown} shown @param {Key[]} log @param {Key[]} witnesses @param {Key[]} logs */
async function inTheLog(shown, log, witnesses, logs) {
  const entry = utf8(canonical(shown.entry));
  const commitment = toHex(await sha256(shown.salt, utf8(canonical(shown.private))));
  if (shown.salt.length !== 32 || shown.entry.commit !== commitment) {
    throw new BadProof("The entry commits to something else than this text.");
  }
  const { note, signed } = await openNote(shown.place.checkpoint, [...log, ...witnesses]);
  const checkpoint = checkpointFrom(note.text);
  const byLog = (/** @type {Key[]} */ keys) =>
    signed.some(({ key }) => key.kind === ED25519 && key.name === checkpoint.origin && keys.some((one) => one.text === key.text));
  if (!byLog(logs) || !byLog(log)) throw new BadProof("The log itself has not signed this checkpoint.");
  await checkInclusion(shown.place.index, checkpoint.size, await leafHash(entry), shown.place.hashes, checkpoint.root);
  return { note, checkpoint };
}

/** @typedef {Awaited<ReturnType<typeof inTheLog>>} Opened */

/** @param {Key[]} named @param {Opened[]} opened */
function allKeysAreUsed(named, opened) {
  const name = (/** @type {{name: string, id: string}} */ one) => `${one.name}+${one.id}`;
  const there = new Set(opened.flatMap((one) => one.note.lines.map(name)));
  if (new Set(named.map(name)).size !== named.length || named.some((key) => !there.has(name(key)))) {
    throw new BadProof("The file names keys that have signed nothing in it.");
  }
  if (new Set(opened.map((one) => one.checkpoint.origin)).size !== 1) {
    throw new BadProof("The entries in this file are of different logs.");
  }
}

/**
 * @param {Record<string, unknown>} said @param {Shown[]} shown @param {Opened[]} opened @param {string} origin
 * @returns {Promise<[string, string[]]>}
 */
async function job(said, shown, opened, origin) {
  const asked = shown[shown.length - 1];
  const answer = shown.length > 1 ? shown[0] : null;
  if (kindOf(asked) !== "job" || (answer && kindOf(answer) !== "answer")) {
    throw new BadProof("The entries in this file are of other types than they should be.");
  }
  const recording = number(said.recording);
  const proof = trieProofFrom(fromBase64(text(said.manifest)));
  const key = await sha256(fromHex(text(asked.private.salt)), utf8(`recording:${recording}`));
  const verdict = await checkTrie(fromHex(text(asked.entry.manifest_root)), key, proof);
  if (verdict === "present" && !same(proof.end?.[1] ?? new Uint8Array(), await sha256(utf8("allowed")))) {
    throw new BadProof("The manifest says something else of this recording than that it was allowed.");
  }
  const ordered = opened.map((one) => one.checkpoint).sort((one, other) => one.size - other.size);
  const [small, large] = [ordered[0], ordered[ordered.length - 1]];
  await checkConsistency(small.size, large.size, small.root, large.root, texts(said.joined).map(hashFrom));
  const words = jobInWords(asked, answer, recording, verdict, origin);
  if (!answer) return [verdict, words];
  if (placesOf(answer.private).every(([kind, place]) => kind === "track" && place !== recording)) {
    throw new BadProof("The answer in this file is about other recordings.");
  }
  if (number(answer.private.change) > number(asked.entry.consent_size)) {
    throw new BadProof("The job asked before this answer was given, so it was not bound by it.");
  }
  const saidNo = wordFor(answer, text(asked.entry.purpose)) === "no";
  return [verdict === "present" && saidNo ? "breach" : verdict, words];
}

/** @param {Shown[]} shown @param {Opened[]} opened @param {Key[]} trusted */
async function timesOf(shown, opened, trusted) {
  /** @type {Time[]} */
  const times = [];
  for (const [at, one] of opened.entries()) {
    /** @type {Map<string, number>} */
    const found = new Map();
    for (const line of one.note.lines) {
      const key = trusted.find((known) => known.kind === COSIGNATURE && known.name === line.name && known.id === line.id);
      const time = key ? await timeOf(key, one.note.text, line.raw) : null;
      if (key && time !== null) found.set(key.name, Math.min(time, found.get(key.name) ?? time));
    }
    for (const witness of [...found.keys()].sort()) {
      times.push({ index: shown[at].place.index, witness, at_s: found.get(witness) ?? 0 });
    }
  }
  return times;
}

/** @param {Time} time */
function timeInWords(time) {
  const when = new Date(time.at_s * 1000).toISOString().slice(0, 19).replace("T", " ");
  return `Entry ${time.index} was in the log by ${when} UTC, says the witness ${time.witness}.`;
}

/** @param {unknown} value @returns {Shown} */
function shownFrom(value) {
  const said = object(value, "an entry");
  exactly(said, ["entry", "private", "salt", "proof"]);
  return {
    entry: object(said.entry, "an entry"),
    private: object(said.private, "what an entry commits to"),
    salt: fromBase64(text(said.salt)),
    place: placeFrom(text(said.proof)),
  };
}

/** @param {unknown} value */
function texts(value) {
  if (!Array.isArray(value) || value.length > 100) throw new BadProof("Something that should be a list of texts is not.");
  return value.map(text);
}

/** @param {string[]} keys */
const keysFrom = (keys) => Promise.all(keys.map((key) => verifierKey(key.trim())));

/** @param {Record<string, unknown>} said @param {string[]} fields */
function exactly(said, fields) {
  const there = Object.keys(said).sort().join(",");
  if (there !== [...fields].sort().join(",")) throw new BadProof("This file has other fields than a check covers.");
}
