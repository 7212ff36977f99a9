// The matters to ask about: a choice of their own beside the question, and one of the filters.

import { call } from "./api.js";
import { $, el, named } from "./dom.js";
import { change, exactly, onFilters, shown, valuesOf } from "./filters.js";
import { t } from "./texts.js";

export function startMatters() {
  document.addEventListener("click", (event) => {
    if (!$("matters").contains(event.target)) $("matters").open = false;
  });
  $("matters").addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      $("matters").open = false;
      $("matters").querySelector("summary").focus();
    }
  });
  onFilters(() => {
    const chosen = chosenMatters();
    for (const box of $("matters-list").querySelectorAll("input")) box.checked = chosen.includes(box.value);
    labelMatters();
  });
}

export async function loadMatters() {
  const { matters } = await call("/v1/matters");
  const chosen = new Set(chosenMatters());
  $("matters-list").replaceChildren(
    ...matters.map(({ matter, client }) =>
      el("label", { class: "check" },
        el("input", { type: "checkbox", value: matter, checked: chosen.has(matter), onchange: chooseMatters }),
        el("span", {}, named(matter), client ? el("small", {}, named(client)) : null))),
  );
  if (!matters.length) $("matters-list").append(el("p", { class: "help" }, t("matters.none")));
  labelMatters();
  return matters;
}

function chosenMatters() {
  return valuesOf("matter").map(shown);
}

function chooseMatters() {
  change({ matter: [...$("matters-list").querySelectorAll("input:checked")].map((box) => exactly(box.value)) });
}

function labelMatters() {
  const chosen = chosenMatters();
  const label = chosen.length === 1 ? chosen[0] : t("count.matters", { count: chosen.length });
  $("matters-label").textContent = chosen.length ? label : t("matters.all");
}
