// The moderators' queue by keyboard: j and k (or the arrows) go from case to case, c takes or leaves one, Enter opens.
// The keys count only while the focus is in the list, so that nothing happens to people who speak to their computer.

/** @param {HTMLElement} list */
function listen(list) {
  const links = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[data-case]")]);

  /** @param {number} by */
  function move(by) {
    const all = links();
    const row = document.activeElement?.closest("tr");
    const at = all.findIndex((link) => link.closest("tr") === row);
    all[Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
  }

  /** @type {Record<string, () => void>} */
  const acts = {
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    c: () => /** @type {HTMLElement | null} */ (document.activeElement?.closest("tr")?.querySelector("[data-claim]"))?.click(),
  };

  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}

function begin() {
  for (const list of document.querySelectorAll("#main [data-cases]:not([data-ready])")) {
    list.setAttribute("data-ready", "");
    listen(/** @type {HTMLElement} */ (list));
  }
}

document.addEventListener("antiphon:page", begin);
begin();
