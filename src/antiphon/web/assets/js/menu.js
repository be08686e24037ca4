// Menus are <details>, which work without scripts; with them, Escape and a press elsewhere close them too.

export function closeMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      const { target } = event;
      const inside = target instanceof Node && menu.contains(target);
      if (!inside || (target instanceof Element && target.closest("a"))) menu.removeAttribute("open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  });
}
