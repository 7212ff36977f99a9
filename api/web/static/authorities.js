// What a document cites, who cites it, and which of its authorities are not here.

import { call } from "./api.js";
import { isolated } from "./direction.js";
import { $, el, named } from "./dom.js";
import { pieces, t } from "./texts.js";

export async function drawAuthorities(open, current, onOpen) {
  const id = open.detail.document_id;
  open.cited ??= Promise.all([call(`/v1/documents/${id}/authorities`), call(`/v1/documents/${id}/cited-by`)]);
  const [table, cited] = await open.cited;
  if (!current()) return;
  const lacking = table.authorities.filter(({ held }) => !held.length).length;
  $("sheet").replaceChildren(el("div", { class: "paper authorities" },
    table.own.length ? el("p", { class: "own" }, ...pieces("authorities.own", { citations: el("strong", {}, table.own.join("; ")) })) : null,
    part(lacking ? t("authorities.cites-lacking", { count: lacking }) : t("authorities.cites"), table.authorities.map((one) => authority(one, id, onOpen)), t("authorities.cites-none")),
    part(t("authorities.cited-by"), cited.citing.map((one) => citing(one, onOpen)), t("authorities.cited-by-none")),
    part(t("authorities.unresolved"), table.unresolved.map((one) => el("li", {}, place({ ...one, document_id: id }, one.text, onOpen))), ""),
    table.authorities.length || cited.citing.length ? el("p", { class: "help" }, table.note) : null));
  $("sheet").scrollTop = 0;
}

function part(title, rows, otherwise) {
  if (!rows.length && !otherwise) return null;
  return el("section", { class: "family" }, el("h3", {}, rows.length ? t("authorities.counted", { title, count: rows.length }) : title),
    rows.length ? el("ul", {}, ...rows) : el("p", { class: "help" }, otherwise));
}

function authority({ authority: citation, name, court, year, held, mentions, treatment }, id, onOpen) {
  const known = [name, citation].filter(Boolean).join(", ");
  const title = held.length ? el("button", { type: "button", class: "link", onclick: () => onOpen(held[0]) }, known) : el("span", {}, known);
  return el("li", { class: "authority" },
    el("p", {}, title, " ", el("span", { class: "side" }, [court, year].filter(Boolean).join(" ")),
      held.length ? null : el("span", { class: "badge old" }, t("authorities.not-here"))),
    hints(treatment),
    el("p", { class: "mentions" }, ...mentions.map((one) => place({ ...one, document_id: id }, one.page ? t("page.number.short", { page: String(one.page) }) : one.text, onOpen))));
}

function citing({ mentions, ...document }, onOpen) {
  const words = [...new Set(mentions.flatMap(({ treatment }) => treatment.map(({ words: said }) => said)))];
  return el("li", { class: "authority" },
    el("p", {}, el("button", { type: "button", class: "link", onclick: () => onOpen({ ...document, ...mentions[0] }) }, named(document.title || document.document)), " ",
      el("span", { class: "side" }, [isolated(document.matter), t("count.times", { count: mentions.length })].join(" · "))),
    hints(words));
}

function hints(words) {
  if (!words.length) return null;
  return el("p", { class: "hints" }, ...pieces("authorities.near", { words: el("span", {}, ...words.map((word) => el("span", { class: "badge" }, word))) }));
}

function place(mention, word, onOpen) {
  return el("button", { type: "button", class: "link small", title: mention.text, "aria-label": t("authorities.place", { place: word, text: mention.text }), onclick: () => onOpen(mention) }, word);
}
