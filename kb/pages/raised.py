"""Figures set smaller and higher than what they hang on, such as the marks of footnotes.

PDFium runs them on: an amount of $25,000 with the mark of note 4 is "$25,0004" to it, and
what stands behind the mark is a line of its own.
"""

import re
from collections.abc import Sequence

from kb.pages.layout import RawLine
from kb.pages.pdfium.characters import Characters, Extent
from kb.text.raised import raised

_FIGURES = re.compile(r"[0-9]+")
_MOST = 4  # digits of a mark
_SMALLER = 0.85  # of the height of what it hangs on, at most
_RISE = 0.1  # of that height, at least, by which its foot is higher
_LIKE = 0.08  # of a height; characters that differ by less are of one size
_BLANK = 0.12  # heights; letters of one word are nearer
_WORD_GAP = 0.6  # heights; words of one row are nearer


def whole_rows(
    known: Characters, raw: str, lines: Sequence[RawLine]
) -> tuple[list[RawLine], dict[int, str]]:
    """The lines, those put together again that a small character has cut, raised or lowered.

    Then what stands in the text for places in `raw`, where a blank has to part the two.
    """
    found: list[RawLine] = []
    shown: dict[int, str] = {}
    for line in lines:
        above = found[-1] if found else None
        if above is None or not _runs_on(known, above, line):
            found.append(line)
            continue
        between = raw[above.end : line.start]
        if between and " " not in between and line.left - above.right > _BLANK * line.height:
            shown[above.end] = " "
        above.end, above.right = line.end, max(above.right, line.right)
        above.bold = above.bold and line.bold
        if line.height > above.height:  # it began with the raised one
            above.bottom, above.height = line.bottom, line.height
    return found, shown


def raised_figures(known: Characters, raw: str, lines: Sequence[RawLine]) -> dict[int, str]:
    """What stands in the text for raised figures, by their places in `raw`."""
    shown: dict[int, str] = {}
    for line in lines:
        for figures in _FIGURES.finditer(raw, line.start, line.end):
            first = _first_raised(known, raw, line, figures.span())
            if first is None:
                continue
            words = raised(raw[line.start : first], raw[first : figures.end()])
            digits = words.strip()
            shown[first] = words[: len(words) - len(digits)] + digits[0]
            shown.update({first + n: one for n, one in enumerate(digits[1:], start=1)})
    return shown


def _first_raised(known: Characters, raw: str, line: RawLine, span: tuple[int, int]) -> int | None:
    """Where the raised figures at the end of these begin, None where none are."""
    start, end = span
    last = known.extent(end - 1)
    if _height(last) > _SMALLER * line.height:
        return None
    first = end - 1
    while first > start and _alike(known.extent(first - 1), last):
        first -= 1
    before = first - 1
    while before >= line.start and first - before <= 2 * _MOST:
        if not raw[before].isspace() and not _alike(other := known.extent(before), last):
            return first if _hangs(last, other) and end - first <= _MOST else None
        before -= 1
    return None


def _runs_on(known: Characters, above: RawLine, line: RawLine) -> bool:
    gap = line.left - above.right
    most = max(above.height, line.height)
    if not -0.3 * most < gap < _WORD_GAP * most or above.hidden != line.hidden:
        return False
    if abs(above.bottom - line.bottom) > 0.7 * most:
        return False
    one, other = known.extent(above.end - 1), known.extent(line.start)
    return not _SMALLER < _height(one) / max(_height(other), 0.1) < 1 / _SMALLER


def _hangs(small: Extent, large: Extent) -> bool:
    high = _height(large)
    rise = small[1] - large[1]
    return _height(small) < _SMALLER * high and _RISE * high < rise < high


def _alike(one: Extent, other: Extent) -> bool:
    high = _height(other)
    return abs(_height(one) - high) < _LIKE * high and abs(one[1] - other[1]) < _LIKE * high


def _height(extent: Extent) -> float:
    return extent[3] - extent[1]
