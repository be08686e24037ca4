// Times as people read and hear them.
import { say } from "./words.js";

/**
 * 65 → "1:05", 3725 → "1:02:05".
 * @param {number} seconds
 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const tail = String(s).padStart(2, "0");
  return h ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

/**
 * 65 → "1 minute 5", as a screen reader should say it.
 * @param {number} seconds
 */
export function spoken(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const parts = [];
  if (h) parts.push(say(h === 1 ? "hour" : "hours", { n: h }));
  if (m || h) parts.push(say(m === 1 ? "minute" : "minutes", { n: m }));
  parts.push(m || h ? String(s) : say(s === 1 ? "second" : "seconds", { n: s }));
  return parts.join(" ");
}

/**
 * "1 minute 5 of 3 minutes 20".
 * @param {number} at
 * @param {number} length
 */
export function spokenPlace(at, length) {
  return say("place", { at: spoken(at), length: spoken(length) });
}

/**
 * Read "65", "1:05", "1h2m5s" as seconds; 0 when it is none of these.
 * @param {string} text
 */
export function secondsOf(text) {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^(\d+:)?\d{1,2}:\d{2}$/.test(text)) return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  return found ? Number(found[1] ?? 0) * 3600 + Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0) : 0;
}
