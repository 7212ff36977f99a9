// The words of this page, in every language that it speaks (api/web/locales).

import { isolated } from "./direction.js";

const all = JSON.parse(document.getElementById("texts").textContent);

export const LANGUAGE = document.documentElement.lang;
export const LOCALE = all[LANGUAGE].locale; // how its dates and numbers are written

// A text with its {places} filled. `count` chooses among the forms of a text that has several.
export function t(key, values = {}, language = LANGUAGE) {
  return pieces(key, values, language).join("");
}

// The same in pieces, where elements stand in some of the places.
export function pieces(key, values = {}, language = LANGUAGE) {
  const found = all[language][key];
  const form = typeof found === "string" ? found : found[new Intl.PluralRules(language).select(values.count)] ?? found.other;
  return form.split(/\{(\w+)\}/).map((piece, at) => (at % 2 ? filled(values[piece], all[language].locale) : piece));
}

function filled(value, locale) {
  if (typeof value === "number") return value.toLocaleString(locale);
  return typeof value === "string" ? isolated(value) : value;
}

// The language that the service gave its own sentences, where this page speaks it.
export function spoken(language) {
  return language in all ? language : LANGUAGE;
}

// The page on which a passage or quote stands, with its printed page and lines where it has them.
export function pageOf({ page, page_line: lines }) {
  if (!page) return null;
  const told = t("page.number", { page: String(page) });
  return lines ? `${told} (\u2066${lines}\u2069)` : told;
}
