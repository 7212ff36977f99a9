// A document beside the page: as its pages, its text, its changes, and what is known of it.

import { linkTo } from "./address.js";
import { call, Problem } from "./api.js";
import { drawAuthorities } from "./authorities.js";
import { drawChanges } from "./changes.js";
import { drawDetails } from "./details.js";
import { isolated } from "./direction.js";
import { $, el, say, show } from "./dom.js";
import { opinionBadge } from "./opinion.js";
import { drawPage, drawText } from "./sheet.js";
import { t } from "./texts.js";

const WIDE = matchMedia("(min-width: 1100px)");
const TABS = ["page", "text", "changes", "authorities", "details"];

let open = null; // {place, detail, page, tab, marks, text: a promise once asked for}
let opener = null;
let latest = 0;

export function startViewer() {
  $("viewer-close").addEventListener("click", close);
  $("page-before").addEventListener("click", () => turn(-1));
  $("page-after").addEventListener("click", () => turn(1));
  for (const tab of TABS) $(`tab-${tab}`).addEventListener("click", () => choose(tab));
  $("viewer-tabs").addEventListener("keydown", alongTabs);
  $("viewer-alike").addEventListener("click", () => WIDE.matches || close());
  $("viewer-marks").addEventListener("click", () => {
    open.marks = !open.marks;
    draw();
  });
  $("viewer-zoom").addEventListener("click", () => {
    const large = $("sheet").classList.toggle("large");
    $("viewer-zoom").setAttribute("aria-pressed", String(large));
    $("viewer-zoom").textContent = t(large ? "viewer.smaller" : "viewer.larger");
  });
  $("viewer").addEventListener("keydown", (event) => {
    if (event.target.closest("textarea, input")) return;
    if (event.key === "Escape") close();
    if (event.key === "ArrowLeft") turn(-1);
    if (event.key === "ArrowRight") turn(1);
  });
}

// `place` is a quote or passage, or a document alone. `within`: from a link in the viewer itself.
export async function openSource(place, { focus = true, within = false, tab = null } = {}) {
  const mine = ++latest;
  if (focus && !within) opener = document.activeElement;
  $("viewer-title").textContent = place.document;
  say($("viewer-where"), isolated(place.matter));
  show($("viewer"));
  behind(!WIDE.matches);
  $("desk").classList.add("with-viewer");
  if (focus) $("viewer").focus({ preventScroll: true });
  if (open?.place.document_id !== place.document_id) {
    $("sheet").replaceChildren(); // nothing of one document may stand below the name of another
    $("viewer-notes").replaceChildren();
  }
  try {
    const detail = await call(`/v1/documents/${place.document_id}`);
    if (mine !== latest) return;
    open = { place, detail, page: place.page ?? (detail.pages ? 1 : null), marks: true, text: null };
    open.tab = tab ?? (isDrawn(detail) ? "page" : "text");
    draw();
  } catch (error) {
    if (mine === latest) refuse(error);
  }
}

export function closeIfShowing(documentId) {
  if (open?.detail.document_id === documentId) close();
}

function isDrawn({ media_type: kind }) {
  return kind === "application/pdf" || kind.startsWith("image/");
}

function close() {
  latest += 1;
  open = null;
  show($("viewer"), false);
  behind(false);
  $("desk").classList.remove("with-viewer");
  $("sheet").replaceChildren();
  opener?.isConnected && opener.focus();
  opener = null;
}

// On a narrow screen the source covers the page, which then takes no focus.
function behind(covered) {
  $("main").inert = covered;
  document.querySelector(".bar").inert = covered;
}

function turn(by) {
  const pages = open?.detail.pages;
  const wanted = (open?.page ?? 0) + by;
  if (!pages || wanted < 1 || wanted > pages || !["page", "text"].includes(open.tab)) return;
  open.page = wanted;
  draw();
}

function choose(tab) {
  open.tab = tab;
  draw();
}

function alongTabs(event) {
  const there = TABS.filter((tab) => !$(`tab-${tab}`).hidden);
  const at = there.indexOf(open.tab);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: there.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  choose(there.at(next % there.length));
  $(`tab-${open.tab}`).focus();
}

