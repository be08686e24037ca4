// "Add to set…" as a dialog. The link leads to a page that does the same; here its piece is fetched instead, and each
// press changes the piece. Native <dialog>: the focus stays in it, Escape closes it, and the link has it again after.
import { announce, say } from "../words.js";

export function addToSets() {
  document.addEventListener("click", open, { capture: true });
}

/** @param {MouseEvent} event */
async function open(event) {
  const link = event.target instanceof Element ? event.target.closest("a[data-adds]") : null;
  if (!(link instanceof HTMLAnchorElement) || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // Before the page's own way with links, which would go there.
  event.preventDefault();
  event.stopImmediatePropagation();
  const piece = await fetched(link.href);
  if (!piece) {
    location.assign(link.href); // signed out, or no network: the page says what it is
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.className = "add-to-set";
  dialog.setAttribute("aria-label", link.getAttribute("aria-label") ?? link.textContent?.trim() ?? "");
  const close = document.createElement("form");
  close.method = "dialog";
  const button = document.createElement("button");
  button.className = "square";
  button.setAttribute("aria-label", say("close"));
  button.textContent = "×";
  close.append(button);
  const body = document.createElement("div");
  body.append(piece);
  dialog.append(close, body);
  document.body.append(dialog);
  dialog.addEventListener("submit", (submit) => send(submit, body));
  dialog.addEventListener("click", (press) => press.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (link.isConnected) link.focus();
  });
  document.addEventListener("antiphon:page", () => dialog.close(), { once: true });
  dialog.showModal();
  /** @type {HTMLElement | null} */ (body.querySelector("button, input:not([type=hidden])"))?.focus();
}

/**
 * @param {string} address
 * @param {RequestInit} [options]
 */
async function fetched(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { "X-Part": "1" } }).catch(() => null);
  if (!answer || answer.redirected || !answer.headers.get("content-type")?.startsWith("text/html")) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return /** @type {HTMLElement | null} */ (page.querySelector("[data-adding]"));
}

/**
 * @param {SubmitEvent} event
 * @param {HTMLElement} body
 */
async function send(event, body) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.method === "dialog") return;
  event.preventDefault();
  event.stopPropagation();
  const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
  const words = new FormData(form);
  if (pressed?.name) words.set(pressed.name, pressed.value);
  pressed?.setAttribute("disabled", "");
  const piece = await fetched(form.action, { method: "POST", body: words });
  if (!piece) {
    pressed?.removeAttribute("disabled");
    form.submit();
    return;
  }
  body.replaceChildren(piece);
  // The same set's button, which now does the opposite; or the first fault; or the new set.
  const again = pressed?.value && piece.querySelector(`.choices button[value="${CSS.escape(pressed.value)}"]`);
  const place = piece.querySelector("[aria-invalid]") ?? (pressed?.name === "new" ? null : again) ?? piece.querySelector("button");
  if (place instanceof HTMLElement) place.focus();
  const said = piece.querySelector("[role=alert]") ?? piece.querySelector("[data-said]");
  announce(said?.textContent ?? "");
}
