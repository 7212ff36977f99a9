// A question and its answer: quotes first, then the model's words with every citation judged.

import { address, stand } from "./address.js";
import { events, Problem } from "./api.js";
import { changeLine } from "./changes.js";
import { directionOf, layoutOf } from "./direction.js";
import { marked, showDirect, standsIn } from "./direct.js";
import { $, el, named, say, show } from "./dom.js";
import { askedAmong, drawChips, filters, onFilters, readFilters, writeFilters } from "./filters.js";
import { LANGUAGE, pageOf, spoken, t } from "./texts.js";
import { opinionBadge, spokenApart } from "./opinion.js";
import { openSource } from "./viewer.js";

const SHOWN_AT_FIRST = 3;
const VERDICTS = ["supported", "contradicted", "not_said", "unknown", "nowhere", "compared", "none"];
const WIDE = matchMedia("(min-width: 1100px)");

let running = null;
let places = new Map();
let asked = () => {};
let language = LANGUAGE; // what is said of an answer follows its question

// `onAnswer` runs when an answer has ended.
export function startAsking(onAnswer) {
  asked = onAnswer;
  $("ask-form").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  $("question").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("ask-form").requestSubmit();
    }
  });
  $("stop").addEventListener("click", () => running?.abort());
  $("more-quotes").addEventListener("click", showAllQuotes);
  onFilters(dress);
}

export function showAsk() {
  const { params } = address();
  if ([...params].length) readFilters(params);
  dress();
  $("question").focus();
}

// A question that comes from somewhere else on the page; it is not asked before a person asks it.
export function askAbout(question) {
  if (question) $("question").value = question;
  location.hash = "#ask";
  $("question").select();
}

function dress() {
  for (const view of ["ask", "search"]) drawChips($(`${view}-chips`), $(`${view}-filters`), view === "ask");
  if ($("view-ask").hidden) return;
  const params = writeFilters(new URLSearchParams());
  if (askedAmong()) params.set("among", askedAmong());
  if (location.hash || [...params].length) stand("ask", params);
}

async function ask() {
  const question = $("question").value.trim();
  if (!question) return;
  running?.abort();
  const mine = new AbortController();
  running = mine;
  clear();
  busy(true);
  const body = { question, filters: filters(), llm: !$("quotes-only").checked, ...(askedAmong() ? { among: askedAmong() } : {}) };
  try {
    for await (const event of events("/v1/ask", body, mine.signal)) {
      language = spoken(event.language);
      SHOW[event.name]?.(event.data);
    }
  } catch (error) {
    if (running !== mine) return;
    if (error.name === "AbortError") stopped();
    else if (error instanceof Problem) failed(error.message);
    else throw error;
  } finally {
    if (running === mine) {
      running = null;
      busy(false);
      asked();
    }
  }
}

const SHOW = {
  queued: ({ ahead }) => progress(ahead ? t("ask.waiting", { count: ahead }) : t("searching")),
  sources: ({ passages }) => passages.forEach((passage) => places.set(passage.number, passage)),
  quotes: ({ quotes, abstained, uncertain, direct }) => showQuotes(quotes, abstained || uncertain, direct),
  token: ({ text }) => addToken(text),
  judged: ({ sentences }) => showJudged(sentences),
  done: (answer) => finish(answer),
  error: ({ problem }) => failed(problem),
};

function clear() {
  places = new Map();
  for (const id of ["quotes-part", "answer-part", "legend", "byline", "more-quotes"]) show($(id), false);
  $("quotes").replaceChildren();
  showDirect([]);
  $("answer").replaceChildren();
  $("answer").dataset.text = "";
  say($("ask-problem"), "");
  progress(t("searching"));
  $("view-ask").classList.add("asked");
}

function busy(on) {
  show($("stop"), on);
  $("answer").setAttribute("aria-busy", String(on));
  if (!on) progress("");
}

function progress(sentence) {
  say($("progress"), sentence);
}

function failed(problem) {
  say($("ask-problem"), problem);
}

function stopped() {
  if (!$("answer-part").hidden) note(said("answer.stopped"));
}

function note(sentence) {
  say($("byline"), sentence);
  $("byline").lang = language;
}

// Of an answer, in the language of its question.
function said(key, values) {
  return t(key, values, language);
}

function titled(key) {
  $("quotes-title").textContent = said(key);
  $("quotes-title").lang = language;
}

function showQuotes(quotes, uncertain, direct) {
  if (!quotes.length) return;
  showDirect(direct, language, (one) => follow(one.number, quotes.find((quote) => standsIn(quote, one))));
  titled(uncertain ? "answer.quotes-uncertain" : "answer.quotes");
  $("quotes-part").classList.toggle("uncertain", uncertain);
  fillQuotes(quotes, SHOWN_AT_FIRST, direct);
  progress($("quotes-only").checked ? "" : t("ask.reading"));
  const first = quotes.find((quote) => direct.some((one) => standsIn(quote, one)));
  if (WIDE.matches) openSource(first ?? quotes[0], { focus: false });
}

function fillQuotes(quotes, shown, direct = []) {
  const answers = (quote) => direct.some((one) => standsIn(quote, one));
  $("quotes").replaceChildren(...quotes.map((quote, at) => quoted(quote, direct, at >= shown && !answers(quote))));
  show($("quotes-part"));
  const hidden = quotes.filter((quote, at) => at >= shown && !answers(quote)).length;
  $("more-quotes").textContent = t("ask.more-passages", { count: hidden });
  show($("more-quotes"), hidden > 0);
}

