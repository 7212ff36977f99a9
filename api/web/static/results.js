// Passages and documents that were found, as cards.

import { told } from "./details.js";
import { isolated, layoutOf } from "./direction.js";
import { el, named, show, unitOffsets } from "./dom.js";
import { linkTo } from "./address.js";
import { writeFilters } from "./filters.js";
import { opinionBadge } from "./opinion.js";
import { pageOf, t } from "./texts.js";
import { openSource } from "./viewer.js";

const EXCERPT = 520; // characters of a passage shown at first
const BEFORE = 140; // of these, before the first word that was found

// `spansOf(passage)`: what was found in it, as [start, end] in UTF-16 units of its text.
export function passageCard(passage, spansOf) {
  const spans = spansOf(passage);
  const body = flowing(passage.text);
  const open = () => openSource(placeOf(passage), {});
  const text = el("blockquote", { class: "result-text", ...layoutOf(body) });
  const more = el("button", { type: "button", class: "link small", onclick: () => {
    const whole = more.getAttribute("aria-expanded") !== "true";
    more.setAttribute("aria-expanded", String(whole));
    more.textContent = t(whole ? "search.less-around" : "search.more-around");
    fill(whole);
  }, "aria-expanded": "false" }, t("search.more-around"));
  const aside = (words) => words ? [el("span", { class: "around" }, flowing(words))] : [];
  const fill = (whole) => text.replaceChildren(...whole
    ? [...aside(passage.before), ...marked(body, spans, [0, body.length]), ...aside(passage.after)]
    : marked(body, spans, window(body, spans)));
  fill(false);
  show(more, body.length > EXCERPT || Boolean(passage.before || passage.after));
  const alike = new URLSearchParams({ like: passage.document_id, start: passage.char_start, end: passage.char_end });
  return el("li", { class: "result", "data-document": passage.document_id },
    heading(passage, open), text, also(passage.also_in ?? []),
    el("div", { class: "result-actions" }, more, el("span", { class: "spring" }), likeLink(alike, passage)));
}

export function documentCard(found) {
  const open = () => openSource({ document_id: found.document_id, document: found.document, matter: found.matter }, {});
  return el("li", { class: "result whole", "data-document": found.document_id }, heading(found, open), also(found.also_in ?? []),
    el("div", { class: "result-actions" }, el("span", { class: "spring" }), likeLink(new URLSearchParams({ like: found.document_id }), found)));
}

function heading(found, open) {
  const name = found.title || found.document;
  const [type, date] = [found.type ?? [], found.date ?? []].map((values) => values[0]);
  const where = [named(found.matter), pageOf(found), date ? told("date", date) : null];
  return el("header", {},
    el("h3", {}, el("button", { type: "button", class: "result-open", onclick: open }, named(name))),
    el("p", { class: "result-where" }, ...where.filter(Boolean).map((word) => el("span", {}, word)),
      type ? el("span", { class: "badge" }, named(type)) : null,
      opinionBadge(found.opinion),
      found.current === false ? el("span", { class: "badge old" }, t("search.old-version")) : null,
      name === found.document ? null : el("span", { class: "result-file" }, named(found.document))));
}

function likeLink(params, { title, document: name }) {
  return el("a", { class: "link small more-like", href: linkTo("search", writeFilters(params)), "aria-label": t("like.from", { document: title || name }) }, t("like.title"));
}

// Where the same text stands again; one of them is enough to read.
function also(places) {
  if (!places.length) return null;
  const rows = places.map((place) => el("li", {}, el("button", { type: "button", class: "link", onclick: () => openSource(place, {}) }, named(place.title || place.document)),
    el("span", { class: "side" }, [isolated(place.matter), pageOf(place)].filter(Boolean).join(" · ")), opinionBadge(place.opinion)));
  return el("details", { class: "also" }, el("summary", {}, t("search.same-text", { count: places.length })), el("ul", {}, ...rows));
}

function placeOf(passage) {
  const hits = passage.spans ?? [];
  if (!hits.length) return passage;
  return { ...passage, char_start: Math.min(...hits.map(([start]) => start)), char_end: Math.max(...hits.map(([, end]) => end)) };
}

// A page's line ends are not the author's; blank lines are. No character more or less.
function flowing(text) {
  return text.replace(/(?<!\n)\n(?!\n)/g, " ");
}

// The part of a text around the first span, cut at words.
function window(text, spans) {
  if (text.length <= EXCERPT) return [0, text.length];
  const first = spans[0]?.[0] ?? 0;
  const from = first > EXCERPT - BEFORE ? text.indexOf(" ", first - BEFORE) + 1 : 0;
  const to = Math.min(text.length, from + EXCERPT);
  const space = text.lastIndexOf(" ", to);
  return [from, to < text.length && space > from ? space : to];
}

function marked(text, spans, [from, to]) {
  const pieces = from > 0 ? ["… "] : [];
  let at = from;
  for (const [start, end] of spans) {
    if (end <= at || start >= to) continue;
    const [begin, stop] = [Math.max(start, at), Math.min(end, to)];
    pieces.push(text.slice(at, begin), el("mark", {}, text.slice(begin, stop)));
    at = stop;
  }
  pieces.push(text.slice(at, to), to < text.length ? " …" : "");
  return pieces.filter(Boolean);
}

// What the service found, in characters of the document, as units of the passage's text.
export function foundSpans({ text, char_start: start, spans = [] }) {
  const inside = spans.map(([first, last]) => [first - start, last - start]).sort((a, b) => a[0] - b[0]);
  const units = unitOffsets(text, [...new Set([...inside.flat(), 0])].sort((a, b) => a - b));
  return inside.map(([first, last]) => [units.get(first), units.get(last)]);
}

const WORDS = new Intl.Segmenter("und", { granularity: "word" });
const FUNCTION_WORDS = "a an and any are as at be been by can do does for from had has have how if in into is it its may no not of on or our shall should such that the their there they this to was were what when where which who whom whose why will with would you your aber als am auf aus bei das dass dem den der des die durch ein eine einem einen einer eines er es für im ist kann kein keine mit nach nicht oder sich sie sind um und unter vom von vor wann wegen welche welcher welches wenn wer werden wie wird wo zu zum zur über".split(" ");
const SMALL = new Set(FUNCTION_WORDS); // of English and German

// Words of a plain query in a passage, whatever their ending: a help to the eye, no more.
export function wordSpans(query) {
  const wanted = new Set(wordsOf(query).map(({ word }) => stem(word)).filter((word) => !SMALL.has(word)));
  return ({ text }) => wordsOf(text).filter(({ word }) => !SMALL.has(word) && wanted.has(stem(word))).map(({ index, word }) => [index, index + word.length]);
}

function wordsOf(text) {
  return [...WORDS.segment(text)].filter(({ isWordLike }) => isWordLike).map(({ segment, index }) => ({ word: segment.toLowerCase(), index }));
}

function stem(word) {
  return word.length > 4 ? word.replace(/(?:ies|ing|ed|es|s|e|y)$/, "") : word;
}
