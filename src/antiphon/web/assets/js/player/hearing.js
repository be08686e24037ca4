// How much was really heard: time of the sound that passed while it could be heard. Pure: knows no element and no page.

const FASTEST = 1.1; // clocks of sound and machine do not agree to the last digit
const SLACK_MS = 300; // nor do they tick at the same moments

export class Hearing {
  /** @param {number} heard milliseconds that were heard before, as before a reload */
  constructor(heard = 0) {
    this.heard = heard;
  }

  #place = 0;
  #at = 0;
  #sounding = false;

  /**
   * Say where the sound is. What passed since the last time counts if it could be heard then, and if no more of the
   * sound has passed than of time: anything else is a leap and not listening.
   * @param {number} place seconds into the sound
   * @param {number} at milliseconds of a clock that nobody sets
   * @param {boolean} sounding whether it can be heard from here on: not paused, not muted, not turned down to nothing
   */
  sample(place, at, sounding) {
    if (this.#sounding) {
      const passed = (place - this.#place) * 1000;
      if (passed > 0 && passed <= (at - this.#at) * FASTEST + SLACK_MS) this.heard += passed;
    }
    this.#place = place;
    this.#at = at;
    this.#sounding = sounding;
  }

  /** The sound goes on somewhere else: what lies between was not heard. */
  leap() {
    this.#sounding = false;
  }

  /**
   * Begin another round of the track: what was heard beyond its length is of that one.
   * @param {number} length milliseconds
   */
  turn(length) {
    this.heard = Math.max(0, this.heard - length);
  }
}
