// Which view is shown, and how the service is.

import { showAbilities } from "./abilities.js";
import { address } from "./address.js";
import { askAbout, showAsk, startAsking } from "./ask.js";
import { call, Problem } from "./api.js";
import { offerMatters, refresh, startDocuments } from "./documents.js";
import { $, plural, say, show } from "./dom.js";
import { showFacetsFor, startFacets } from "./facets.js";
import { startJobs } from "./jobs.js";
import { loadMatters, startMatters } from "./matters.js";
import { facetsCounted, showSearch, startSearch, termsNow } from "./search.js";
import { startViewer } from "./viewer.js";

async function changed() {
  await tell(async () => {
    offerMatters(await loadMatters());
    await Promise.all([refresh(), state()]);
  });
}

async function state() {
  const { ready, reasons, documents, matters } = await call("/v1/status");
  const words = documents.words ?? 0;
  const coming = (documents.queued ?? 0) + (documents.working ?? 0);
  const searchable = (documents.ready ?? 0) + words;
  $("state").classList.remove("bad");
  $("state").textContent = `${plural(searchable, "document")} in ${plural(matters, "matter")}, on this machine only`;
  const limits = ready ? [] : [...reasons];
  if (coming) limits.push(`${plural(coming, "document")} still to be read cannot be found yet.`);
  if (words) limits.push(`${plural(words, "document")} can be found by words only, not by meaning yet.`);
  say($("limits"), limits.join(" "));
}

async function tell(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    $("state").classList.add("bad");
    $("state").textContent = error.message;
  }
}

const TITLES = { ask: "Knowledge base", search: "Search · Knowledge base", documents: "Documents · Knowledge base" };
let shown = null;

function route() {
  const here = address().view;
  const view = here in TITLES ? here : "ask";
  if (view !== shown) {
    for (const name of Object.keys(TITLES)) show($(`view-${name}`), name === view);
    for (const link of document.querySelectorAll("nav a")) {
      if (link.dataset.view === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = TITLES[view];
    tell(state);
  }
  shown = view;
  if (view === "documents") refresh();
  if (view === "ask") showAsk();
  if (view === "search") showSearch();
  showFacetsFor(view);
}

startViewer();
startDocuments(changed);
startMatters();
startAsking(() => tell(state));
startSearch(askAbout);
startFacets(termsNow, facetsCounted);
tell(showAbilities);
tell(() => startJobs(changed));
addEventListener("hashchange", route);
route();
changed();
