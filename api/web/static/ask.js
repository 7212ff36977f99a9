// A question and its answer: quotes first, then the model's words with every citation judged.

import { address, stand } from "./address.js";
import { events, Problem } from "./api.js";
import { $, el, plural, say, show } from "./dom.js";
import { askedAmong, drawChips, filters, onFilters, readFilters, writeFilters } from "./filters.js";
import { openSource } from "./viewer.js";

const SHOWN_AT_FIRST = 3;
const VERDICTS = {
  words_match: { mark: "", word: "words match", said: "words match: the cited passage has these words; whether it says this, read there" },
  weak: { mark: "", word: "words differ", said: "words differ: the cited passage may not say this; read it" },
  unknown: { mark: "", word: "no such source", said: "no such source: it cites a passage that is not there" },
  compared: { mark: "", word: "", said: "compare: the sentence cites nothing itself and was checked against the nearest passage" },
  none: { mark: "", word: "no source", said: "no source: this sentence cites nothing" },
};
const WIDE = matchMedia("(min-width: 1100px)");

let running = null;
let places = new Map();
let asked = () => {};

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
    for await (const { name, data } of events("/v1/ask", body, mine.signal)) SHOW[name]?.(data);
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
  queued: ({ ahead }) => progress(ahead ? `Waiting: ${plural(ahead, "question")} before yours.` : "Searching…"),
  sources: ({ passages }) => passages.forEach((passage) => places.set(passage.number, passage)),
  quotes: ({ quotes, abstained, uncertain }) => showQuotes(quotes, abstained || uncertain),
  token: ({ text }) => addToken(text),
  judged: ({ sentences }) => showJudged(sentences),
  done: (answer) => finish(answer),
  error: ({ problem }) => failed(problem),
};

function clear() {
  places = new Map();
  for (const id of ["quotes-part", "answer-part", "legend", "byline", "more-quotes"]) show($(id), false);
  $("quotes").replaceChildren();
  $("answer").replaceChildren();
  $("answer").dataset.text = "";
  say($("ask-problem"), "");
  progress("Searching…");
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
  if (!$("answer-part").hidden) note("Stopped. What is above was written before that and is not judged.");
}

function note(sentence) {
  say($("byline"), sentence);
}

function showQuotes(quotes, uncertain) {
  if (!quotes.length) return;
  $("quotes-title").textContent = uncertain ? "In the documents; this may not answer the question" : "In the documents";
  $("quotes-part").classList.toggle("uncertain", uncertain);
  fillQuotes(quotes, SHOWN_AT_FIRST);
  progress($("quotes-only").checked ? "" : "The model is reading the passages…");
  if (WIDE.matches) openSource(quotes[0], { focus: false });
}

function fillQuotes(quotes, shown) {
  $("quotes").replaceChildren(...quotes.map((quote, at) => quoted(quote, at >= shown)));
  show($("quotes-part"));
  const hidden = quotes.length - shown;
  $("more-quotes").textContent = `Show ${plural(hidden, "more passage")}`;
  show($("more-quotes"), hidden > 0);
}

function showAllQuotes() {
  for (const item of $("quotes").children) show(item);
  show($("more-quotes"), false);
}

function quoted(quote, hidden) {
  const page = quote.page ? `page ${quote.page}` : null;
  const where = [quote.matter, page].filter(Boolean).join(" · ");
  return el("li", { class: "quote", "data-number": quote.number, hidden },
    el("button", { type: "button", class: "quote-button", onclick: () => openSource(quote, {}) },
      el("span", { class: "quote-number", "aria-label": `Passage ${quote.number}` }, String(quote.number)),
      el("span", { class: "quote-body" },
        el("q", { class: "quote-text" }, ...paragraphs(quote.text)),
        el("span", { class: "quote-where" }, el("b", {}, quote.document), ` ${where}`))));
}

// A page's line ends are not the author's; blank lines are.
function paragraphs(text) {
  return text.trim().split(/\n\s*\n/).flatMap((piece, at) => (at ? [el("br"), piece] : [piece]));
}

function addToken(text) {
  const answer = $("answer");
  if (!answer.dataset.text) show($("answer-part"));
  progress("");
  answer.dataset.text += text;
  const tail = answer.dataset.text.replace(/\[[^\]]*$/, ""); // half a citation is not shown yet
  answer.replaceChildren(...cited(tail, () => "pending"));
}

function showJudged(sentences) {
  if (!sentences.length) return;
  const used = new Set();
  const parts = sentences.flatMap(({ text, citations }) => {
    const verdicts = new Map(citations.map(({ number, verdict }) => [number, verdict]));
    verdicts.forEach((verdict) => used.add(verdict));
    if (!citations.length) used.add("none");
    const unsaid = citations.filter(({ number }) => !cites(text, number));
    if (unsaid.length) used.add("compared");
    const missing = citations.length ? null : el("span", { class: "chip none", title: VERDICTS.none.said }, "no source");
    return [
      ...cited(text, (number) => verdicts.get(number) ?? "unknown"),
      ...unsaid.map(({ number, verdict }) => chip(number, verdict, "compare ")), missing, " "];
  });
  show($("answer-part"));
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

function chip(number, verdict, before = "") {
  const { mark = "", word = "", said = "not judged yet" } = VERDICTS[verdict] ?? {};
  const label = before + [number, mark || word].filter(Boolean).join(" ");
  const place = places.get(number);
  return el("button", {
    type: "button",
    class: `chip ${verdict}`,
    title: place ? said : VERDICTS.unknown.said,
    "aria-label": `Passage ${number}, ${said}`,
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
  const known = Object.entries(VERDICTS).filter(([name]) => used.has(name));
  $("legend").replaceChildren(...known.map(([name, { mark, said }]) =>
    el("span", { class: `legend-item ${name}` }, `${mark ? `${mark} ` : ""}${said}`)));
  show($("legend"), known.length > 0);
}

function finish(answer) {
  progress("");
  if (answer.abstained) {
    abstained(answer);
    return;
  }
  if (answer.answer.text && !answer.answer.sentences.length) showJudged([{ text: answer.answer.text, citations: [] }]);
  if (answer.answer.text) note(`Written by ${answer.model} on this machine from the passages above. Rely on the quotes, not on the wording.`);
  else if (answer.reason && !$("quotes-only").checked) {
    show($("answer-part"));
    $("answer").replaceChildren(el("p", { class: "reason" }, answer.reason));
  }
}

function abstained({ reason, quotes, passages }) {
  show($("answer-part"));
  $("answer").replaceChildren(
    el("p", { class: "abstained" }, "No sure answer was found."),
    el("p", { class: "reason" }, reason));
  $("quotes-title").textContent = "Nearest passages, which may not answer the question";
  if (!quotes.length && passages.length) fillQuotes(passages, SHOWN_AT_FIRST);
}
