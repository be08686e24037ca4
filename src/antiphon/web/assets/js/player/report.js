// Listens to the player and tells the server what was heard of each track. A round of a track is one play.
import { Hearing } from "./hearing.js";
import { Plays, newUid } from "./plays.js";

/** @typedef {import("./plays.js").Play} Play */
/** @typedef {import("./plays.js").Outside} Outside */
/** @typedef {{sound: import("./sound.js").Sound, time: number}} Sounding a player, as far as it is listened to */

const SEND_EVERY_MS = 15_000;
const FIRST_AFTER_MS = 4000; // heard: from then on the server knows that somebody listens, and holds no sound back
const KEEP_EVERY_MS = 1000;
const TICKET_GOOD_MS = 2 * 24 * 3600 * 1000; // the server takes three days: the rest is for what comes late
const TURNS_AFTER_MS = 1000; // the end of a sound is not that exact, and the server allows two seconds
const SAME_PLACE_S = 5;
const RELOADED = "antiphon.hearing";
const SOURCES = ["page", "set", "feed", "search", "embed", "similar", "profile", "home", "queue", "link"];

/**
 * The way to the server.
 * @param {string} address
 * @returns {Pick<Outside, "now" | "post" | "leave">}
 */
export function wayTo(address) {
  return {
    now: () => Date.now(),
    async post(body) {
      if (navigator.onLine === false) throw new TypeError("no connection");
      const headers = { "Content-Type": "application/json", Accept: "application/json" };
      const reply = await fetch(address, { method: "POST", body, headers, keepalive: true });
      return { status: reply.status, said: reply.ok ? await reply.json() : null };
    },
    leave: (body) => navigator.sendBeacon(address, new Blob([body], { type: "application/json" })),
  };
}

/** @type {Outside} */
const OUTSIDE = {
  ...wayTo("/player/plays"),
  get store() {
    return localStorage;
  },
};

export class Report {
  /**
   * @param {Sounding} player
   * @param {Outside} [elsewhere] where a page keeps nothing: then a reload ends a play
   */
  constructor(player, elsewhere) {
    this.player = player;
    this.plays = new Plays(elsewhere ?? OUTSIDE);
    this.hearing = new Hearing();
    /** @type {(Play & {track: number, got: number, length: number}) | null} */
    this.play = null;
    this.remembers = !elsewhere;
    this.reloaded = this.remembers ? recall() : null;
    this.#keptAt = 0;
    this.#hasBegun = false;
    const { sound } = player;
    for (const name of ["time", "change", "level"]) sound.addEventListener(name, () => this.sample());
    sound.addEventListener("leap", () => {
      this.sample();
      this.hearing.leap();
    });
    sound.addEventListener("start", () => this.close());
    sound.addEventListener("ended", () => this.close());
    setInterval(() => this.plays.send(), SEND_EVERY_MS);
    addEventListener("online", () => this.plays.send());
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.remembers && recall());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden") return;
      this.sample();
      this.#keep();
      this.plays.send();
    });
    setTimeout(() => this.plays.send(), 1000); // what an earlier visit left
  }

  #keptAt;
  #hasBegun;

  /** Take what has been heard up to this moment. */
  sample() {
    const { sound } = this.player;
    const { deck } = sound;
    const { audio, info } = deck;
    const loaded = deck.opening === undefined && info?.ticket !== undefined;
    // Muted, or turned down to nothing, is not heard.
    const sounding = loaded && sound.wanted && !audio.paused && !sound.level.muted && sound.level.volume > 0;
    if (!loaded) {
      this.hearing.leap();
      return;
    }
    if (sounding && (!this.play || this.play.track !== info.id || this.#isOld())) this.#begin();
    this.hearing.sample(audio.currentTime, performance.now(), sounding);
    while (this.play && this.play.length > 0 && this.hearing.heard >= this.play.length + TURNS_AFTER_MS) this.#turn();
    if (performance.now() - this.#keptAt > KEEP_EVERY_MS || !sounding) this.#keep();
    if (!this.#hasBegun && this.hearing.heard >= FIRST_AFTER_MS) this.#sayFirst();
  }

  /** Say early that this page is listened to; after that, every few seconds will do. */
  #sayFirst() {
    this.#hasBegun = true;
    this.#keep();
    this.plays.send();
  }

  /** This play is over; the next sound is another one. */
  close() {
    if (!this.play) return;
    this.sample();
    this.#keep();
    this.play = null;
    this.hearing = new Hearing();
  }

  #isOld() {
    return this.play !== null && Date.now() - this.play.got > TICKET_GOOD_MS;
  }

  #begin() {
    this.#keep();
    const { sound } = this.player;
    const { item, info } = sound.deck;
    if (!info) return;
    const before = this.reloaded;
    this.reloaded = null;
    // After a reload the round goes on that was being heard before.
    if (before && before.track === info.id && Math.abs(before.place - sound.time) < SAME_PLACE_S) {
      this.play = before.play;
      this.hearing = new Hearing(before.heard);
      return;
    }
    this.hearing = new Hearing();
    this.play = {
      play: newUid(),
      ticket: info.ticket,
      heard_ms: 0,
      began: Date.now(),
      source: SOURCES.includes(item?.source ?? "") ? /** @type {string} */ (item?.source) : "page",
      source_id: item?.sourceId ?? 0,
      track: info.id,
      got: Date.now(),
      length: info.duration_ms ?? 0,
    };
  }

  /** More was heard than the track is long: that is another round of it, with the same ticket. */
  #turn() {
    if (!this.play) return;
    const { length } = this.play;
    this.plays.note(only({ ...this.play, heard_ms: length }));
    this.hearing.turn(length);
    this.play = { ...this.play, play: newUid(), heard_ms: 0, began: Date.now() };
  }

  #keep() {
    this.#keptAt = performance.now();
    if (!this.play) return;
    this.play.heard_ms = Math.floor(this.hearing.heard);
    if (this.play.heard_ms > 0) this.plays.note(only(this.play));
  }

  #leave() {
    this.sample();
    this.#keep();
    this.plays.leave();
    if (!this.remembers || !this.play || this.#isOld()) return;
    const { track } = this.play;
    const kept = { track, place: this.player.time, heard: this.hearing.heard, play: this.play };
    try {
      sessionStorage.setItem(RELOADED, JSON.stringify(kept));
    } catch {
      // Then what comes after a reload is another play.
    }
  }
}

/**
 * What of a play the store and the server need.
 * @param {Play} play
 * @returns {Play}
 */
function only({ play, ticket, heard_ms, began, source, source_id }) {
  return { play, ticket, heard_ms, began, source, source_id };
}

/**
 * The play that this tab left with the page before. It is taken out, so that a tab that is made as a copy of this one
 * does not go on with it too.
 * @returns {{track: number, place: number, heard: number, play: any} | null}
 */
function recall() {
  try {
    const found = JSON.parse(sessionStorage.getItem(RELOADED) ?? "null");
    sessionStorage.removeItem(RELOADED);
    return typeof found?.play?.play === "string" && typeof found.heard === "number" ? found : null;
  } catch {
    return null;
  }
}
