// The code of a player to paste elsewhere, and how it will look: drawn once somebody opens that part of the sheet.

/**
 * Returns what changes the second that code and preview start at; null where there is nothing to embed.
 * @param {HTMLElement} sheet
 */
export function showPlayer(sheet) {
  const part = /** @type {HTMLDetailsElement | null} */ (sheet.querySelector("[data-part=embed]"));
  const place = /** @type {HTMLElement | null} */ (sheet.querySelector("[data-part=preview]"));
  const code = /** @type {HTMLTextAreaElement | null} */ (sheet.querySelector("textarea"));
  if (!part || !place || !code) return null;
  const plain = code.value;
  const first = place.dataset.player ?? "";
  let second = 0;

  const asked = () => {
    const chosen = /** @type {HTMLInputElement | null} */ (part.querySelector("input[type=radio]:checked"));
    const start = second > 0 ? `&t=${second}` : "";
    return `theme=${chosen?.value ?? "auto"}${start}`;
  };
  const draw = () => {
    const question = asked();
    code.value = plain.replace("theme=auto", question.replaceAll("&", "&amp;"));
    if (!part.open) return;
    const address = first.replace("theme=auto", question);
    const frame = place.querySelector("iframe") ?? document.createElement("iframe");
    if (frame.getAttribute("src") === address) return;
    frame.title = place.dataset.title ?? "";
    frame.height = place.dataset.height ?? "180";
    frame.setAttribute("src", address);
    if (!frame.isConnected) place.append(frame);
  };
  part.addEventListener("change", draw);
  part.addEventListener("toggle", draw);
  return {
    /** @param {number} at */
    from(at) {
      second = at;
      draw();
    },
  };
}
