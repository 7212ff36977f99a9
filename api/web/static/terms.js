// Terms and connectors: the short help, and what is wrong with an expression, at its character.

import { el, show } from "./dom.js";

const SYNTAX = [
  ['"gross negligence"', "these words one after another; words without quotation marks need a connector between them"],
  ["lease and rent, lease or licence, lease not sublease", "both, either, the first without the second, in a document"],
  ["indemnif!, wom?n", "any ending; any one letter"],
  ["cap w/10 liability, notice pre/3 default", "within ten words; within three, in this order"],
  ["rent w/s abate!, rent w/p abate!", "in one sentence, in one paragraph"],
  ["atleast3(notice)", "at three places or more"],
  ["court:delaware, type:lease, date>2019-01-01", "what is known of the document; also title: party: judge: matter: client: author: docket: bates: language:"],
  ["(waive! or releas!) w/s claim!", "parentheses say what belongs together"],
];

export function syntaxHelp() {
  return el("dl", {}, ...SYNTAX.map(([written, meant]) => el("div", {}, el("dt", {}, el("code", {}, written)), el("dd", {}, meant))));
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
    el("p", { class: "unseen" }, `At character ${at + 1} of ${lines[caret - 1]}`));
}
