// What searches and questions are narrowed by: one choice for the whole page, shown as chips.

import { told } from "./details.js";
import { $, el, show } from "./dom.js";
import { t } from "./texts.js";

const LISTS = ["matter", "client", "type", "court", "jurisdiction", "judge", "party", "language", "author", "docket", "bates"];
const DAYS = ["after", "before"];

let chosen = {};
let among = "";
const listeners = [];

// `run` after every change, with false where a restored address made it.
export function onFilters(run) {
  listeners.push(run);
}

export function filters() {
  return Object.fromEntries(Object.entries(chosen).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]));
}

export function valuesOf(name) {
  return chosen[name] ?? [];
}

export function days() {
  return { after: chosen.after ?? "", before: chosen.before ?? "" };
}

// The expression whose documents a question is asked of, or nothing.
export function askedAmong() {
  return among;
}

export function askAmong(expression) {
  among = expression;
  changed();
}

export function change(values) {
  chosen = kept({ ...chosen, ...values });
  changed();
}

export function clearFilters() {
  chosen = {};
  changed();
}

export function exactly(value) {
  return `"${value}"`;
}

export function shown(value) {
  return value.replace(/^"(.*)"$/s, "$1");
}

export function writeFilters(params) {
  for (const [name, value] of Object.entries(chosen)) for (const one of [value].flat()) params.append(name, one);
  return params;
}

export function readFilters(params) {
  const lists = LISTS.map((name) => [name, params.getAll(name)]);
  const ends = DAYS.map((name) => [name, params.get(name) ?? ""]);
  chosen = kept(Object.fromEntries([...lists, ...ends]));
  among = params.get("among") ?? "";
  changed(false);
}

function kept(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.length));
}

function changed(byHand = true) {
  for (const run of listeners) run(byHand);
}

export function drawChips(list, button, withAmong = false) {
  const chips = LISTS.flatMap((name) => valuesOf(name).map((value) =>
    chip(labelled(name, told(name, shown(value))), () => change({ [name]: valuesOf(name).filter((one) => one !== value) }))));
  chips.push(...dayChips());
  if (chips.length > 1) chips.push(el("li", {}, el("button", { type: "button", class: "link small", onclick: clearFilters }, t("filters.remove-all"))));
  if (withAmong && among) chips.unshift(chip(t("filters.among", { expression: among }), () => askAmong("")));
  const held = list.contains(document.activeElement);
  const at = [...list.children].findIndex((item) => item.contains(document.activeElement));
  list.replaceChildren(...chips);
  show(list, chips.length > 0);
  if (held) (list.children[Math.min(at, chips.length - 1)]?.querySelector("button") ?? button).focus();
}

function dayChips() {
  const { after, before } = days();
  if (after && after.endsWith("-01-01") && before === `${after.slice(0, 4)}-12-31`) {
    return [chip(labelled("year", after.slice(0, 4)), () => change({ after: "", before: "" }))];
  }
  return DAYS.filter((name) => chosen[name])
    .map((name) => chip(labelled(name, told("date", chosen[name])), () => change({ [name]: "" })));
}

function labelled(name, value) {
  return t("filters.chip", { name: t(`filter.${name}`), value });
}

function chip(words, remove) {
  return el("li", {}, el("button", { type: "button", class: "filter-chip", "aria-label": t("filters.remove-named", { filter: words }), title: t("filters.remove"), onclick: remove },
    el("span", {}, words), el("span", { "aria-hidden": "true" }, "✕")));
}

export function howMany() {
  return Object.values(chosen).flat().length;
}

export function labelButtons() {
  for (const id of ["ask-filters", "search-filters"]) $(id).textContent = howMany() ? t("filters.some", { count: howMany() }) : t("filters.title");
}
