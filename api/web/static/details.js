// What is known of a document: facts, each to be corrected by hand, and what belongs to it.

import { call, Problem } from "./api.js";
import { isolatedPath } from "./direction.js";
import { $, bytes, day, el, moment, named, show } from "./dom.js";
import { LANGUAGE, t } from "./texts.js";

const NAMES = ["title", "type", "date", "meeting", "party", "court", "docket", "judge", "jurisdiction", "bates", "language", "author"];
const FIRST = 30;

export function drawDetails(detail, onOpen) {
  const facts = el("dl", { class: "facts" });
  const missing = el("dl", { class: "facts" });
  const folded = el("details", { class: "missing" }, el("summary", {}, t("details.add-unknown")), missing);
  const redraw = (name) => {
    const rows = NAMES.map((one) => [valuesOf(detail, one).length > 0, factRow(detail, one, redraw, onOpen)]);
    facts.replaceChildren(...rows.filter(([known]) => known).map(([, row]) => row));
    missing.replaceChildren(...rows.filter(([known]) => !known).map(([, row]) => row));
    show(folded, rows.some(([known]) => !known));
    if (name) $("sheet").querySelector(`[data-fact="${name}"]`)?.querySelector("button.small")?.focus();
  };
  redraw();
  $("sheet").replaceChildren(el("div", { class: "paper" }, facts, folded, ...family(detail, onOpen), file(detail)));
  $("sheet").scrollTop = 0;
}

function valuesOf({ title, facts }, name) {
  return name === "title" ? [title].filter(Boolean) : facts[name] ?? [];
}

function factRow(detail, name, redraw, onOpen) {
  const values = valuesOf(detail, name);
  const action = values.length ? "correct" : "add";
  const dd = el("dd", {});
  const correct = el("button", { type: "button", class: "link small", "aria-label": t(`details.${action}-named`, { fact: t(`fact.${name}.noun`) }), onclick: () => {
    const form = editor(detail, name, redraw);
    dd.replaceChildren(form);
    form.querySelector("textarea").focus();
  } }, t(`details.${action}`));
  const shown = values.map((value) => el("span", { class: "value" }, placed(detail, name, value, onOpen)));
  const byHand = detail.stated.includes(name) ? el("span", { class: "badge" }, t("details.by-hand")) : null;
  dd.append(el("span", { class: "values" }, ...(shown.length ? shown : [el("span", { class: "none" }, t("details.not-known"))])), byHand ?? "", correct);
  return el("div", { "data-fact": name }, el("dt", {}, t(`fact.${name}`)), dd);
}

// A value that was read from the text leads to its words there.
function placed(detail, name, value, onOpen) {
  const word = named(told(name, value));
  const span = detail.fact_spans.find((one) => one.name === name && one.value === value);
  if (!span) return word;
  const open = () => onOpen({ document_id: detail.document_id, ...span });
  return el("button", { type: "button", class: "link", title: t("details.in-text"), onclick: open }, word);
}

// A fact's value as a reader says it.
export function told(name, value) {
  if (name === "date") return day(value);
  if (name !== "language") return value;
  try {
    return new Intl.DisplayNames([LANGUAGE], { type: "language" }).of(value);
  } catch {
    return value;
  }
}

function editor(detail, name, redraw) {
  const values = valuesOf(detail, name);
  const id = `correct-${name}`;
  const hint = t(`details.hint.${["date", "language", "title"].includes(name) ? name : "other"}`);
  const field = el("textarea", { id, rows: Math.min(6, Math.max(1, values.length)), "aria-describedby": `${id}-hint`, dir: "auto" });
  field.value = values.join("\n");
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const form = el("form", { class: "editor", onsubmit: save }, el("label", { class: "unseen", for: id }, t(`fact.${name}`)), field,
    el("p", { class: "help", id: `${id}-hint` }, hint), problem,
    el("div", { class: "controls" }, el("button", { class: "main-button small" }, t("details.save")),
      el("button", { type: "button", class: "quiet small", onclick: () => redraw(name) }, t("details.cancel"))));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    redraw(name);
  });

  async function save(event) {
    event.preventDefault();
    const wanted = field.value.split("\n").map((line) => line.trim()).filter(Boolean);
    try {
      if (name === "date" && wanted.some((one) => !/^\d{4}-\d\d-\d\d$/.test(one))) throw new Problem(t("details.bad-date"));
      const { facts, fact_spans, stated } = await call(`/v1/documents/${detail.document_id}/facts/${name}`, { method: "PUT", body: { values: wanted } });
      Object.assign(detail, { facts, fact_spans, stated, title: facts.title?.[0] ?? detail.title });
      redraw(name);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem.textContent = error.message;
      show(problem);
    }
  }
  return form;
}

