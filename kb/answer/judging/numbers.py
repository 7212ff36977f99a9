"""Numbers and dates, written in figures or in words and in any order, as values."""

from collections.abc import Sequence
from decimal import Decimal

from kb.answer.judging.tokens import Token
from kb.text.numerals import CARDINALS, POWERS

_SCALES = POWERS | {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "trillion": 10**12}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ORDINALS = {word: number for number, word in enumerate(_ORDINALS, 1)} | {"thirtieth": 30}
_FRACTIONS = {"half": Decimal("0.5"), "halves": Decimal("0.5"), "quarter": Decimal("0.25")}
MOST_WORDS = 12
"""Words of the longest written number that is read as one."""
Date = tuple[int | None, int | None, int | None]
_NAMES = (
    "january february march april may june july august september october november december".split()
)
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items() if name != "may"}
_MONTHS |= {"sept": 9}
_ALSO_WORDS = ("may", "march", "mar", "sep", "dec", "oct", "jan")
"""Months that are words too, or short for others: read as months beside a number alone."""
_LAST_DAY, _LAST_MONTH = 31, 12


def number_at(read: Sequence[Token], at: int) -> tuple[Decimal, int] | None:
    """The number that begins here, and the place after it: “forty-five thousand (45,000)”."""
    token = read[at]
    found = _figures(token, at) if token.number else _written(read, at)
    if found is None:
        return None
    value, after = _scaled(read, *found)
    value, after = _and_a_half(read, value, after)
    return value, _after_repetition(read, after, value)


def _figures(token: Token, at: int) -> tuple[Decimal, int] | None:
    text = token.text.replace(",", "").replace("'", "").replace("’", "")
    if text.count(".") > 1 or ":" in text or len(text) > 30:
        return None
    return Decimal(text), at + 1


def _written(read: Sequence[Token], at: int) -> tuple[Decimal, int] | None:
    total = current = 0
    place, seen = at, False
    while place < len(read) and place - at < MOST_WORDS:
        word = read[place].lower
        if word in CARDINALS:
            if seen and not _goes_on(current, CARDINALS[word]):
                break
            current, seen = current + CARDINALS[word], True
        elif word == "hundred" and seen:
            current = current * 100
        elif word in ("thousand", "million", "billion") and seen:
            total, current = total + current * _SCALES[word], 0
        elif not (word == "and" and seen and _continues(read, place)):
            break
        place += 1
    return (Decimal(total + current), place) if seen else None


def _goes_on(current: int, more: int) -> bool:
    """“twenty” takes “one”, “two hundred” takes “fifty”; “two” takes nothing."""
    if current % 100 == 0:
        return True
    return current % 10 == 0 and current % 100 >= 20 and more < 10


def _continues(read: Sequence[Token], place: int) -> bool:
    before, after = read[place - 1].lower, read[place + 1 : place + 2]
    return before in ("hundred", "thousand") and bool(after) and after[0].lower in CARDINALS


def _scaled(read: Sequence[Token], value: Decimal, after: int) -> tuple[Decimal, int]:
    scale = _SCALES.get(read[after].lower) if after < len(read) else None
    if scale and (len(read[after].text) > 2 or read[after].joined):
        return value * scale, after + 1
    return value, after


def _and_a_half(read: Sequence[Token], value: Decimal, after: int) -> tuple[Decimal, int]:
    words = [one.lower for one in read[after : after + 3]]
    if words[:2] in (["and", "a"], ["and", "one"]) and words[2:] and words[2] in _FRACTIONS:
        return value + _FRACTIONS[words[2]], after + 3
    return value, after


def _after_repetition(read: Sequence[Token], after: int, value: Decimal) -> int:
    """Past “(30)” in “thirty (30) days”, where it is the same number."""
    following = read[after : after + 3]
    shape = [one.text if one.kind == "mark" else one.kind for one in following]
    if shape != ["(", "number", ")"]:
        return after
    again = _figures(following[1], 0)
    return after + 3 if again and again[0] == value else after


def date_at(read: Sequence[Token], at: int) -> tuple[Date, int] | None:
    """The date that begins at this token, and the place after it."""
    return _day_first(read, at) or _month_first(read, at) or _in_figures(read, at)


def _day_first(read: Sequence[Token], at: int) -> tuple[Date, int] | None:
    """“31 May 2031”, “the 31st day of May, 2031”, “31 May”."""
    day = _day(read, at)
    if day is None:
        return None
    place = _past(read, day[1], "day", "of")
    month = _month(read, place)
    if month is None:
        return None
    year = _year(read, _past(read, place + 1, ".", ","))
    return ((year[0], month, day[0]), year[1]) if year else ((None, month, day[0]), place + 1)


def _month_first(read: Sequence[Token], at: int) -> tuple[Date, int] | None:
    """“May 31, 2031”, “May 2031”, “June”."""
    month = _month(read, at)
    if month is None:
        return None
    place = _past(read, at + 1, ".")
    day = _day(read, place)
    if day:
        year = _year(read, _past(read, day[1], ","))
        return ((year[0], month, day[0]), year[1]) if year else ((None, month, day[0]), day[1])
    year = _year(read, _past(read, place, ",", "of"))
    if year:
        return (year[0], month, None), year[1]
    return None if read[at].lower in _ALSO_WORDS else ((None, month, None), at + 1)


def _in_figures(read: Sequence[Token], at: int) -> tuple[Date, int] | None:
    """“2031-05-31”, “31/05/2031”, “31.05.2031”; day first, unless it can be no day."""
    text = read[at].text
    if read[at].number and text.count(".") == 2:
        parts, after = text.split("."), at + 1
    else:
        marked = [one.text for one in read[at : at + 5]]
        if marked[1::2] == ["/", "/"]:
            parts, after = marked[::2], at + 5
        else:
            parts, after = marked[:3], at + 3
            if not all(one.joined for one in read[at + 1 : at + 3]):
                return None
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    return _ordered([int(part) for part in parts], len(parts[0]) == 4, len(parts[2]) == 4, after)


def _ordered(
    parts: Sequence[int], year_first: bool, year_last: bool, after: int
) -> tuple[Date, int] | None:
    if year_first:
        year, month, day = parts
    elif year_last:
        day, month, year = parts
        if month > _LAST_MONTH:
            day, month = month, day
    else:
        return None
    known = 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY
    return ((year, month, day), after) if known else None


def _day(read: Sequence[Token], at: int) -> tuple[int, int] | None:
    if at >= len(read) or not read[at].text.isdigit() or len(read[at].text) > 2:
        return None
    after = at + 1
    if after < len(read) and read[after].joined and read[after].lower in ("st", "nd", "rd", "th"):
        after += 1
    day = int(read[at].text)
    return (day, after) if 1 <= day <= _LAST_DAY else None


def _month(read: Sequence[Token], at: int) -> int | None:
    if at >= len(read) or not read[at].text[:1].isupper():
        return None
    return _MONTHS.get(read[at].lower)


def _year(read: Sequence[Token], at: int) -> tuple[int, int] | None:
    if at >= len(read) or not read[at].text.isdigit() or len(read[at].text) != 4:
        return None
    return int(read[at].text), at + 1


def _past(read: Sequence[Token], at: int, *words: str) -> int:
    """After these words, where they stand here in this order, each or not."""
    for word in words:
        if at < len(read) and read[at].lower == word:
            at += 1
    return at
