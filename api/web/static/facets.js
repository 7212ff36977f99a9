// The panel of filters: values with counts of documents, and a range of days. A panel beside
// the page where there is room for it, a drawer over it where there is not.

import { call, Problem } from "./api.js";
import { told } from "./details.js";
import { $, el, named, say } from "./dom.js";
import { change, days, exactly, filters, onFilters, labelButtons, shown, valuesOf } from "./filters.js";
import { LOCALE, t } from "./texts.js";

const WIDE = matchMedia("(min-width: 1100px)");
const SHOWN_AT_FIRST = 5;
const ORDER = ["matter", "client", "type", "court", "jurisdiction", "judge", "year", "party", "language"];
const WAIT_MS = 150;

const whole = new Set(); // facets of which all values are shown
const folded = new Set(["jurisdiction", "judge", "language"]);
const docked = { ask: false, search: true };
let view = "ask";
let expression = () => null;
let latest = 0;
let timer = null;

// `termsNow`: the expression that the counts are of, or null; `onCount` is told of each count,
// as (facets, problem).
export function startFacets(termsNow, onCount) {
  expression = termsNow;
  counted = onCount;
  for (const id of ["ask-filters", "search-filters"]) $(id).addEventListener("click", toggle);
  $("facets-close").addEventListener("click", closePanel);
  $("facets").addEventListener("keydown", (event) => event.key === "Escape" && closePanel());
  $("veil").addEventListener("click", closePanel);
  for (const name of ["after", "before"]) $(`day-${name}`).addEventListener("change", chooseDays);
  WIDE.addEventListener("change", place);
  new MutationObserver(place).observe($("desk"), { attributeFilter: ["class"] });
  onFilters(() => {
    labelButtons();
    refreshFacets();
  });
}

let counted = () => {};

export function showFacetsFor(name) {
  view = name;
  $("facets").classList.remove("drawer");
  place();
  if (name in docked) refreshFacets();
}

export function refreshFacets(wait = WAIT_MS) {
  clearTimeout(timer);
  timer = setTimeout(load, wait);
}

async function load() {
  const mine = ++latest;
  const terms = expression();
  const body = { filters: filters(), ...(terms ? { among: terms } : {}) };
  try {
    const found = await call("/v1/facets", { method: "POST", body });
    if (mine !== latest) return;
    say($("facets-problem"), "");
    $("facets-count").textContent = t("count.documents", { count: found.selected });
    draw(found.facets);
    counted(found, null, terms);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (mine !== latest) return;
    if (error.code !== "bad-expression") say($("facets-problem"), error.message);
    counted(null, error, terms);
  }
}

function draw(facets) {
  const held = document.activeElement?.dataset?.key;
  $("facet-groups").replaceChildren(...ORDER.map((name) => group(name, facets[name])).filter(Boolean));
  for (const name of ["after", "before"]) $(`day-${name}`).value = days()[name];
  if (held) $("facet-groups").querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
}

function group(name, { values, more } = { values: [], more: 0 }) {
  const isYear = name === "year";
  const missing = isYear ? [] : valuesOf(name).map(shown)
    .filter((value) => !values.some((one) => one.value === value)).map((value) => ({ value, count: 0 }));
  const all = [...missing, ...values];
  if (!all.length) return null;
  const inUse = all.filter(({ value }) => isChosen(name, value));
  const open = whole.has(name);
  const visible = open ? all : [...inUse, ...all.filter((one) => !inUse.includes(one)).slice(0, Math.max(0, SHOWN_AT_FIRST - inUse.length))];
  const rows = el("ul", {}, ...visible.map((one) => row(name, one)));
  const left = all.length - visible.length;
  const word = t(`filter.${name}`);
  const toggle = left || open ? el("button", { type: "button", class: "link small", "data-key": `${name}/all`, onclick: () => {
    if (open) whole.delete(name);
    else whole.add(name);
    refreshFacets(0);
  } }, open ? t("filters.fewer") : t("count.more", { count: left + more })) : null;
  const untold = open && more ? el("p", { class: "help" }, t("filters.untold", { count: more })) : null;
  return el("details", { class: "facet", open: !folded.has(name) || inUse.length > 0, ontoggle: (event) => {
    if (event.target.open) folded.delete(name);
    else folded.add(name);
  } }, el("summary", { "data-key": `${name}/` }, word), el("fieldset", {}, el("legend", { class: "unseen" }, word), rows, untold, toggle));
}

function row(name, { value, count }) {
  const box = el("input", { type: "checkbox", "data-key": `${name}/${value}`, onchange: () => choose(name, value) });
  box.checked = isChosen(name, value);
  return el("li", {}, el("label", { class: "check" }, box, el("span", { class: "facet-value" }, named(told(name, value))),
    el("span", { class: "facet-count" }, count.toLocaleString(LOCALE), el("span", { class: "unseen" }, t("unit.documents", { count })))));
}

function isChosen(name, value) {
  if (name === "year") return days().after === `${value}-01-01` && days().before === `${value}-12-31`;
  return valuesOf(name).some((one) => shown(one) === value);
}

function choose(name, value) {
  const there = isChosen(name, value);
  if (name === "year") change(there ? { after: "", before: "" } : { after: `${value}-01-01`, before: `${value}-12-31` });
  else if (there) change({ [name]: valuesOf(name).filter((one) => shown(one) !== value) });
  else change({ [name]: [...valuesOf(name), exactly(value)] });
}

function chooseDays() {
  const [after, before] = ["after", "before"].map((name) => $(`day-${name}`).value);
  if (after && before && after > before) say($("facets-problem"), t("filters.days-swapped"));
  else change({ after, before });
}

function beside() {
  return WIDE.matches && !$("desk").classList.contains("with-viewer");
}

function toggle() {
  if (beside()) docked[view] = !docked[view];
  else $("facets").classList.toggle("drawer");
  place();
  if (isOpen()) $("facets").focus({ preventScroll: true });
}

function closePanel() {
  if (!isOpen()) return;
  if ($("facets").classList.contains("drawer")) $("facets").classList.remove("drawer");
  else docked[view] = false;
  place();
  $(`${view}-filters`).focus();
}

function isOpen() {
  return !$("facets").hidden;
}

function place() {
  if (beside()) $("facets").classList.remove("drawer");
  const drawer = $("facets").classList.contains("drawer");
  const there = view in docked && (drawer || (beside() && docked[view]));
  $("facets").hidden = !there;
  $("veil").hidden = !(there && drawer);
  if (drawer || !document.querySelector(".viewer:not([hidden])") || WIDE.matches) {
    $("main").inert = there && drawer;
    document.querySelector(".bar").inert = there && drawer;
  }
  $("desk").classList.toggle("with-facets", there && !drawer);
  for (const id of ["ask-filters", "search-filters"]) $(id).setAttribute("aria-expanded", String(there));
}
