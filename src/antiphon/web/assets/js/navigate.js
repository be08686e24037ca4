// Pages are fetched into #main while the player stays where it is.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: false,
  scrollIntoViewOnBoost: false,
  // A refusal is a page too, and is shown.
  responseHandling: [
    { code: "204", swap: false },
    { code: "...", swap: true },
  ],
});
