// In which direction a text is read, by its letters: a first word in another script tells nothing.

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const RIGHT_LETTERS = new RegExp(RIGHT_TO_LEFT.source, "gu");
const LETTERS = /\p{L}/gu;
const FEW = 0.15; // of the letters: names and terms among words of the other direction

export function directionOf(text) {
  return shareOf(text) > 0.5 ? "rtl" : "ltr";
}

// Attributes of an element that holds this text. Where it is written both ways, as a contract in
// two languages is, each of its lines goes its own way.
export function layoutOf(text) {
  const share = shareOf(text);
  return { dir: directionOf(text), "data-mixed": share > FEW && share < 1 - FEW };
}

function shareOf(text) {
  if (!RIGHT_TO_LEFT.test(text)) return 0;
  return text.match(RIGHT_LETTERS).length / text.match(LETTERS).length;
}

// A name inside a sentence that runs the other way: neither disturbs the other's order.
export function isolated(name) {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

// Folders stay in their order, from the first on the left, whatever each is written in.
export function isolatedPath(path) {
  return path.split("/").map(isolated).join("/");
}
