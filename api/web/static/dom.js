// The few words for building a page. Text is always set as text, never as markup.

import { LOCALE } from "./texts.js";

export const $ = (id) => document.getElementById(id);

export function el(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

export function show(target, visible = true) {
  target.hidden = !visible;
  return target;
}

export function say(target, sentence) {
  target.textContent = sentence || "";
  show(target, Boolean(sentence));
}

// A name as its owner wrote it, in whatever direction, among words of the page.
export function named(name) {
  return el("bdi", {}, name);
}

export function bytes(size) {
  if (size < 1024) return `${size} B`;
  const kb = size / 1024;
  return kb < 1000 ? `${Math.round(kb)} KB` : `${(kb / 1024).toLocaleString(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`;
}

export function day(iso) {
  const found = /^\d{4}-\d\d-\d\d/.exec(iso ?? "");
  const date = found ? new Date(`${found[0]}T00:00:00Z`) : null;
  if (!date || Number.isNaN(date.getTime())) return iso || "";
  return date.toLocaleDateString(LOCALE, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

export function moment(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso || "";
  return date.toLocaleString(LOCALE, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

// Offsets from the service count characters; JavaScript counts UTF-16 units.
// `offsets` in rising order; one pass over the text, however many there are.
export function unitOffsets(text, offsets) {
  const units = new Map();
  let unit = 0;
  let seen = 0;
  for (const offset of offsets) {
    for (; seen < offset && unit < text.length; seen += 1) unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
    units.set(offset, unit);
  }
  return units;
}
