// Which part of a court's opinion speaks, so that nobody takes a dissent for the holding.

import { el, named } from "./dom.js";
import { pieces, t } from "./texts.js";

const APART = ["concurrence", "dissent", "mixed", "separate"]; // a judge's own words

// As “dissent of Bownes”; null for what is of no opinion.
export function opinionBadge(opinion) {
  if (!opinion) return null;
  const part = t(`opinion.${opinion.part}`);
  const words = opinion.by ? pieces("opinion.by", { part, judge: named(opinion.by) }) : [part];
  return el("span", { class: APART.includes(opinion.part) ? "badge opinion apart" : "badge opinion" }, ...words);
}

// The same as words, where a judge does not speak for the court.
export function spokenApart(opinion) {
  if (!opinion || !APART.includes(opinion.part)) return "";
  const part = t(`opinion.${opinion.part}`);
  return opinion.by ? t("opinion.by", { part, judge: opinion.by }) : part;
}

// The parts of a document, by the character at which each begins within a span.
export function partsWithin(parts = [], [from, to]) {
  const inside = parts.filter(({ char_start: start, char_end: end }) => end > from && start < to);
  return new Map(inside.map((part) => [Math.max(from, part.char_start), part]));
}
