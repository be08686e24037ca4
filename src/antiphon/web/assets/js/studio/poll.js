// One light question for everything that is being worked on: often while something moves, seldom while nothing does,
// and never while nobody looks.

const FIRST_MS = 1000;
const LONGEST_MS = 10000;
const SLOWER = 1.4;
const MOST_IDS = 60;

export class Poll {
  /**
   * @param {string} url
   * @param {() => string[]} ids  what is still of interest; none stops the asking
   * @param {(answer: {items: Record<string, any>, workers: boolean}) => void} heard
   */
  constructor(url, ids, heard) {
    this.url = url;
    this.ids = ids;
    this.heard = heard;
    this.delay = FIRST_MS;
    this.timer = 0;
    this.tag = "";
    this.asked = "";
    this.running = false;
    this.look = () => (document.hidden ? clearTimeout(this.timer) : this.now());
  }

  start() {
    if (this.running) return;
    this.running = true;
    document.addEventListener("visibilitychange", this.look);
    this.now();
  }

  stop() {
    this.running = false;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.look);
  }

  /** Something has just changed here: ask at once. */
  now() {
    if (!this.running) return;
    this.delay = FIRST_MS;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 0);
  }

  async ask() {
    const ids = this.ids().slice(0, MOST_IDS);
    if (ids.length && !document.hidden) {
      const changed = await this.fetch(ids).catch(() => false);
      this.delay = changed ? FIRST_MS : Math.min(LONGEST_MS, this.delay * SLOWER);
    }
    if (this.running && !document.hidden) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), this.delay);
    }
  }

  /** @param {string[]} ids */
  async fetch(ids) {
    const asked = `${this.url}?ids=${ids.join(",")}`;
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (asked === this.asked && this.tag) headers["If-None-Match"] = this.tag;
    const answer = await fetch(asked, { headers, cache: "no-store" });
    if (answer.status !== 200) return false;
    this.asked = asked;
    this.tag = answer.headers.get("ETag") ?? "";
    this.heard(await answer.json());
    return true;
  }
}
