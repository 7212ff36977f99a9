// The documents: listed, followed until they are ready, filtered, deleted.

import { call, Problem } from "./api.js";
import { $, bytes, el, named, say, show } from "./dom.js";
import { listenForFiles } from "./drops.js";
import { addFiles } from "./jobs.js";
import { t } from "./texts.js";
import { closeIfShowing, openSource } from "./viewer.js";

const STATES = ["queued", "working", "words", "ready", "failed", "quarantined"];
const MOVING = ["queued", "working", "words"];
const EVERY_MS = 1200;
const PAGE = 100;
const NEW = "\u0000new";

let shown = PAGE;
let timer = null;
let changed = () => {};

// `onChange` runs when matters or documents have changed.
export function startDocuments(onChange) {
  changed = onChange;
  $("by-status").replaceChildren(el("option", { value: "" }, t("all")),
    ...STATES.map((value) => el("option", { value }, t(`state.${value}`))));
  for (const id of ["by-matter", "by-status", "by-old"]) $(id).addEventListener("change", () => {
    shown = PAGE;
    refresh();
  });
  $("more-documents").addEventListener("click", () => {
    shown += PAGE;
    refresh();
  });
  $("into").addEventListener("change", chooseMatter);
  listenForFiles(send);
}

export function offerMatters(matters) {
  const into = $("into").value;
  const by = $("by-matter").value;
  const names = matters.map(({ matter }) => matter);
  const options = () => names.map((name) => el("option", { value: name }, name));
  $("into").replaceChildren(...options(), el("option", { value: NEW }, t("documents.new-matter")));
  $("by-matter").replaceChildren(el("option", { value: "" }, t("all")), ...options());
  if (names.includes(into)) $("into").value = into;
  if (names.includes(by)) $("by-matter").value = by;
  chooseMatter();
}

function chooseMatter() {
  show($("new-matter"), $("into").value === NEW);
}

export async function refresh() {
  clearTimeout(timer);
  const query = new URLSearchParams({ limit: PAGE });
  if ($("by-matter").value) query.set("matter", $("by-matter").value);
  if ($("by-status").value) query.set("status", $("by-status").value);
  if ($("by-old").checked) query.set("superseded", "true");
  try {
    const { documents, counts, next } = await listed(query);
    say($("documents-problem"), "");
    fill(documents, counts);
    show($("more-documents"), Boolean(next));
    if (!$("view-documents").hidden && MOVING.some((state) => counts[state])) {
      timer = setTimeout(refresh, EVERY_MS);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say($("documents-problem"), error.message);
  }
}

async function listed(query) {
  const documents = [];
  for (;;) {
    const page = await call(`/v1/documents?${query}`);
    documents.push(...page.documents);
    if (!page.next || documents.length >= shown) return { ...page, documents };
    query.set("after", page.next);
  }
}

function fill(documents, counts) {
  const rows = new Map([...$("document-rows").children].map((row) => [row.dataset.id, row]));
  $("document-rows").replaceChildren(...documents.map((found) => {
    const key = JSON.stringify(found);
    const old = rows.get(found.document_id);
    return old?.dataset.key === key ? old : row(found, key); // an unchanged row keeps its focus
  }));
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const states = STATES.filter((state) => counts[state]).map((state) => t(`count.state.${state}`, { count: counts[state] })).join(", ");
  $("counts").textContent = total ? t("documents.counted", { documents: t("count.documents", { count: total }), states }) : "";
  say($("no-documents"), documents.length ? "" : t(total ? "documents.none-in-state" : "documents.none"));
}

function row(found, key) {
  const readable = ["ready", "words"].includes(found.status);
  const name = readable
    ? el("button", { type: "button", class: "link", onclick: () => openSource(found, {}) }, named(found.document))
    : el("span", {}, named(found.document));
  return el("tr", { "data-id": found.document_id, "data-key": key },
    el("td", { class: "name" }, name, found.current ? null : el("span", { class: "badge old" }, t("search.old-version")), found.problem ? el("p", { class: readable ? "problem partly" : "problem" }, found.problem) : null,
      found.original_problem ? el("p", { class: "problem partly" }, found.original_problem) : null),
    el("td", { class: "matter" }, named(found.matter)),
    el("td", { class: "status" }, el("span", { class: `badge ${found.status}` }, t(`state.${found.status}`))),
    el("td", { class: "number pages", "data-pages": t("unit.pages", { count: found.pages ?? 0 }) }, found.pages ? String(found.pages) : ""),
    el("td", { class: "number size" }, bytes(found.size)),
    el("td", { class: "actions" },
      el("button", { type: "button", class: "quiet small", "aria-label": t("documents.delete-named", { document: found.document }), onclick: () => remove(found) }, t("documents.delete"))));
}

async function remove(found) {
  $("confirm-text").textContent = t("documents.delete-meant", { document: found.document, matter: found.matter });
  const dialog = $("confirm");
  dialog.returnValue = "keep";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  if (dialog.returnValue !== "delete") return;
  try {
    await call(`/v1/documents/${found.document_id}`, { method: "DELETE" });
    closeIfShowing(found.document_id);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say($("documents-problem"), error.message);
    return;
  }
  await changed();
}

async function send(files, hidden) {
  const matter = $("into").value === NEW ? $("new-matter").value.trim() : $("into").value;
  if (!files.length) {
    say($("documents-problem"), t("documents.no-file"));
    return;
  }
  if (!matter) {
    say($("documents-problem"), t("documents.no-matter"));
    $("new-matter").focus();
    return;
  }
  say($("documents-problem"), "");
  try {
    if ($("into").value === NEW) await call("/v1/matters", { method: "POST", body: { name: matter } });
    await addFiles(matter, files, hidden);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say($("documents-problem"), error.message);
    return;
  }
  await changed();
  if ([...$("into").options].some(({ value }) => value === matter)) $("into").value = matter;
  $("new-matter").value = "";
  chooseMatter();
}
