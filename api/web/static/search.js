// Searching: in plain words or by terms and connectors, and what is like something found.

import { address, stand } from "./address.js";
import { call, Problem } from "./api.js";
import { $, el, named, say, show } from "./dom.js";
import { refreshFacets } from "./facets.js";
import { askAmong, clearFilters, filters, howMany, onFilters, readFilters, writeFilters } from "./filters.js";
import { documentCard, foundSpans, passageCard, wordSpans } from "./results.js";
import { showProblem, syntaxHelp } from "./terms.js";
import { pieces, t } from "./texts.js";
import { openSource } from "./viewer.js";

const FIRST = 20;
const DOCUMENTS_AT_FIRST = 5;
const MOST = { search: 200, similar: 100 };
const AROUND = 400; // characters before and after a passage, shown when they are asked for
const LIVE_MS = 450;

let wanted = nothing(); // what was searched last
let limit = FIRST;
let running = null;
let typing = null;
let goAsk = () => {};

function nothing() {
  return { q: "", mode: "plain", like: null };
}

// `onAsk(question)` goes to the questions; the filters and the expression are set already.
export function startSearch(onAsk) {
  goAsk = onAsk;
  $("syntax").append(syntaxHelp());
  dress();
  $("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    begin();
  });
  for (const mode of ["plain", "terms"]) $(`mode-${mode}`).addEventListener("change", choseMode);
  $("query").addEventListener("input", typed);
  $("more-results").addEventListener("click", more);
  $("more-like-documents").addEventListener("click", () => {
    for (const card of $("like-documents").children) show(card);
    show($("more-like-documents"), false);
    $("like-documents").children[DOCUMENTS_AT_FIRST].querySelector("button").focus();
  });
  $("ask-these").addEventListener("click", askThese);
  onFilters((byHand) => byHand && !$("view-search").hidden && again());
}

export function showSearch() {
  const { params } = address();
  if ([...params].length) restore(params);
  else stand("search", written());
  if (wanted.like) {
    $("results-title").focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  else $("query").focus();
}

function restore(params) {
  const like = params.get("like");
  const mode = params.get("mode") === "terms" ? "terms" : "plain";
  const before = JSON.stringify([wanted, filters()]);
  readFilters(params);
  wanted = like ? { ...wanted, like: { document: like, ...numbers(params) } } : { q: params.get("q") ?? "", mode, like: null };
  $("query").value = wanted.q;
  $(`mode-${wanted.mode}`).checked = true;
  dress();
  if (before === JSON.stringify([wanted, filters()]) && !$("results-part").hidden) return;
  limit = FIRST;
  again();
}

function numbers(params) {
  return Object.fromEntries(["page", "start", "end"].filter((name) => /^\d+$/.test(params.get(name) ?? "")).map((name) => [name, Number(params.get(name))]));
}

function written() {
  const params = new URLSearchParams();
  if (wanted.like) for (const [name, value] of Object.entries(wanted.like)) params.set(name === "document" ? "like" : name, value);
  else if (wanted.q) {
    params.set("q", wanted.q);
    if (wanted.mode === "terms") params.set("mode", "terms");
  }
  return writeFilters(params);
}

function modeNow() {
  return $("mode-terms").checked ? "terms" : "plain";
}

// The expression that facets are counted under, or null.
export function termsNow() {
  if ($("view-search").hidden || wanted.like || modeNow() !== "terms") return null;
  return $("query").value.trim() || null;
}

export function facetsCounted(found, problem, terms) {
  if (!terms || terms !== termsNow()) return;
  if (problem?.code === "bad-expression") refused(problem);
  else if (found) {
    refused(null);
    say($("live"), terms === wanted.q ? "" : t("search.matching", { count: found.selected }));
  }
}

function typed() {
  clearTimeout(typing);
  say($("live"), "");
  if (modeNow() !== "terms") return;
  refused(null);
  typing = setTimeout(() => refreshFacets(0), LIVE_MS);
}

function refused(problem) {
  showProblem($("search-problem"), problem?.message);
  $("query").setAttribute("aria-invalid", String(problem?.code === "bad-expression"));
}

function choseMode() {
  dress();
  refused(null);
  say($("live"), "");
  if ($("query").value.trim()) begin();
  else refreshFacets();
  $("query").focus();
}

function dress() {
  const terms = modeNow() === "terms";
  show($("syntax"), terms);
  $("query").placeholder = t(terms ? "search.example.terms" : "search.example.plain");
  $("query").classList.toggle("as-code", terms);
  $("query").dir = terms ? "ltr" : "auto"; // an expression is read like code
  for (const name of ["spellcheck", "autocorrect"]) $("query").setAttribute(name, String(!terms));
}

function begin() {
  clearTimeout(typing);
  wanted = { q: $("query").value.trim(), mode: modeNow(), like: null };
  limit = FIRST;
  stand("search", written(), { fresh: true });
  refreshFacets(0);
  again();
}

function again() {
  stand("search", written(), {});
  if (wanted.q || wanted.like) run();
  else rest();
}

function rest() {
  running?.abort();
  for (const id of ["results-part", "search-nothing", "search-progress"]) show($(id), false);
  refused(null);
  show($("search-help"));
}

async function run() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  show($("search-help"), false);
  show($("search-nothing"), false);
  say($("live"), "");
  refused(null);
  say($("search-progress"), t("searching"));
  $("results").setAttribute("aria-busy", "true");
  try {
    const found = await call(wanted.like ? "/v1/similar" : "/v1/search", { method: "POST", body: body(), signal: mine.signal });
    if (running === mine) draw(found);
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Problem)) throw error;
    if (running !== mine) return;
    show($("results-part"), false);
    refused(error);
  } finally {
    if (running === mine) {
      say($("search-progress"), "");
      $("results").setAttribute("aria-busy", "false");
    }
  }
}

