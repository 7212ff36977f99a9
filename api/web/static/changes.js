// Tracked changes and comments as a list: who, when, what; each leads to its place in the text.

import { layoutOf } from "./direction.js";
import { $, day, el, named, show, unitOffsets } from "./dom.js";
import { changesOf, textOf } from "./sheet.js";
import { t } from "./texts.js";

const MORE = 100;
const AROUND = 60; // characters of the text before and after a change

export async function drawChanges(open, current, onChoose) {
  const [text, changes] = await Promise.all([textOf(open), changesOf(open)]);
  if (!current()) return;
  const places = around(text, changes);
  const rows = el("ol", { class: "changes" });
  const more = el("button", { type: "button", class: "quiet", onclick: () => fill(shown + MORE) });
  const count = el("p", { class: "help", role: "status" });
  const holding = el("input", { type: "search", placeholder: t("change.filter-example"), dir: "auto", oninput: () => fill(MORE) });
  let shown = MORE;

  function fill(most) {
    shown = most;
    const wanted = holding.value.trim().toLowerCase();
    const found = changes.filter(({ text: said, author }) => `${said} ${author}`.toLowerCase().includes(wanted));
    rows.replaceChildren(...found.slice(0, shown).map((change) => row(change, places.get(change), onChoose)));
    const all = t("count.changes", { count: changes.length });
    count.textContent = wanted ? t("change.filtered", { found: found.length, changes: all }) : all;
    more.textContent = t("count.more", { count: Math.min(MORE, found.length - shown) });
    show(more, found.length > shown);
  }

  $("sheet").replaceChildren(el("div", { class: "paper" },
    el("div", { class: "changes-head" }, el("label", {}, `${t("change.filter")} `, holding), count), rows, more));
  fill(MORE);
  $("sheet").scrollTop = 0;
}

function around(text, changes) {
  const edges = ({ char_start: start, char_end: end }) => [Math.max(0, start - AROUND), start, end, end + AROUND];
  const units = unitOffsets(text, [...new Set(changes.flatMap(edges))].sort((a, b) => a - b));
  return new Map(changes.map((change) => {
    const [from, start, end, to] = edges(change).map((offset) => units.get(offset));
    const before = from ? text.slice(from, start).replace(/^\S*\s/, "") : text.slice(0, start);
    const after = to < text.length ? text.slice(end, to).replace(/\s\S*$/, "") : text.slice(end);
    return [change, [before, text.slice(start, end), after, Boolean(from), to < text.length]];
  }));
}

function row(change, [before, inside, after, more, further], onChoose) {
  const what = {
    insertion: () => el("ins", {}, change.text),
    deletion: () => el("del", {}, change.text),
    comment: () => el("span", { class: "commented" }, inside),
  }[change.kind]();
  return el("li", { class: change.kind },
    el("p", { class: "change-who" }, el("span", { class: `badge ${change.kind}` }, t(`change.${change.kind}`)),
      el("b", {}, change.author ? named(change.author) : t("change.unnamed")), change.date ? el("time", { datetime: change.date }, day(change.date)) : null,
      el("span", { class: "spring" }), el("button", { type: "button", class: "link small", onclick: () => onChoose(change), "aria-label": t(`change.${change.kind}.show`) }, t("change.in-text"))),
    change.kind === "comment" ? el("p", { class: "comment-text", ...layoutOf(change.text) }, change.text) : null,
    el("p", { class: "change-text", ...layoutOf(before + inside + after) }, more ? "… " : "", before, what, after, further ? " …" : ""));
}

// A change in a quote, on a line of its own below it.
export function changeLine({ kind, author, date, text }) {
  const who = [author ? named(author) : t("change.unnamed"), date ? day(date) : ""].filter(Boolean).join(", ");
  return el("span", { class: "quote-where quote-change" }, el("span", { class: `badge ${kind}` }, t(`change.${kind}`)), ` ${who}: `,
    el(kind === "deletion" ? "del" : "ins", layoutOf(text), text));
}
