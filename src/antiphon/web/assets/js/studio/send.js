// Small forms sent without leaving the page, and the fragments that come back.

/** The token that tells the server that this page asked. @param {ParentNode} root */
function token(root) {
  const field = root.querySelector("input[name=csrfmiddlewaretoken]") ?? document.querySelector("input[name=csrfmiddlewaretoken]");
  return /** @type {HTMLInputElement | null} */ (field)?.value ?? "";
}

/**
 * Post a form and say that a fragment is enough.
 * @param {string} url
 * @param {FormData} words
 * @param {ParentNode} root
 */
export function post(url, words, root) {
  return fetch(url, { method: "POST", body: words, headers: { "X-Part": "1", "X-CSRFToken": token(root) } });
}

/**
 * Say that links were put on the page, so that following them keeps the music on (see navigate.js).
 * @param {Element} place
 */
export function announceAdded(place) {
  place.dispatchEvent(new CustomEvent("antiphon:added", { bubbles: true }));
}

/**
 * Put a link's address in its place, once.
 * @param {HTMLAnchorElement} link
 * @param {string} address
 */
export function leadTo(link, address) {
  if (link.getAttribute("href") === address) return;
  link.href = address;
  if (link.isConnected) announceAdded(link);
}

/**
 * Put a fragment from our own server into its place, and the focus on its first fault or its answer.
 * @param {Element} place
 * @param {Response} answer
 */
export async function fill(place, answer) {
  place.innerHTML = await answer.text();
  announceAdded(place);
  const first = place.querySelector("[autofocus], [data-answer]");
  if (first) /** @type {HTMLElement} */ (first).focus();
}