function body() {
  const most = Math.min(limit, MOST[wanted.like ? "similar" : "search"]);
  if (wanted.like) return { ...wanted.like, filters: filters(), limit: most, known: true };
  return { query: wanted.q, filters: filters(), limit: most, known: true, around: AROUND, ...(wanted.mode === "terms" ? { mode: "terms" } : {}) };
}

function draw(found) {
  const { passages, documents = [], degraded, source } = found;
  const spans = wanted.mode === "terms" && !wanted.like ? foundSpans : wanted.like ? () => [] : wordSpans(wanted.q);
  const whole = wanted.like && !isPart(wanted.like);
  $("results").replaceChildren(...passages.map((passage) => passageCard(passage, spans)));
  drawDocuments(whole ? documents : []);
  drawOrigin(source);
  say($("search-degraded"), degraded);
  const some = passages.length + documents.length > 0;
  show($("results-part"), some || Boolean(wanted.like));
  $("results-count").textContent = count(found);
  const most = MOST[wanted.like ? "similar" : "search"];
  const all = found.matched?.passages ?? Infinity;
  show($("more-results"), passages.length >= limit && limit < most && passages.length < all);
  show($("ask-these"), !wanted.like && passages.length > 0);
  if (!some) drawNothing();
}

function isPart({ page, start }) {
  return page !== undefined || start !== undefined;
}

function drawDocuments(documents) {
  const cards = documents.map(documentCard);
  for (const card of cards.slice(DOCUMENTS_AT_FIRST)) show(card, false);
  $("like-documents").replaceChildren(...cards);
  show($("like-documents-part"), cards.length > 0);
  $("more-like-documents").textContent = t("search.more-documents", { count: cards.length - DOCUMENTS_AT_FIRST });
  show($("more-like-documents"), cards.length > DOCUMENTS_AT_FIRST);
}

function count({ passages, documents = [], matched }) {
  const shown = passages.length;
  if (wanted.like) return [!isPart(wanted.like) && t("count.documents", { count: documents.length }), t("count.passages", { count: shown })].filter(Boolean).join(", ");
  if (!shown) return t("search.nothing-counted");
  if (matched) {
    const all = { documents: t("count.documents", { count: matched.documents }), passages: t("count.passages", { count: matched.passages }) };
    return shown < matched.passages ? t("search.matched-first", { ...all, count: shown }) : t("search.matched", all);
  }
  const several = new Set(passages.map(({ document_id: id }) => id)).size;
  return t("search.nearest", { count: shown, documents: t("search.from-documents", { count: several }) });
}

function drawOrigin(source) {
  show($("origin"), Boolean(wanted.like));
  $("results-title").textContent = t(wanted.like ? "like.title" : "search.results");
  if (!wanted.like || !source) return;
  const origin = el("button", { type: "button", class: "link", onclick: () => openSource(source, {}) }, named(source.title || source.document));
  $("origin").replaceChildren(
    el("p", {}, ...pieces("like.made-from", { document: origin, matter: named(source.matter), part: partOf(source, wanted.like) })),
    el("button", { type: "button", class: "link", onclick: leaveLike }, t(wanted.q ? "like.back" : "like.leave")));
}

function partOf(source, like) {
  const page = source.page ? String(source.page) : "";
  if (!isPart(like)) return t("like.whole");
  if (like.start === undefined) return t("page.number", { page });
  return page ? t("like.passage-on-page", { page }) : t("like.passage");
}

function leaveLike() {
  wanted = { ...wanted, like: null };
  limit = FIRST;
  stand("search", written(), { fresh: true });
  refreshFacets(0);
  again();
  $("query").focus();
}

function drawNothing() {
  const advice = [];
  const advise = (key, values) => advice.push(el("li", {}, ...pieces(key, values)));
  const code = (written) => el("code", {}, written);
  if (howMany()) advise("search.nothing.filters", { remove: el("button", { type: "button", class: "link", onclick: clearFilters }, t("search.nothing.remove")) });
  if (wanted.like) advise("search.nothing.like");
  else if (wanted.mode === "terms") {
    advise("search.nothing.ending", { expression: code(t("search.nothing.ending-example")) });
    advise("search.nothing.distance", { narrow: code("w/10"), wide: code("w/50"), paragraph: code("w/p"), or: code("or") });
    advise("search.nothing.plain");
  } else {
    advise("search.nothing.words");
    advise("search.nothing.unread");
  }
  $("search-nothing").replaceChildren(el("p", { class: "nothing-title" }, t("search.nothing")), el("ul", {}, ...advice));
  show($("search-nothing"));
}

function more() {
  const at = $("results").children.length;
  limit += FIRST;
  run().then(() => $("results").children[at]?.querySelector("button")?.focus());
}

function askThese() {
  askAmong(wanted.mode === "terms" ? wanted.q : "");
  goAsk(wanted.mode === "terms" ? "" : wanted.q);
}
