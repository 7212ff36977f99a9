"""Numbers, written in figures or in words, as values."""

from collections.abc import Sequence
from decimal import Decimal

from kb.answer.judging.tokens import Token

_SMALL = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)
}
_CARDINAL = _SMALL | _TENS
_SCALES = {
    "hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6, "mn": 10**6,
    "billion": 10**9, "bn": 10**9, "trillion": 10**12,
}  # fmt: skip
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ORDINALS = {word: number for number, word in enumerate(_ORDINALS, 1)} | {"thirtieth": 30}
_FRACTIONS = {"half": Decimal("0.5"), "halves": Decimal("0.5"), "quarter": Decimal("0.25")}
MOST_WORDS = 12
"""Words of the longest written number that is read as one."""


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
        if word in _CARDINAL:
            if seen and not _goes_on(current, _CARDINAL[word]):
                break
            current, seen = current + _CARDINAL[word], True
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
    return before in ("hundred", "thousand") and bool(after) and after[0].lower in _CARDINAL


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
