"""What in a text has the form of an amount, a percentage, a duration, a date or a number.

Texts are taken flat: with single spaces, as `kb.answer.direct.sentence` makes them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.domain.events import DirectKind
from kb.text.numerals import CARDINALS, POWERS

_POWER = rf"(?:{'|'.join(POWERS)})"
_NUMERAL_WORDS = "|".join(word for word, number in CARDINALS.items() if number)
_NUMERAL = rf"(?:{_NUMERAL_WORDS}|{_POWER})"
_WORDS = rf"(?i:\b(?:a (?={_POWER}))?{_NUMERAL}(?:(?: and |[ -]){_NUMERAL}){{0,9}}\b)"
_FIGURE = r"(?:\d{1,3}(?:[,.'’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?)"
_NUMBER = rf"(?:{_FIGURE}|{_WORDS})(?: ?\( ?(?:{_FIGURE}|{_WORDS}) ?\))?"
_SCALE = r"(?: ?(?:million|billion|thousand|Millionen|millones|millions|mln|bn|m|k)\b)?"
_CODE = (
    r"(?:(?:US|CA|AU|NZ|HK|A|C|S|R)\$|[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|CAD|AUD|NZD|JPY|CNY|RMB|HKD|SGD|"
    r"INR|SEK|NOK|DKK|PLN|CZK|HUF|ZAR|BRL|MXN|KRW|ILS|Rs\.?|kr|Fr\.|Cr)|"
    r"\b[A-Z]{3}(?= \d{1,3},\d{3}| \d{3}\b))"
)
_COIN = (
    r"(?:(?i:U\.?S\.? |United States |Canadian |Australian )?(?:(?i:dollars?|euros?|"
    r"pounds?(?: sterling)?|francs|cents|pence|yen)|EUR|USD|CHF|GBP|AUD|CAD|€)(?!\w))"
)
_PER = (
    r"(?: (?:per|each|every) (?:(?:calendar|business|working|square|metric) )?\w+| an? "
    r"(?:day|week|month|quarter|year|hour|mile|head|share|square foot|square metre)\b|"
    r"/(?:hour|day|month|year))?"
)
_SUM = (
    rf"(?:{_CODE} ?{_FIGURE}{_SCALE}|"
    rf"{_NUMBER}{_SCALE} ?{_COIN}(?: ?\( ?{_CODE} ?{_FIGURE}{_SCALE} ?\))?)"
)
_AMOUNT = rf"{_SUM}(?: ?(?:to|–|-) ?{_SUM})?{_PER}(?: plus VAT)?"
_SHARE = (
    rf"{_NUMBER} ?(?:%|(?i:per ?cent(?:um)?\b\.?|Prozent\b|por ciento\b|pour cent\b))"
    r"(?: ?\( ?[\d.,]+ ?% ?\))?"
    r"(?: (?:a|per) (?:year|annum|month|week|day)\b)?(?: (?:above|over|below) [^.;,()]{4,80})?"
    r"(?: of (?!which\b)[^.;,()]{2,60}?"
    r"(?=[.;,()]|$| (?:and|or|if|when|within|in|for|on|by|from|until)\b))?"
)
_PERIOD_UNIT = (
    r"(?i:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|decades?|Stunden?|Tagen?|"
    r"Wochen?|Monaten?|Jahren?|horas|días|semanas|mes(?:es)?|años?|heures|jours|semaines|mois|ans)"
)
_PERIOD = (
    rf"{_NUMBER}(?: ?(?:to|and|or|–|-) ?{_NUMBER})?[ -](?:(?i:calendar|business|working|clear|"
    rf"consecutive|full|successive|trading|further) )*{_PERIOD_UNIT}\b['’]?"
    rf"(?: (?:and )?{_NUMBER} {_PERIOD_UNIT}\b)?(?: and a half\b)?(?! of [A-Z][a-z]+,? \d)"
)
_MONTH = (
    r"(?i:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|enero|febrero|marzo|abril|mayo|junio|"
    r"julio|agosto|septiembre|octubre|noviembre|diciembre|janvier|février|mars|avril|juin|juillet|"
    r"août|septembre|octobre|novembre|décembre|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_DAY = r"\b\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    r"(?:\d{1,2}(?::\d\d)? ?[ap]\.?m\.? on )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
    rf"(?:\b{_MONTH} {{1,2}}{_DAY} ?,? {{1,2}}\d{{4}}\b|"
    rf"{_DAY}\.? +(?i:day +of +|de )?{_MONTH} ?,? +(?:de )?\d{{4}}\b|"
    r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|"
    rf"\b(?!may\b){_MONTH} {_DAY}\b(?!,? ?\d)|{_DAY}\.? (?!may\b){_MONTH}\b|"
    rf"(?<!day of )\b{_MONTH},? \d{{4}}\b)"
)
_QUALIFIER = (
    r"(?:(?i:no[t]? (?:more|less|fewer|later|earlier) than|not exceeding|more than|less than|"
    r"at (?:least|most)|up to|about|approximately|within|over|until|before|after|from|höchstens|"
    r"mindestens|bis zu) )?"
)
_CORES = {
    DirectKind.AMOUNT: _AMOUNT,
    DirectKind.PERCENTAGE: _SHARE,
    DirectKind.DURATION: _PERIOD,
    DirectKind.DATE: _DATE,
    DirectKind.NUMBER: _NUMBER,
}
_FORMS = {
    kind: re.compile(rf"{_QUALIFIER}(?<![\w.,$€£-])(?P<core>{core})")
    for kind, core in _CORES.items()
}
_ASIDE = re.compile(r"\([^)]*\)")
_WORD = re.compile(r"\d[\d.,]*|\w+|[$€£¥₹%]")


@dataclass(frozen=True, slots=True)
class Span:
    """Something of one kind in a flat text; `core` is it without “not more than” before it.

    Two spans of one `value` say the same: “thirty (30) days” and “30 days”.
    """

    kind: DirectKind
    start: int
    end: int
    core: int
    value: str


def spans(kind: DirectKind, text: str) -> Iterator[Span]:
    """All that has this form, from left to right; none where a kind has no form of its own."""
    if kind not in _FORMS:
        return
    for found in _FORMS[kind].finditer(text):
        start, end = found.start(), found.end()
        while text[end - 1] in " .,'’":
            end -= 1
        yield Span(kind, start, end, found.start("core"), value(text[found.start("core") : end]))


def value(text: str) -> str:
    """What a span says, its numbers as figures and without what stands in parentheses."""
    told: list[str] = []
    number: int | None = None
    for word in _WORD.findall(_ASIDE.sub(" ", text).lower()):
        if word in CARDINALS:
            number = (number or 0) + CARDINALS[word]
        elif word in POWERS:
            number = (number or 1) * POWERS[word]
        elif word != "and" or number is None:
            told += [] if number is None else [str(number)]
            number = None
            told.append(word.replace(",", "").rstrip(".").removesuffix("s"))
    return " ".join([*told, *([] if number is None else [str(number)])])