function showAllQuotes() {
  for (const item of $("quotes").children) show(item);
  show($("more-quotes"), false);
}

function quoted(quote, direct, hidden) {
  const page = quote.page ? ` · ${pageOf(quote)}` : "";
  return el("li", { class: "quote", "data-number": quote.number, hidden },
    el("button", { type: "button", class: "quote-button", onclick: () => openSource(quote, {}) },
      el("span", { class: "quote-number", "aria-label": t("ask.passage", { number: quote.number }) }, String(quote.number)),
      el("span", { class: "quote-body" },
        quote.heads ? el("span", { class: "quote-where" }, quote.heads) : null,
        el("q", { class: "quote-text", ...layoutOf(quote.text) }, ...marked(quote, direct, paragraphs)),
        ...(quote.changes ?? []).map(changeLine),
        el("span", { class: "quote-where" }, el("b", {}, named(quote.document)), " ", named(quote.matter), page, " ", opinionBadge(quote.opinion)))));
}

// A page's line ends are not the author's; blank lines are.
function paragraphs(text) {
  return text.split(/\n\s*\n/).flatMap((piece, at) => (at ? [el("br"), piece] : [piece]));
}

function addToken(text) {
  const answer = $("answer");
  if (!answer.dataset.text) show($("answer-part"));
  progress("");
  answer.dataset.text += text;
  const tail = answer.dataset.text.replace(/\[[^\]]*$/, ""); // half a citation is not shown yet
  answer.dir = directionOf(tail);
  answer.replaceChildren(...cited(tail, () => "pending"));
}

function showJudged(sentences) {
  if (!sentences.length) return;
  const used = new Set();
  const parts = sentences.flatMap(({ text, citations }) => {
    const verdicts = new Map(citations.map(({ number, verdict }) => [number, verdict]));
    verdicts.forEach((verdict, number) => used.add(told(verdict, number)));
    if (!citations.length) used.add("none");
    const unsaid = citations.filter(({ number }) => !cites(text, number));
    if (unsaid.length) used.add("compared");
    const missing = citations.length ? null : el("span", { class: "chip none", title: said("verdict.none.meant"), lang: language }, said("verdict.none"));
    return [
      ...cited(text, (number) => verdicts.get(number) ?? "unknown"),
      ...unsaid.map(({ number, verdict }) => chip(number, verdict, `${said("verdict.compared")} `)), missing, " "];
  });
  show($("answer-part"));
  $("answer").dir = directionOf(sentences.map(({ text }) => text).join(" "));
  $("answer").replaceChildren(...parts.filter((part) => part != null));
  legend(used);
}

const CITATION = /(\[\d+(?:\s*[,;]\s*\d+)*\])/;

function cites(text, number) {
  return text.split(CITATION).some((piece, at) => at % 2 && piece.match(/\d+/g).map(Number).includes(number));
}

function cited(text, verdictOf) {
  return text.split(CITATION).flatMap((piece) => {
    const numbers = /^\[\d/.test(piece) ? piece.match(/\d+/g).map(Number) : null;
    return numbers ? numbers.map((number) => chip(number, verdictOf(number))) : [piece];
  });
}

// A verdict's name: of unknown ones, those are told apart that cite what is not there.
function told(verdict, number) {
  return verdict === "unknown" && !places.has(number) ? "nowhere" : verdict;
}

function chip(number, verdict, before = "") {
  const pending = verdict === "pending";
  const name = pending ? verdict : told(verdict, number);
  const place = places.get(number);
  const apart = spokenApart(place?.opinion);
  const label = before + [number, pending ? "" : said(`verdict.${name}`), apart && `(${apart})`].filter(Boolean).join(" ");
  const meant = [said(`verdict.${name}.meant`), apart].filter(Boolean).join(" · ");
  return el("button", {
    type: "button",
    class: `chip ${verdict}`,
    lang: language,
    title: place ? meant : said("verdict.nowhere.meant"),
    "aria-label": said("ask.passage-judged", { number, verdict: meant }),
    disabled: !place,
    onclick: () => follow(number, place),
  }, label);
}

function follow(number, place) {
  showAllQuotes();
  for (const item of $("quotes").children) item.classList.toggle("cited", item.dataset.number === String(number));
  openSource(place, {});
}

function legend(used) {
  const known = VERDICTS.filter((name) => used.has(name));
  $("legend").lang = language;
  $("legend").replaceChildren(...known.map((name) => el("span", { class: `legend-item ${name}` }, said(`verdict.${name}.meant`))));
  show($("legend"), known.length > 0);
}

function finish(answer) {
  progress("");
  if (answer.abstained) {
    abstained(answer);
    return;
  }
  if (answer.answer.text && !answer.answer.sentences.length) showJudged([{ text: answer.answer.text, citations: [] }]);
  if (answer.answer.text) note(said("answer.byline", { model: answer.model }));
  else if (answer.reason && !$("quotes-only").checked) {
    show($("answer-part"));
    $("answer").replaceChildren(el("p", { class: "reason", lang: language }, answer.reason));
  }
}

function abstained({ reason, quotes, passages }) {
  show($("answer-part"));
  $("answer").replaceChildren(
    el("p", { class: "abstained", lang: language }, said("answer.unsure")),
    el("p", { class: "reason", lang: language }, reason));
  titled("answer.quotes-nearest");
  if (!quotes.length && passages.length) fillQuotes(passages, SHOWN_AT_FIRST);
}
