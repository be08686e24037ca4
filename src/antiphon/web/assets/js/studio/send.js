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
 * Put a fragment from our own server into its place, and the focus on its first fault or its answer.
 * @param {Element} place
 * @param {Response} answer
 */
export async function fill(place, answer) {
  place.innerHTML = await answer.text();
  /** @type {any} */ (globalThis).htmx?.process(place);
  const first = place.querySelector("[autofocus], [data-answer]");
  if (first) /** @type {HTMLElement} */ (first).focus();
}
