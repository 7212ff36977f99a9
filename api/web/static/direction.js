// In which direction a text is read, by its letters: a first word in another script tells nothing.

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const RIGHT_LETTERS = new RegExp(RIGHT_TO_LEFT.source, "gu");
const LETTERS = /\p{L}/gu;
const ENOUGH = 2000; // characters of a long text that are looked at

export function directionOf(text) {
  if (!RIGHT_TO_LEFT.test(text)) return "ltr";
  const seen = text.slice(0, ENOUGH);
  const right = seen.match(RIGHT_LETTERS)?.length ?? 0;
  return right * 2 > (seen.match(LETTERS)?.length ?? 0) ? "rtl" : "ltr";
}

// A name inside a sentence that runs the other way: neither disturbs the other's order.
export function isolated(name) {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}
