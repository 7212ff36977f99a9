"""Figures with their units: amounts, shares, durations, dates, periods, sections, counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kb.answer.judging.numbers import ORDINALS, date_at, number_at
from kb.answer.judging.tokens import Token

_CURRENCIES = {
    name: code
    for code, names in {
        "USD": "$ usd dollar dollars us$",
        "EUR": "€ eur euro euros",
        "GBP": "£ gbp pound pounds sterling",
        "JPY": "¥ jpy yen",
        "CHF": "chf franc francs",
        "penny": "p pence penny",
        "cent": "cents",
    }.items()
    for name in names.split()
}
_PERIODS = {
    "second": ("second", 1), "minute": ("minute", 1), "hour": ("minute", 60), "day": ("day", 1),
    "week": ("day", 7), "fortnight": ("day", 14), "month": ("month", 1), "quarter": ("month", 3),
    "year": ("month", 12), "annum": ("month", 12), "decade": ("month", 120),
}  # fmt: skip
_ADVERBS = {
    "hourly": "hour", "daily": "day", "weekly": "week", "fortnightly": "fortnight",
    "monthly": "month", "quarterly": "quarter", "annual": "year", "annually": "year",
    "yearly": "year",
}  # fmt: skip
_TIMES = {"twice": 2, "double": 2, "thrice": 3, "triple": 3}
_PARTS = {"third": 3, "fourth": 4, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_WORKING = ("business", "working", "trading", "banking")
_MEASURES = {
    "metre": "metre", "meter": "metre", "m": "metre", "km": "km", "kilometre": "km",
    "kilometer": "km", "foot": "foot", "feet": "foot", "ft": "foot", "mile": "mile",
    "yard": "yard", "inch": "inch", "inches": "inch", "acre": "acre", "hectare": "hectare",
    "kg": "kg", "kilogram": "kg", "ton": "ton", "tonne": "tonne", "litre": "litre",
    "liter": "litre", "gallon": "gallon", "degree": "degree", "kw": "kw", "mw": "mw",
}  # fmt: skip
_REFERENCES = frozenset(
    "section sections sec clause clauses article articles art paragraph paragraphs para "
    "subsection subsections § rule recital item".split()
)
_LABELS = frozenset(
    "unit units lot schedule annex appendix exhibit chapter part level severity floor building "
    "flat suite room form phase stage tranche series class no number page volume grade plot "
    "option variant table column row tier zone category type age".split()
)
_ORDINAL_ENDS = ("st", "nd", "rd", "th")
_NO_COUNT = frozenset("of another or and such who which to that reading time".split())
_NO_COUNT_AFTER = frozenset("any no each the every this that another".split())


@dataclass(frozen=True, slots=True)
class Figure:
    """`kind` says what it counts, `value` how much of `unit` (a date: year, month and day)."""

    kind: str
    value: Decimal | tuple[int | None, ...] | str
    unit: str = ""

    @property
    def labelled(self) -> bool:
        """Whether the word before it is of it: “Unit 7”."""
        return self.kind == "reference" or self.kind.startswith("label")

    def within(self, other: "Figure") -> bool:
        """Whether the other says this too: the same, or a date that says more."""
        if self.kind != other.kind:
            return False
        if isinstance(self.value, tuple) and isinstance(other.value, tuple):
            pairs = zip(self.value, other.value, strict=True)
            return all(mine in (None, theirs) for mine, theirs in pairs)
        if self.kind == "reference":
            same = self.value == other.value
            return same or str(other.value).startswith(f"{self.value}.")
        return self.value == other.value and self.unit == other.unit


def figure_at(read: Sequence[Token], at: int) -> tuple[Figure | None, int]:
    """The figure that begins at this token, and the place after it; None where none does."""
    for kind in (_reference, date_figure, _money_before, _period, _ordinal, _counted):
        found = kind(read, at)
        if found:
            return found
    return None, at


def date_figure(read: Sequence[Token], at: int) -> tuple[Figure, int] | None:
    found = date_at(read, at)
    return (Figure("date", found[0]), found[1]) if found else None


def _reference(read: Sequence[Token], at: int) -> tuple[Figure, int] | None:
    """“Section 4.2”, “Unit 7”, and the number that opens a clause."""
    token = read[at]
    if token.lower in _REFERENCES or token.lower in _LABELS:
        place = at + 1
        if place < len(read) and read[place].text in ("(", "."):
            place += 1
        if place < len(read) and read[place].number:
            kind = "reference" if token.lower in _REFERENCES else f"label {_singular(token)}"
            value, after = _joined_letters(read, place)
            closing = after < len(read) and read[after].text == ")"
            return Figure(kind, value), after + closing
        return None
    return _opening(read, at)


def _opening(read: Sequence[Token], at: int) -> tuple[Figure, int] | None:
    """“4.2 The Tenant”, “3. The Vendor”, “(2) A person”: the number of what follows."""
    opens = at == 0 or read[at - 1].text in '.;:!?|”")'
    if not opens:
        return None
    texts = [one.text for one in read[at : at + 4]] + [""] * 4
    kinds = [one.kind for one in read[at : at + 4]] + [""] * 4
    if texts[0] == "(" and kinds[1] == "number" and texts[2] == ")":
        return Figure("reference", texts[1]), at + 3
    if kinds[0] != "number" or not texts[0].replace(".", "").isdigit() or len(texts[0]) > 8:
        return None
    dotted = texts[1] == "." and texts[2][:1].isupper() and len(texts[0]) < 3
    numbered = "." in texts[0] and texts[1][:1].isupper() and kinds[1] == "word"
    if dotted or numbered:
        return Figure("reference", texts[0]), at + 1 + dotted
    return None


def _joined_letters(read: Sequence[Token], at: int) -> tuple[str, int]:
    value, after = read[at].text, at + 1
    if after < len(read) and read[after].joined and read[after].word:
        return value + read[after].lower, after + 1
    return value, after


def _money_before(read: Sequence[Token], at: int) -> tuple[Figure, int] | None:
    place, code = at, ""
    if read[at].lower in ("us", "usd") and read[at + 1 : at + 2] and read[at + 1].text == "$":
        place += 1
    code = _CURRENCIES.get(read[place].lower, "")
    if not code or read[place].lower == "p" or place + 1 >= len(read):
        return None
    if not read[place + 1].number:
        return None
    number = number_at(read, place + 1)
    return (Figure("money", number[0], code), number[1]) if number else None


def _period(read: Sequence[Token], at: int) -> tuple[Figure, int] | None:
    """“per month”, “a day”, “annually”: how often, or for how much time."""
    token = read[at]
    if adverb := _ADVERBS.get(token.lower):
        return Figure("period", Decimal(_PERIODS[adverb][1]), _PERIODS[adverb][0]), at + 1
    if [one.lower for one in read[at + 1 : at + 3]] == ["quarter", "of"]:
        return (Figure("percent", Decimal(25)), at + 2) if token.lower in ("a", "one") else None
    if token.lower not in ("per", "a", "an", "each", "every", "one", "/"):
        return None
    place = at + 1
    if place < len(read) and read[place].lower in ("full", "calendar", "whole", "single"):
        place += 1
    if place >= len(read) or not (period := _PERIODS.get(_singular(read[place]))):
        return None
    before = read[at - 1].lower if at else ""
    lasting = token.lower == "one" or (
        token.lower in ("a", "an") and before in ("for", "of", "in", "within", "than", "least")
    )
    return Figure("duration" if lasting else "period", Decimal(period[1]), period[0]), place + 1


def _ordinal(read: Sequence[Token], at: int) -> tuple[Figure, int] | None:
    token = read[at]
    if token.lower in ORDINALS:
        return Figure("ordinal", Decimal(ORDINALS[token.lower])), at + 1
    following = read[at + 1 : at + 2]
    ends = bool(following) and following[0].joined and following[0].lower in _ORDINAL_ENDS
    if ends and token.text.isdigit() and len(token.text) < 6:
        return Figure("ordinal", Decimal(token.text)), at + 2
    return None


def _counted(read: Sequence[Token], at: int) -> tuple[Figure, int] | None:
    """A number with what stands after it."""
    if read[at].lower in ("half", "halves"):
        return Figure("percent", Decimal(50)), at + 1
    if times := _TIMES.get(read[at].lower):
        return Figure("times", Decimal(times)), at + 1
    if read[at].number and ":" in read[at].text:
        return Figure("time", read[at].text), at + 1
    number = number_at(read, at)
    if number is None:
        return None
    value, after = number
    words = [one.lower for one in read[after : after + 4]] + [""] * 4
    if words[0] in ("%", "percent") or words[:2] == ["per", "cent"]:
        return Figure("percent", value), after + (2 if words[0] == "per" else 1)
    if part := _PARTS.get(words[0].removesuffix("s")):
        return Figure("percent", round(value * 100 / part, 2)), after + 1
    code = _CURRENCIES.get(words[0])
    if code and (words[0] != "p" or read[after].joined):
        return Figure("money", value, code), after + 1
    return _unit(read, at, value, after) or _bare(read, at, value, after)


def _unit(read: Sequence[Token], at: int, value: Decimal, after: int) -> tuple[Figure, int] | None:
    """Of time and of size."""
    if after >= len(read):
        return None
    word, place = read[after].lower, after
    working = word in _WORKING and place + 1 < len(read)
    if working or word in ("calendar", "consecutive", "full", "further"):
        place += 1
    if place < len(read) and (period := _PERIODS.get(_singular(read[place]))):
        unit = "working day" if working and period == ("day", 1) else period[0]
        return Figure("duration", value * period[1], unit), place + 1
    square = word in ("square", "sq", "cubic")
    if square and place + 1 < len(read):
        place += 1
        place += read[place].text == "."
    measure = _MEASURES.get(read[place].lower) or _MEASURES.get(_singular(read[place]))
    if measure and (len(read[place].text) > 1 or read[place].joined):
        return Figure("measure", value, f"{word} {measure}" if square else measure), place + 1
    if word in ("times", "x"):
        return Figure("times", value), after + 1
    return None


def _bare(read: Sequence[Token], at: int, value: Decimal, after: int) -> tuple[Figure, int] | None:
    """A count; “one” is one only before what it counts."""
    if read[at].lower == "one":
        following = read[at + 1].lower if at + 1 < len(read) else "of"
        following = following if following[:1].isalpha() or following == "(" else "of"
        before = read[at - 1].lower if at else ""
        if after == at + 1 and (following in _NO_COUNT or before in _NO_COUNT_AFTER):
            return None
    if read[at].number and after == at + 1:
        text = read[at].text
        if len(text) == 4 and text.isdigit() and text[:2] in ("19", "20"):
            return Figure("date", (int(text), None, None)), after
        joined = read[after : after + 1]
        if joined and joined[0].joined and joined[0].word:
            return Figure("code", _joined_letters(read, at)[0]), after + 1
    return Figure("count", value), after


def _singular(token: Token) -> str:
    word = token.lower
    return word[:-1] if word.endswith("s") and len(word) > 3 else word
