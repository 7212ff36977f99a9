// Terms and connectors: the short help, and what is wrong with an expression, at its character.

import { el, show } from "./dom.js";
import { pieces, t } from "./texts.js";

const SYNTAX = ["words", "document", "ending", "near", "sentence", "often", "field", "group"];
const FIELDS = "title: party: judge: matter: client: author: docket: bates: language:"; // beside those of the example

export function syntaxHelp() {
  return el("dl", {}, ...SYNTAX.map((part) => el("div", {},
    el("dt", {}, el("code", {}, t(`terms.${part}.written`))), el("dd", {}, ...pieces(`terms.${part}.meant`, { fields: el("code", {}, FIELDS) })))));
}

// A problem says: the expression, a caret below its character, and a sentence.
export function showProblem(target, problem) {
  show(target, Boolean(problem));
  const lines = (problem ?? "").split("\n");
  const caret = lines.findIndex((line) => /^ *\^$/.test(line));
  if (caret < 1) {
    target.replaceChildren(problem ?? "");
    return;
  }
  const at = lines[caret].indexOf("^");
  const characters = [...lines[caret - 1]];
  const pointed = characters[at];
  target.replaceChildren(
    el("pre", { class: "expression", "aria-hidden": "true" }, characters.slice(0, at).join(""),
      el("span", { class: "pointed" }, pointed && pointed.trim() ? pointed : "\u00a0"), characters.slice(at + 1).join("")),
    el("p", {}, lines.slice(caret + 1).join(" ")),
    el("p", { class: "unseen" }, t("terms.at", { at: at + 1, expression: lines[caret - 1] })));
}
