// A document's page as an image with the passage marked, or its text with changes in place.

import { call } from "./api.js";
import { layoutOf } from "./direction.js";
import { $, el, unitOffsets } from "./dom.js";
import { opinionBadge, partsWithin } from "./opinion.js";
import { t } from "./texts.js";

const MOST_TEXT = 300000; // characters put into the page at once

export async function drawPage({ place, detail, page }, current, onFail) {
  const span = place.char_end ? `start=${place.char_start}&end=${place.char_end}&` : "";
  const image = el("img", {
    class: "page",
    alt: t(span ? "viewer.image-marked" : "viewer.image", { page: String(page), document: detail.document }),
    src: `/v1/documents/${detail.document_id}/pages/${page}.png?${span}width=1400`,
  });
  const drawn = await new Promise((resolve) => {
    image.addEventListener("load", () => resolve(true));
    image.addEventListener("error", () => resolve(false));
  });
  if (!current()) return;
  if (!drawn) {
    onFail();
    return;
  }
  $("sheet").replaceChildren(image);
  scrollToMark(image);
}

// The mark's place is only in the picture, so the first marked row is looked for there.
function scrollToMark(image) {
  const canvas = el("canvas", { width: image.naturalWidth, height: image.naturalHeight });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.drawImage(image, 0, 0);
  const { data, width, height } = brush.getImageData(0, 0, canvas.width, canvas.height);
  let row = 0;
  const marked = (at) => data[at] > 225 && data[at + 1] > 200 && data[at] - data[at + 2] > 60;
  search: for (; row < height; row += 2) {
    for (let column = 0; column < width; column += 3) {
      if (marked((row * width + column) * 4)) break search;
    }
  }
  const share = row < height ? row / height : 0;
  const sheet = $("sheet");
  sheet.scrollTop = Math.max(0, image.offsetTop + share * image.clientHeight - sheet.clientHeight / 3);
}

export async function drawText(open, current) {
  const { detail, page, place, marks } = open;
  const text = await textOf(open);
  const changes = marks && detail.changes ? await changesOf(open) : [];
  if (!current()) return;
  const span = shownSpan(detail, page, place);
  // for the layout it is no matter that offsets count characters, and slices units
  const body = el("div", { class: "plain", ...layoutOf(text.slice(...span)) }, ...composed(text, span, { place, changes, parts: partsWithin(detail.opinion_parts, span) }));
  if (!body.firstChild) body.append(t("viewer.no-text"));
  $("sheet").replaceChildren(body);
  const mark = body.querySelector("mark, .here");
  $("sheet").scrollTop = mark ? Math.max(0, mark.offsetTop - $("sheet").clientHeight / 3) : 0;
}

export function textOf(open) {
  open.text ??= call(`/v1/documents/${open.detail.document_id}/text`, { text: true });
  return open.text;
}

export function changesOf(open) {
  open.changes ??= call(`/v1/documents/${open.detail.document_id}/changes`).then(({ changes }) => changes);
  return open.changes;
}

function shownSpan(detail, page, place) {
  const sheet = detail.page_spans.find(({ number }) => number === page);
  if (sheet) return [sheet.char_start, sheet.char_end];
  const middle = place.char_start ?? 0;
  const from = Math.max(0, middle - MOST_TEXT / 2);
  return [from, from + MOST_TEXT];
}

// The text cut wherever something begins or ends; deleted words stand where they stood, and
// above each part of an opinion whose words follow.
function composed(text, [from, to], { place, changes, parts }) {
  const inside = changes.filter(({ char_start, char_end }) => char_end >= from && char_start <= to);
  const spans = inside.filter(({ kind }) => kind !== "deletion");
  const points = Map.groupBy(inside.filter(({ kind }) => kind === "deletion"), ({ char_start }) => char_start);
  const [first, last] = [place.char_start ?? -1, place.char_end ?? -1];
  const edges = new Set([from, to, first, last, ...parts.keys(), ...inside.flatMap(({ char_start, char_end }) => [char_start, char_end])]);
  const offsets = [...edges].filter((offset) => offset >= from && offset <= to).sort((a, b) => a - b);
  const units = unitOffsets(text, offsets);
  const pieces = [];
  offsets.forEach((start, at) => {
    if (parts.has(start)) pieces.push(el("span", { class: "speaks", role: "note" }, opinionBadge(parts.get(start))));
    for (const deletion of points.get(start) ?? []) pieces.push(deleted(deletion, start === first && first === last));
    const end = offsets[at + 1] ?? start;
    const words = text.slice(units.get(start), units.get(end));
    if (!words) return;
    const over = spans.filter(({ char_start, char_end }) => char_start <= start && end <= char_end);
    const dressed = over.reduce((inner, change) => dress(inner, change), words);
    pieces.push(first <= start && end <= last ? el("mark", {}, dressed) : dressed);
    for (const comment of spans) if (comment.kind === "comment" && comment.char_end === end) pieces.push(remark(comment));
  });
  return pieces;
}

function dress(inner, change) {
  if (change.kind === "comment") return el("span", { class: "commented" }, inner);
  return el("ins", { title: t("change.insertion.by", { who: who(change) }) }, inner);
}

function deleted(change, here) {
  return el("del", { title: t("change.deletion.by", { who: who(change) }), class: here ? "here" : "" }, change.text);
}

function remark(change) {
  return el("span", { class: "remark", role: "note", "aria-label": t("change.comment.by", { who: who(change), text: change.text }), title: t("change.comment.title", { who: who(change), text: change.text }) }, "✎");
}

function who({ author, date }) {
  return [author || t("change.somebody"), date.slice(0, 10)].filter(Boolean).join(", ");
}
