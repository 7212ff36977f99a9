"""Telling a table from two columns of text, where both stand beside a space down the page."""

import re
from collections.abc import Sequence

from kb.pages.layout import RawLine

_FIGURES = re.compile(
    r"\d{1,3}(?:[,.']\d{3})+(?:[.,]\d\d)?|\d+[.,]\d\d\b|\d{4}-\d\d-\d\d"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
)
_MOSTLY = 0.3  # share of other letters beside figures, at most


def on_both_sides(pieces: Sequence[RawLine], between: float) -> bool:
    """Whether the pieces of one line stand left and right of the space at `between`."""
    return any(one.right <= between for one in pieces) and any(
        one.left >= between for one in pieces
    )


def is_table(raw: str, lines: Sequence[Sequence[RawLine]], between: float) -> bool:
    """Whether the pieces of lines of `raw` are rows with days and amounts, and so no columns."""
    rows = [pieces for pieces in lines if on_both_sides(pieces, between)]
    figured = sum(any(is_figured(raw[one.start : one.end]) for one in pieces) for pieces in rows)
    return figured > 0.5 * len(rows)


def is_figured(words: str) -> bool:
    """Whether words are hardly more than days and amounts, as those of a table are."""
    rest = _FIGURES.sub("", words)
    return len(rest) < len(words) and sum(map(str.isalnum, rest)) < _MOSTLY * len(words)
