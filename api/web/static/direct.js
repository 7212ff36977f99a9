// The direct answer: the words of a quote that answer by themselves, first and marked where they stand.

import { layoutOf } from "./direction.js";
import { $, el, show, unitOffsets } from "./dom.js";
import { t } from "./texts.js";

const SAID = { yes: "answer.yes", no: "answer.no" };

// One line for each; its number is a button that shows the quote, by `follow`.
export function showDirect(direct, language, follow) {
  $("direct").replaceChildren(...direct.map((one) => line(one, language, follow)));
  show($("direct-part"), direct.length > 0);
}

function line(one, language, follow) {
  const clause = ["yes", "no", "clause"].includes(one.kind);
  const number = el("button", {
    type: "button", class: "quote-number", "aria-label": t("ask.passage", { number: one.number }), onclick: () => follow(one),
  }, String(one.number));
  return el("li", {},
    one.label ? el("span", { class: "direct-label" }, el("bdi", {}, one.label), ": ") : null,
    SAID[one.kind] ? el("strong", { lang: language }, `${t(SAID[one.kind], {}, language)} `) : null,
    el(clause ? "q" : "bdi", { class: "direct-text", ...layoutOf(one.text) }, one.text), " ", number);
}

export function standsIn(quote, one) {
  return one.document_id === quote.document_id && quote.char_start <= one.char_start && one.char_end <= quote.char_end;
}

// The text of a quote with what answers in it marked; `written` makes elements of a piece of it.
export function marked(quote, direct, written) {
  const inside = direct.filter((one) => standsIn(quote, one)).sort((a, b) => a.char_start - b.char_start);
  if (!inside.length) return written(quote.text.trim());
  const edges = inside.flatMap((one) => [one.char_start - quote.char_start, one.char_end - quote.char_start]);
  const units = unitOffsets(quote.text, edges);
  const pieces = [];
  let at = 0;
  for (const one of inside) {
    const [begin, stop] = [units.get(one.char_start - quote.char_start), units.get(one.char_end - quote.char_start)];
    pieces.push(...written(quote.text.slice(at, begin)), el("mark", {}, ...written(quote.text.slice(begin, stop))));
    at = stop;
  }
  return [...pieces, ...written(quote.text.slice(at))];
}
