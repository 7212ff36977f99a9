// Which view is shown, and how the service is.

import { loadMatters, startAsking } from "./ask.js";
import { call, Problem } from "./api.js";
import { offerMatters, refresh, startDocuments } from "./documents.js";
import { $, plural, say, show } from "./dom.js";
import { startJobs } from "./jobs.js";
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

function route() {
  const view = location.hash === "#documents" ? "documents" : "ask";
  for (const name of ["ask", "documents"]) show($(`view-${name}`), name === view);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = view === "documents" ? "Documents · Knowledge base" : "Knowledge base";
  if (view === "documents") refresh();
  else $("question").focus();
  tell(state);
}

startViewer();
startDocuments(changed);
startAsking(() => tell(state));
tell(() => startJobs(changed));
addEventListener("hashchange", route);
route();
changed();
