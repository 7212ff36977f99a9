"""Numbers of lines in the margin, as pleadings and transcripts have them.

They count what stands beside them and belong to no sentence. Rows of a table and items of a
list are counted too: numbers of lines go on where a sentence does, or where nothing stands.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_NUMBER = re.compile(r"(\d{1,3})(?=\s|\Z)")
_SPEAKS = re.compile(r"(?:Q|A)[.:]?\s|(?:BY )?(?:THE|MR|MS|MRS|DR)\b\.? ?[A-Z]+")
_SENTENCE_ENDS = ".:;?!"
_WORDS = 4  # of a line that a sentence goes on from, at least; cells of a table have fewer
_PAGE = 20  # numbers of a whole page, at least
_MOST = 600  # lines of a page that may be numbered
_ALIGNED = 3.5  # points between the edges of two numbers
_FIFTH = 5
_STEPS = ((1, 5), (_FIFTH, 3))  # each line has its number, or each fifth one; how many at least


@dataclass(frozen=True, slots=True)
class Printed:
    """A line as it is printed: its words, and its box in points, y upwards.

    `number_right` is where the number ends that it begins with; any value where it has none.
    """

    text: str
    left: float
    right: float
    bottom: float
    height: float
    number_right: float = 0.0


@dataclass(frozen=True, slots=True)
class InMargin:
    """The number of a line as it is printed: where it ends, and its foot and height in points."""

    value: int
    right: float
    bottom: float
    height: float


@dataclass(frozen=True, slots=True)
class _Number:
    place: int
    value: int
    left: float
    right: float
    bottom: float


def leading_number(text: str) -> int:
    """How many characters the number has that a line begins with; 0 where it begins with none."""
    found = _NUMBER.match(text)
    return found.end() if found else 0


def numbered(lines: Sequence[Printed]) -> dict[int, int]:
    """The lines of a page that begin with the number of a line: their places, and the numbers."""
    if len(lines) > _MOST:
        return {}
    numbers: list[_Number] = []
    for place, line in enumerate(lines):
        if match := _NUMBER.match(line.text):
            numbers.append(_Number(place, int(match[1]), line.left, line.number_right, line.bottom))
    found: dict[int, int] = {}
    for step, least in _STEPS:
        left = [one for one in numbers if one.place not in found]
        for column in _columns(left, step, least) if len(left) >= least else ():
            if _counts_lines(column, lines, step):
                found.update((one.place, one.value) for one in column)
    return found


def beside(lines: Sequence[tuple[float, float]], margin: Sequence[InMargin]) -> list[int]:
    """For each line, given by its left edge and its foot, the number in its row, 0 for none.

    Where only each fifth line has its number, the others are counted from it.
    """
    there = sorted([*margin, *_between(margin)], key=lambda one: one.bottom)
    feet = [one.bottom for one in there]
    reach = max((one.height for one in there), default=0.0) / 2
    found: list[int] = []
    for left, foot in lines:
        near = there[bisect_left(feet, foot - reach) : bisect_right(feet, foot + reach)]
        best = min(
            near,
            key=lambda one: (round(abs(one.bottom - foot)), abs(left - one.right)),
            default=None,
        )
        found.append(best.value if best else 0)
    return found


def _between(margin: Sequence[InMargin]) -> list[InMargin]:
    """The numbers that are not printed on a page that prints each fifth one."""
    printed = sorted(margin, key=lambda one: -one.bottom)
    if len(printed) < 2 or any(b.value - a.value != _FIFTH for a, b in pairwise(printed)):
        return []
    found: list[InMargin] = []
    for one, (above, below) in zip(printed, [*pairwise(printed), printed[-2:]], strict=True):
        pitch = (above.bottom - below.bottom) / _FIFTH
        steps = range(1 - _FIFTH if one is printed[0] else 1, _FIFTH)
        found += [
            InMargin(one.value + step, one.right, one.bottom - step * pitch, one.height)
            for step in steps
            if step and one.value + step > 0
        ]
    return found


def _columns(numbers: Sequence[_Number], step: int, least: int) -> list[list[_Number]]:
    """Runs of numbers below each other that rise by `step`, the longest first."""
    by_value: defaultdict[int, list[_Number]] = defaultdict(list)
    for one in sorted(numbers, key=lambda one: -one.bottom):
        by_value[one.value].append(one)
    used: set[int] = set()
    columns: list[list[_Number]] = []
    for value in sorted(by_value):
        for first in by_value[value]:
            if first.place in used:
                continue
            column = [first]
            while below := _next(column[-1], by_value.get(column[-1].value + step, ()), used):
                column.append(below)
            if len(column) >= least:
                used.update(one.place for one in column)
                columns.append(column)
    return sorted(columns, key=len, reverse=True)


def _next(above: _Number, below: Sequence[_Number], used: set[int]) -> _Number | None:
    for one in below:
        if one.place in used or one.bottom >= above.bottom - 1:
            continue
        edges = (one.left - above.left, one.right - above.right)
        middle = sum(edges) / 2
        if min(*map(abs, edges), abs(middle)) < _ALIGNED:
            return one
    return None


def _counts_lines(column: Sequence[_Number], lines: Sequence[Printed], step: int) -> bool:
    """Whether the numbers of a column are those of lines of text beside them."""
    held = {one.place for one in column}
    top = column[0].bottom + lines[column[0].place].height / 2
    foot = column[-1].bottom - lines[column[-1].place].height / 2
    edge = max(one.right for one in column)
    there = [
        line for place, line in enumerate(lines) if place not in held and foot < line.bottom < top
    ]
    others = [line for line in there if line.right > column[0].left]
    outside = len(there) - len(others) + sum(line.left < edge for line in others)
    if outside > 0.1 * len(column):
        return False  # something stands in the column, across it or left of it
    if step > 1:
        return _each_fifth(column, others)
    beside = _Beside(others)
    rests = [_rest(lines[one.place], beside) for one in column]
    without = len(others) - sum(apart for _, apart in rests)
    if not _even(column) and without > 0.1 * len(column):
        return False  # items of a list, which go on in lines without a number
    return _says_so([words for words, _ in rests], whole=column[0].value == 1)


def _says_so(rests: Sequence[str], *, whole: bool) -> bool:
    """Whether what stands beside the numbers is no table: sentences go on there, or nothing is.

    `whole`: they begin with 1, as on a page.
    """
    alone = sum(not words for words in rests)
    speaks = sum(1 for words in rests if _SPEAKS.match(words))
    goes_on = sum(
        after[:1].islower() and before.count(" ") >= _WORDS - 1 and before[-1] not in _SENTENCE_ENDS
        for before, after in pairwise(rests)
    )
    if whole and len(rests) >= _PAGE:
        return alone + goes_on + speaks >= 2
    return alone + goes_on >= max(2, 0.3 * len(rests)) or speaks >= 0.4 * len(rests)


class _Beside:
    """Lines without a number, found by their row."""

    def __init__(self, lines: Sequence[Printed]) -> None:
        self._lines = sorted(lines, key=lambda line: line.bottom)
        self._bottoms = [line.bottom for line in self._lines]

    def row(self, line: Printed) -> str:
        """The words beside a line, from left to right."""
        half = line.height / 2
        first = bisect_left(self._bottoms, line.bottom - half)
        last = bisect_right(self._bottoms, line.bottom + half)
        there = sorted(self._lines[first:last], key=lambda one: one.left)
        return " ".join(one.text.strip() for one in there)


def _rest(line: Printed, beside: _Beside) -> tuple[str, bool]:
    """What stands behind a number, and whether it is a line of its own."""
    words = line.text[leading_number(line.text) :].strip()
    return (words, False) if words else (apart := beside.row(line), bool(apart))


def _even(column: Sequence[_Number]) -> bool:
    """Whether the numbers stand equally far from each other."""
    steps = [above.bottom - below.bottom for above, below in pairwise(column)]
    usual = median(steps)
    return sum(abs(step - usual) <= 0.15 * usual for step in steps) >= 0.9 * len(steps)


def _each_fifth(column: Sequence[_Number], others: Sequence[Printed]) -> bool:
    """Whether four lines without a number stand between two numbers, and most of it is even."""
    bottoms = sorted(line.bottom for line in others)
    between = [
        bisect_left(bottoms, above.bottom - 1) - bisect_right(bottoms, below.bottom + 1)
        for above, below in pairwise(column)
    ]
    return sum(3 <= one <= 5 for one in between) > 0.7 * len(between) and _even(column)
