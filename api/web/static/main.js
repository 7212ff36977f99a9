// Which view is shown, and how the service is.

import { loadMatters, startAsking } from "./ask.js";
import { call, Problem } from "./api.js";
import { offerMatters, refresh, startDocuments } from "./documents.js";
import { $, plural, show } from "./dom.js";
import { startViewer } from "./viewer.js";

async function changed() {
  await tell(async () => {
    offerMatters(await loadMatters());
    await Promise.all([refresh(), state()]);
  });
}

async function state() {
  const { ready, reasons, documents, matters } = await call("/v1/status");
  const searchable = (documents.ready ?? 0) + (documents.words ?? 0);
  $("state").classList.toggle("bad", !ready);
  $("state").textContent = ready
    ? `${plural(searchable, "document")} in ${plural(matters, "matter")}, on this machine only`
    : reasons.join(" ");
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

startAsking();
startViewer();
startDocuments(changed);
addEventListener("hashchange", route);
route();
changed();