function draw() {
  const { detail, page, tab, marks } = open;
  const span = detail.page_spans.find(({ number }) => number === page);
  const shown = open.place.page === page || !detail.pages ? open.place.opinion : null;
  const where = page && detail.pages && ["page", "text"].includes(tab)
    ? [t("page.of", { page: String(page), pages: String(detail.pages) }), span?.label && t("viewer.bates", { label: span.label })] : [];
  say($("viewer-where"), [isolated(detail.matter), ...where].filter(Boolean).join(" · "));
  if (shown) $("viewer-where").append(" ", opinionBadge(shown));
  for (const name of TABS) {
    const chosen = name === tab;
    $(`tab-${name}`).setAttribute("aria-selected", String(chosen));
    $(`tab-${name}`).tabIndex = chosen ? 0 : -1;
  }
  show($("tab-page"), isDrawn(detail));
  show($("tab-changes"), detail.changes > 0);
  $("tab-changes").textContent = t("viewer.changes-counted", { count: detail.changes });
  const turning = ["page", "text"].includes(tab) && detail.pages > 1;
  for (const id of ["page-before", "page-after"]) show($(id), turning);
  $("page-before").disabled = page <= 1;
  $("page-after").disabled = page >= detail.pages;
  show($("viewer-zoom"), tab === "page");
  show($("viewer-marks"), tab === "text" && detail.changes > 0);
  $("viewer-marks").setAttribute("aria-pressed", String(marks));
  $("viewer-original").href = `/v1/documents/${detail.document_id}/original`;
  $("viewer-alike").href = linkTo("search", new URLSearchParams({ like: detail.document_id }));
  show($("viewer-alike"), detail.status === "ready");
  $("sheet").classList.toggle("as-text", tab === "text");
  $("sheet").setAttribute("aria-labelledby", `tab-${tab}`);
  drawNotes(detail);
  fill();
}

async function fill() {
  const mine = ++latest;
  const current = () => mine === latest && open !== null;
  $("sheet").setAttribute("aria-busy", "true");
  try {
    if (open.tab === "page") await drawPage(open, current, () => choose("text"));
    if (open.tab === "text") await drawText(open, current);
    if (open.tab === "changes") await drawChanges(open, current, showSpan);
    if (open?.tab === "authorities") await drawAuthorities(open, current, go);
    if (open?.tab === "details") drawDetails(open.detail, go);
  } catch (error) {
    if (current()) refuse(error);
  }
  if (current()) $("sheet").setAttribute("aria-busy", "false");
}

function go(found) {
  return found.document_id === open.detail.document_id && found.char_end ? showSpan(found) : openSource(found, { within: true, tab: found.tab });
}

function showSpan({ char_start, char_end }) {
  open.place = { ...open.place, char_start, char_end };
  open.page = open.detail.page_spans.find((one) => one.char_start <= char_start && char_start < one.char_end)?.number ?? open.page;
  choose("text");
}

// What a reader must know before relying on what is shown.
function drawNotes(detail) {
  const notes = [];
  if (!detail.current) notes.push(oldVersion(detail));
  if (detail.problem) notes.push(el("p", {}, detail.problem));
  if (detail.status === "words") notes.push(el("p", {}, t("viewer.words-only")));
  for (const hidden of detail.facts["hidden-text"] ?? []) notes.push(el("p", {}, t("viewer.hidden-text", { text: hidden })));
  for (const words of detail.facts["prompt-injection"] ?? []) notes.push(el("p", {}, t("viewer.prompt-injection", { text: words })));
  $("viewer-notes").replaceChildren(...notes);
  show($("viewer-notes"), notes.length > 0);
}

function oldVersion(detail) {
  const paths = detail.versions.filter(({ document_id: id }) => id === detail.document_id).map(({ path }) => path);
  const newest = detail.versions.filter(({ path }) => paths.includes(path)).at(-1);
  const found = detail.related.find(({ document_id: id }) => id === newest?.document_id);
  const go = found && el("button", { type: "button", class: "link", onclick: () => openSource(found, { within: true }) }, t("viewer.newest"));
  return el("p", {}, el("strong", {}, t("viewer.old")), ` ${t("viewer.old-meant")} `, go ?? null);
}

function refuse(error) {
  if (!(error instanceof Problem)) throw error;
  $("sheet").setAttribute("aria-busy", "false");
  $("sheet").replaceChildren(el("p", { class: "notice bad", role: "alert" }, error.message));
}
