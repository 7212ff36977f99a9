// The documents: added, followed until they are ready, filtered, deleted.

import { call, Problem, upload } from "./api.js";
import { $, bytes, el, plural, say, show } from "./dom.js";
import { closeIfShowing, openSource } from "./viewer.js";

export const STATES = {
  queued: "Waiting",
  working: "Being read",
  words: "Searchable by words",
  ready: "Ready",
  failed: "Could not be read",
  quarantined: "Set aside",
};
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
  $("by-status").replaceChildren(el("option", { value: "" }, "All"),
    ...Object.entries(STATES).map(([value, word]) => el("option", { value }, word)));
  for (const id of ["by-matter", "by-status"]) $(id).addEventListener("change", () => {
    shown = PAGE;
    refresh();
  });
  $("more-documents").addEventListener("click", () => {
    shown += PAGE;
    refresh();
  });
  $("into").addEventListener("change", chooseMatter);
  $("files").addEventListener("change", () => {
    const files = [...$("files").files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
    $("files").value = "";
    send(files);
  });
  $("drop").addEventListener("submit", (event) => event.preventDefault());
  listenForDrops();
}

export function offerMatters(matters) {
  const into = $("into").value;
  const by = $("by-matter").value;
  const names = matters.map(({ matter }) => matter);
  const options = () => names.map((name) => el("option", { value: name }, name));
  $("into").replaceChildren(...options(), el("option", { value: NEW }, "New matter…"));
  $("by-matter").replaceChildren(el("option", { value: "" }, "All"), ...options());
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
  const parts = Object.entries(STATES).filter(([state]) => counts[state])
    .map(([state, word]) => `${counts[state]} ${word.toLowerCase()}`);
  $("counts").textContent = total ? `${plural(total, "document")}: ${parts.join(", ")}` : "";
  say($("no-documents"), documents.length ? "" : (total ? "No document has this state." : "There are no documents here yet. Add the first above."));
}

function row(found, key) {
  const readable = ["ready", "words"].includes(found.status);
  const name = readable
    ? el("button", { type: "button", class: "link", onclick: () => openSource(found, {}) }, found.document)
    : el("span", {}, found.document);
  return el("tr", { "data-id": found.document_id, "data-key": key },
    el("td", { class: "name" }, name, found.problem ? el("p", { class: readable ? "problem partly" : "problem" }, found.problem) : null),
    el("td", { class: "matter" }, found.matter),
    el("td", { class: "status" }, el("span", { class: `badge ${found.status}` }, STATES[found.status])),
    el("td", { class: "number pages", "data-pages": found.pages === 1 ? " page" : " pages" }, found.pages ? String(found.pages) : ""),
    el("td", { class: "number size" }, bytes(found.size)),
    el("td", { class: "actions" },
      el("button", { type: "button", class: "quiet small", "aria-label": `Delete ${found.document}`, onclick: () => remove(found) }, "Delete")));
}

async function remove(found) {
  $("confirm-text").textContent = `“${found.document}” in ${found.matter}: its text, its index entries and, unless another matter holds the same file, the file itself are erased from this machine. This cannot be undone.`;
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

function listenForDrops() {
  const zone = $("drop");
  let depth = 0;
  const isFiles = (event) => [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => isFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => event.preventDefault()); // never leave the page for a file
  zone.addEventListener("dragenter", () => zone.classList.toggle("over", ++depth > 0));
  zone.addEventListener("dragleave", () => zone.classList.toggle("over", --depth > 0));
  zone.addEventListener("drop", async (event) => {
    depth = 0;
    zone.classList.remove("over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const plain = [...event.dataTransfer.files].map((file) => ({ file, path: file.name }));
    send(entries.length ? (await Promise.all(entries.map(walk))).flat() : plain);
  });
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    found.push(...(await Promise.all(some.map(walk))).flat());
  }
}

async function send(files) {
  const matter = $("into").value === NEW ? $("new-matter").value.trim() : $("into").value;
  if (!matter) {
    say($("documents-problem"), "Name the new matter first, then add the files again.");
    $("new-matter").focus();
    return;
  }
  say($("documents-problem"), "");
  const lines = files.map((item) => [item, sendingLine(item.path)]);
  for (const [item, line] of lines) {
    await sendOne(item, line, matter);
    await changed();
    if ([...$("into").options].some(({ value }) => value === matter)) $("into").value = matter;
    chooseMatter();
  }
  $("new-matter").value = "";
}

function sendingLine(path) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": `Sending ${path}` });
  const line = el("li", {}, el("span", { class: "sending-name" }, path), bar);
  $("sending").append(line);
  return { line, bar };
}

async function sendOne({ file, path }, { line, bar }, matter) {
  const most = Number(document.body.dataset.maxMb);
  try {
    if (file.size > most * 1048576) throw new Problem(`It is larger than ${most} MB. Split it and add the parts.`);
    await upload({ file, path, matter, onProgress: (share) => { bar.value = share; } });
    line.remove();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const away = el("button", { type: "button", class: "quiet small", onclick: () => line.remove() }, "Dismiss");
    bar.replaceWith(el("span", { class: "problem" }, error.message), away);
  }
}
