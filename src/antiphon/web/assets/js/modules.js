// Scripts that only one page needs: the page names its own, and it is loaded once.

export function loadModules() {
  for (const place of document.querySelectorAll("#main [data-module]")) {
    if (place instanceof HTMLElement && place.dataset.module) import(place.dataset.module);
  }
}