function family(detail, onOpen) {
  const byId = new Map(detail.related.map((found) => [found.document_id, found]));
  const inside = detail.children.map(({ document_id: id, path }) => ({ id, word: path.split("!/").at(-1) }));
  const parents = detail.parents.map((id) => ({ id }));
  const thread = detail.thread.map((id) => ({ id, side: day(byId.get(id)?.date) }))
    .sort((a, b) => (byId.get(a.id)?.date ?? "").localeCompare(byId.get(b.id)?.date ?? ""));
  const copies = detail.same_mail.map((id) => ({ id, side: isolatedPath(byId.get(id)?.path ?? "") }));
  const versions = detail.versions.length > 1 ? detail.versions.map((one) => ({
    id: one.document_id, word: t("details.version", { number: String(one.version) }), side: moment(one.seen_at), here: one.document_id === detail.document_id,
    old: one !== detail.versions.filter(({ path }) => path === one.path).at(-1),
  })) : [];
  return [
    group(t("details.found-in"), parents, byId, onOpen), group(t("details.inside"), inside, byId, onOpen), group(t("details.versions"), versions.reverse(), byId, onOpen),
    group(t("details.thread"), thread, byId, onOpen), group(t("details.copies"), copies, byId, onOpen),
  ].filter(Boolean);
}

function group(title, entries, byId, onOpen) {
  if (!entries.length) return null;
  const rows = el("ul", {}, ...entries.slice(0, FIRST).map((entry) => related(entry, byId.get(entry.id), onOpen)));
  const left = entries.length - FIRST;
  const more = el("button", { type: "button", class: "link", hidden: left <= 0, onclick: () => {
    rows.append(...entries.slice(FIRST).map((entry) => related(entry, byId.get(entry.id), onOpen)));
    show(more, false);
  } }, t("count.more", { count: left }));
  return el("section", { class: "family" }, el("h3", {}, title), rows, more);
}

function related({ id, word, side, here, old }, found, onOpen) {
  const name = word ?? (found?.title || found?.document) ?? id;
  const open = () => onOpen({ document_id: id, document: found?.document ?? name, matter: found?.matter ?? "" });
  const readable = !found || ["ready", "words"].includes(found.status);
  return el("li", {},
    here || !readable ? el("span", {}, named(name)) : el("button", { type: "button", class: "link", onclick: open }, named(name)),
    here ? el("span", { class: "badge" }, t("details.here")) : null, old ? el("span", { class: "badge old" }, t("details.old")) : null,
    readable ? null : el("span", { class: "badge failed" }, t(`state.${found.status}`)), side ? el("span", { class: "side" }, named(side)) : null);
}

function file(detail) {
  const rows = [
    [t("details.file.where"), detail.sources.map(({ path }) => isolatedPath(path)).join("\n")],
    [t("details.file.taken-in"), moment(detail.added_at)],
    [t("details.file.kind"), [detail.media_type, bytes(detail.size), detail.pages ? t("count.pages", { count: detail.pages }) : ""].filter(Boolean).join(", ")],
    [t("details.file.read-by"), (detail.facts.ocr ?? [])
      .map((read) => read.replace("legible", t("details.file.legible")))
      .join("\n")],
    [t("details.file.message-id"), (detail.facts["message-id"] ?? []).join("\n")],
    [t("details.file.sha256"), detail.sha256],
    [t("details.file.original"), detail.original_problem],
  ];
  return el("section", { class: "family" }, el("h3", {}, t("details.file")),
    el("dl", { class: "facts plain-facts" }, ...rows.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
}
