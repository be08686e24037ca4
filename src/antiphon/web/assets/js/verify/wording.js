// What a proof file says in plain words, written again from its contents: `transparency/core/wording.py`, word for word.
import { BadProof } from "./bytes.js";

const ACTS = {
  answer: "an answer",
  seal: "about a seal",
  grant: "about a grant",
  holders: "about who holds rights",
  set: "about what is in a set",
  withdraw: "about withdrawing tracks",
  reply: "a reply to an enquiry",
};
const SAID = [
  ["yes", "says yes to"],
  ["ask", "says “ask me” to"],
  ["no", "says no to"],
  ["nothing", "takes back"],
];
const MOST_PLACES = 5;
const DECLARED = "It shows what was declared. Whether anything else was used, no file can show.";

/** @typedef {Record<string, unknown>} Told */
/** @typedef {{entry: Told, private: Told, salt: Uint8Array, place: import("./notes.js").Place}} Shown */

/** @param {unknown} value */
export function text(value) {
  if (typeof value !== "string") throw new BadProof("Something that should be text is not.");
  return value;
}

/** @param {unknown} value */
export function number(value) {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new BadProof("Something that should be a whole number is not.");
  }
  return value;
}

/** @param {unknown} value @param {string} what @returns {Told} */
export function object(value, what) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new BadProof(`Something that should be ${what} is not.`);
  }
  return /** @type {Told} */ (value);
}

/** @param {Shown} shown */
export function kindOf(shown) {
  const parts = text(shown.entry.type).split("/");
  if (parts.length !== 3 || parts[0] !== "antiphon" || parts[2] !== "v1") {
    throw new BadProof("This entry is of no type that a proof file is about.");
  }
  return parts[1];
}

/** @param {Shown} shown @param {string} origin */
export function actInWords(shown, origin) {
  const kind = kindOf(shown);
  if (!Object.hasOwn(ACTS, kind)) throw new BadProof("This entry is of no type that a receipt is about.");
  const told = shown.private;
  const act = ACTS[/** @type {keyof typeof ACTS} */ (kind)];
  return [
    `Entry ${shown.place.index} of the log ${origin} is what party ${number(told.party)} said at the gate: ${act}.`,
    ...toldInWords(kind, told),
    `It calls itself act ${text(told.act)}, said through ${text(told.via)} at ${text(told.at)} by this site's own clock.`,
  ];
}

/** @param {Shown} job @param {Shown | null} answer @param {number} recording @param {string} verdict @param {string} origin */
export function jobInWords(job, answer, recording, verdict, origin) {
  const asked = job.entry;
  const purpose = text(asked.purpose);
  const lines = [
    `Entry ${job.place.index} of the log ${origin} is job ${text(asked.job)}: the system ${text(asked.system)} asked ` +
      `at the gate for ${purpose}, for ${text(asked.actor)}, and ${number(asked.allowed)} of ` +
      `${number(asked.considered)} recordings were allowed.`,
    `Recording ${recording} is ${verdict === "present" ? "" : "not "}in the manifest that this entry commits to.`,
  ];
  if (!answer) lines.push("This file holds no answer about the recording. A missing answer is a no.");
  else {
    lines.push(
      `Entry ${answer.place.index} is what party ${number(answer.private.party)} had said before: ` +
        `${wordFor(answer, purpose)} to ${purpose}.`,
      where(answer.private),
    );
  }
  return [...lines, DECLARED];
}

/** @param {Shown} answer @param {string} purpose */
export function wordFor(answer, purpose) {
  const said = object(answer.private.answers, "answers");
  if (!Object.hasOwn(said, purpose)) throw new BadProof("The answer in this file is not about the purpose of the job.");
  return text(said[purpose]);
}

/** @param {string} kind @param {Told} told */
function toldInWords(kind, told) {
  const has = (/** @type {string} */ name) => Object.hasOwn(told, name);
  if (kind === "answer") {
    const answers = object(told.answers, "answers");
    const lines = [];
    for (const [word, verb] of SAID) {
      const purposes = Object.keys(answers).filter((purpose) => answers[purpose] === word).sort();
      if (purposes.length) lines.push(`It ${verb} ${purposes.join(", ")}.`);
    }
    return [...lines, where(told)];
  }
  if (has("sealed")) return [`It seals ${recordings(told.sealed)}: never for models.`];
  if (has("asks_to_open")) return [`It asks to open the seal of ${recordings(told.asks_to_open)}.`];
  if (has("revoked")) return [`It ends grant ${text(told.revoked)} of recording ${number(told.recording)}.`];
  if (kind === "grant") {
    return [
      `It lets ${text(told.actor)} use recording ${number(told.recording)} for ${text(told.purpose)} ` +
        `from ${text(told.from)} until before ${text(told.to)}.`,
    ];
  }
  if (kind === "reply") {
    return [`It refuses ${text(told.actor)} the use of ${recordings(told.refused)} for ${text(told.purpose)}.`];
  }
  if (kind === "set") {
    const place = number(told.set);
    const says = (/** @type {unknown} */ value) => Array.isArray(value) && value.length > 0;
    return [
      ...(says(told.joined) ? [`It puts ${recordings(told.joined)} into set ${place}.`] : []),
      ...(says(told.left) ? [`It takes ${recordings(told.left)} out of set ${place}.`] : []),
    ];
  }
  if (kind === "withdraw") {
    return [has("back") ? `It brings ${recordings(told.back)} back.` : `It withdraws ${recordings(told.recordings)}.`];
  }
  return ["What it says stands in this file."];
}

/** @param {unknown} value */
function recordings(value) {
  if (!Array.isArray(value) || !value.length) throw new BadProof("This act does not say which recordings it is about.");
  if (value.length > MOST_PLACES) return `${value.length} recordings`;
  return value.map((one) => `recording ${number(one)}`).join(", ");
}

/** @param {Told} told */
function where(told) {
  const places = placesOf(told);
  if (places.some(([kind]) => kind === "account")) return "It holds for everything in which this party has rights.";
  if (places.length > MOST_PLACES) return `It holds for ${places.length} places, which stand in this file.`;
  const names = places.map(([kind, place]) => `${kind === "track" ? "recording" : kind} ${place}`);
  return `It holds for ${names.join(", ")}.`;
}

/** @param {Told} told @returns {[string, number][]} */
export function placesOf(told) {
  const wrong = new BadProof("This answer does not say where it holds.");
  if (!Array.isArray(told.where) || !told.where.length) throw wrong;
  return told.where.map((place) => {
    if (!Array.isArray(place) || place.length !== 2 || !["account", "set", "track"].includes(place[0])) throw wrong;
    return [text(place[0]), number(place[1])];
  });
}
