// A signed answer of the registry by sound: `identification/core/statements.py` is the same check, word for word.
import { BadProof, sha256, toHex, utf8 } from "./bytes.js";
import { canonical } from "./jcs.js";
import { noteFrom, openNote, verifierKey } from "./notes.js";
import { object, text } from "./wording.js";

export const FORMAT = "antiphon/registry-answer/v1";
const ANSWER = "antiphon/registry/v1";
const OWN_KEY = "Which site this is, the file says itself: you gave no key to check it against.";
const OWN_CLOCK = "When it was asked and answered is said by this site's own clock.";
/** @type {Record<string, string>} */
const WHO = { program: "A program", person: "A listener" };

/** @param {Record<string, unknown>} said @param {string[]} given @returns {Promise<import("./bundle.js").Verdict>} */
export async function checkAnswer(said, given) {
  if (Object.keys(said).sort().join(",") !== "answer,format,log,note" || !Array.isArray(said.log)) {
    throw new BadProof("This is not a signed answer of a kind we know.");
  }
  const answer = /** @type {any} */ (object(said.answer, "an answer"));
  const named = await Promise.all(said.log.map((key) => verifierKey(text(key))));
  const lines = noteFrom(text(said.note)).lines.map((line) => `${line.name}+${line.id}`);
  const keys = named.map((key) => `${key.name}+${key.id}`);
  if (new Set(lines).size !== lines.length || lines.sort().join("\n") !== keys.sort().join("\n")) {
    throw new BadProof("Others have signed than those whom the file names.");
  }
  const { note } = await openNote(text(said.note), named);
  if (given.length && !named.some((key) => given.map((one) => one.trim()).includes(key.text))) {
    throw new BadProof("Nobody whose key is known has signed this note.");
  }
  const hash = toHex(await sha256(utf8(canonical(answer))));
  if (note.text !== `${FORMAT}\n${answer.site}\n${answer.uid}\nsha256:${hash}\n`) {
    throw new BadProof("The signature is of another answer.");
  }
  if (answer.format !== ANSWER) throw new BadProof("The answer is of a version that is not known here.");
  const notShown = [...(given.length ? [] : [OWN_KEY]), OWN_CLOCK];
  return { ok: true, shows: "answer", lines: inWords(answer), not_shown: notShown, times: [], reason: "" };
}

/** @param {any} answer @returns {string[]} */
function inWords(answer) {
  const { asked } = answer;
  const who = asked.by.name || WHO[asked.by.kind] || "Somebody";
  const what = asked.link ? `the address ${asked.link}` : `sound with SHA-256 ${asked.sha256}`;
  return [
    `${who} asked ${answer.site} at ${asked.at} about ${what}.`,
    `At ${answer.answered_at} it said: ${answer.words}`,
    ...answer.matches.flatMap((/** @type {any} */ match) => [matchInWords(match), labelInWords(match.label)]),
  ];
}

/** @param {any} match */
function matchInWords({ track, altered, certainty }) {
  const name = track ? `“${track.title}” by ${track.creator.name}, ${track.url}` : "A track whose creator is not named";
  return `${name} (${certainty.word}${altered ? `, ${altered.words}` : ""}).`;
}

/** @param {any} label */
function labelInWords({ purposes }) {
  /** @type {Record<string, string[]>} */
  const byState = {};
  for (const purpose of Object.keys(purposes).sort()) (byState[purposes[purpose]] ??= []).push(purpose);
  const said = Object.keys(byState).sort().map((state) => `${state}: ${byState[state].join(", ")}`);
  return `Its AI label said ${said.join("; ")}.`;
}
