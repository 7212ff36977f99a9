"""Figures that stand raised: marks of notes, apart from the word or the amount they hang on."""

import re

SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079"
"""The digits that Unicode has raised, as what stands in a class of a regular expression."""
POWER = r"(?:[cdkm]?m|ft|in|yd|mi|sq)[\u00b2\u00b3](?![^\W_])"
"""A unit of area or volume, as a regular expression: its figure is no mark."""

_RAISED = str.maketrans(
    "0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
)
_UNIT = re.compile(r"(?:\d\s?|\bper\s|\ba\s)(?:[cdkm]?m|ft|in|yd|mi)\Z", re.ASCII)
_MARKS = re.compile(
    r"[\s,;.*()\[\]\u2013\u2020\u2021-]*[0-9][\s,;.*()\[\]\u2013\u2020\u20210-9-]{0,20}"
)
_FIGURES = re.compile(r"[0-9]+")
_LONGEST = 12  # characters of what stands before that are looked at


def raised(before: str, figures: str) -> str:
    """Figures that are set raised, as they stand after `before`.

    They become Unicode's raised digits, with a blank before them where they would run on from
    a letter or a digit: “$25,000 ⁴”, not “$25,0004”. “40 m” and a raised 2 are “40 m²”.
    """
    shown = figures.translate(_RAISED)
    power = figures in ("2", "3") and _UNIT.search(before[-_LONGEST:])
    hangs = before[-1:].isalnum() and not power
    return f" {shown}" if hangs else shown


def raised_words(before: str, words: str) -> str:
    """Words that are set raised, as they stand after `before`.

    Where they are the marks of notes, their figures become as `raised` has them; what has a
    letter in it, such as the end of “5th”, stays as it is.
    """
    if not _MARKS.fullmatch(words):
        return words
    said = ""
    last = 0
    for figures in _FIGURES.finditer(words):
        said += words[last : figures.start()]
        said += raised(before + said, figures[0])
        last = figures.end()
    return said + words[last:]
