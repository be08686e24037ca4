// What scripts say to people. The server writes the sentences, in the page's language, into <script id="words">.

/** @type {Record<string, string> | undefined} */
let words;

/**
 * A sentence by its name, with {named} places filled in. An unknown name comes back as it is, which a test notices.
 * @param {string} name
 * @param {Record<string, string | number>} [places]
 */
export function say(name, places = {}) {
  words ??= JSON.parse(document.getElementById("words")?.textContent || "{}");
  const sentence = /** @type {Record<string, string>} */ (words)[name] ?? name;
  return sentence.replace(/\{(\w+)\}/g, (_, place) => String(places[place] ?? ""));
}

/**
 * Say something to people who listen to the page instead of looking at it.
 * @param {string} text
 */
export function announce(text) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  // A region that receives the same text twice is read once; a turn of the loop in between makes it two changes.
  setTimeout(() => (live.textContent = text), 60);
}
