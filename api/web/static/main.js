// Which view is shown, and how the service is.

import { showAbilities } from "./abilities.js";
import { address } from "./address.js";
import { askAbout, showAsk, startAsking } from "./ask.js";
import { call, Problem } from "./api.js";
import { offerMatters, refresh, startDocuments } from "./documents.js";
import { $, say, show } from "./dom.js";
import { showFacetsFor, startFacets } from "./facets.js";
import { startJobs } from "./jobs.js";
import { loadMatters, startMatters } from "./matters.js";
import { facetsCounted, showSearch, startSearch, termsNow } from "./search.js";
import { t } from "./texts.js";
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
  $("state").textContent = t("page.state", { documents: t("count.documents", { count: searchable }), matters: t("page.state.in-matters", { count: matters }) });
  const limits = ready ? [] : [...reasons];
  if (coming) limits.push(t("page.coming", { count: coming }));
  if (words) limits.push(t("page.words-only", { count: words }));
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

const VIEWS = ["ask", "search", "documents"];
let shown = null;

function route() {
  const here = address().view;
  const view = VIEWS.includes(here) ? here : "ask";
  if (view !== shown) {
    for (const name of VIEWS) show($(`view-${name}`), name === view);
    for (const link of document.querySelectorAll(".views a")) {
      if (link.dataset.view === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = t(`page.title.${view}`);
    tell(state);
  }
  shown = view;
  if (view === "documents") refresh();
  if (view === "ask") showAsk();
  if (view === "search") showSearch();
  showFacetsFor(view);
}

for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => { link.hash = location.hash; });
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
