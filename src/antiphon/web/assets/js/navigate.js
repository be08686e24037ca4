// Pages are fetched into #main while the player stays where it is. After each change the new heading has the focus.
import htmx from "htmx.org";
import { announce } from "./words.js";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: false,
  scrollIntoViewOnBoost: false,
  defaultSettleDelay: 0,
  attributesToSettle: ["class"], // not "style": setting it as an attribute is what the policy forbids
  // A refusal is a page too, and is shown.
  responseHandling: [
    { code: "204", swap: false },
    { code: "...", swap: true },
  ],
});

/** @type {Map<string, number>} */
const scrolls = new Map();
const here = () => location.pathname + location.search;
let leaving = here();
/** @type {XMLHttpRequest | null} */
let restoring = null;

function arrived() {
  leaving = here();
  document.documentElement.classList.remove("waiting");
  // The header knows who is signed in now, and which theme they chose.
  const theme = document.getElementById("top")?.dataset.theme;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const link of document.querySelectorAll("#top nav a, #top .menu a")) {
    const same = link.getAttribute("href") === location.pathname;
    if (same) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  loadStudio();
  document.dispatchEvent(new CustomEvent("antiphon:page"));
}

function showPage() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  // A form that was refused asks for the focus itself, on its first fault.
  const fault = /** @type {HTMLElement | null} */ (document.querySelector("#main [autofocus]"));
  const heading = /** @type {HTMLElement | null} */ (document.querySelector("#main h1") ?? document.getElementById("main"));
  if (fault) fault.focus();
  else if (heading) {
    if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  if (target instanceof HTMLElement) target.scrollIntoView();
  announce(document.title);
}

/** "Show more" has grown the list: the focus goes to the first of the new rows. */
function showRest() {
  const last = document.querySelector("#tracks > [data-last]:not(:last-child)");
  last?.removeAttribute("data-last");
  const first = last?.nextElementSibling?.querySelector("a.name");
  if (first instanceof HTMLElement) first.focus({ preventScroll: true });
}

/** The studio's script comes with the first page that holds one of its elements. */
function loadStudio() {
  const studio = document.querySelector("meta[name=antiphon-studio]")?.getAttribute("content");
  if (!studio || !document.querySelector("#main :not(:defined)") || document.querySelector("script[data-studio]")) return;
  const script = document.createElement("script");
  script.type = "module";
  script.src = studio;
  script.dataset.studio = "";
  document.head.append(script);
}

export function followPages() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    document.querySelector("#tracks > li:last-child")?.setAttribute("data-last", "");
    if (!isPage(event)) return;
    restoring?.abort();
    scrolls.set(leaving, scrollY);
    document.documentElement.classList.add("waiting");
  });
  // A page that says no is a page; a part that cannot be had leaves what stands in its place.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (!isPage(event) && detail.requestConfig?.verb === "get" && detail.xhr.status >= 400) detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", () => document.documentElement.classList.remove("waiting"));
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!isPage(event)) {
      document.dispatchEvent(new CustomEvent("antiphon:page"));
      showRest();
      return;
    }
    arrived();
    scrollTo(0, 0);
    showPage();
  });
  addEventListener("popstate", () => scrolls.set(leaving, scrollY), { capture: true });
  // Back twice, quickly: the page of the first step may come after that of the second, and would stand under its address.
  document.addEventListener("htmx:historyCacheMiss", (event) => {
    restoring?.abort();
    restoring = /** @type {CustomEvent} */ (event).detail.xhr;
  });
  document.addEventListener("htmx:historyCacheMissLoad", restored);
  document.addEventListener("htmx:historyRestore", restored);
  // Links that a script has put on the page change it as the others do.
  document.addEventListener("antiphon:added", (event) => {
    if (event.target instanceof HTMLElement) htmx.process(event.target);
  });
  // No answer at all: let the browser go there and say what it says.
  document.addEventListener("htmx:sendError", (event) => {
    const { requestConfig, pathInfo } = /** @type {CustomEvent} */ (event).detail;
    if (requestConfig?.verb === "get" && pathInfo?.finalRequestPath) location.assign(pathInfo.finalRequestPath);
  });
  arrived();
}

function restored() {
  // htmx puts the page in after this event has gone round.
  setTimeout(() => {
    arrived();
    scrollTo(0, scrolls.get(here()) ?? 0);
    showPage();
  }, 0);
}

/** @param {Event} event */
function isPage(event) {
  const { detail } = /** @type {CustomEvent} */ (event);
  return (detail.target ?? detail.elt)?.id === "main";
}
