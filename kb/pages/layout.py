"""The lines of one page: where paragraphs begin among them, and in which order they are read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from kb.pages.visibility.gaps import Gap

_BULLET = "\u2022\u25aa\u25cf\u25e6\u2023\u00b7*\u2013\u2014-"
_LABEL = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+\.?|[" + _BULLET + r"])\s"
    r"|(?:ARTICLE|Article|SECTION|Section|EXHIBIT|Exhibit|SCHEDULE|Schedule|§)\s"
)
_RULE = re.compile(r"[-_=~.*\u2013\u2014\u2500-\u257f\s]{4,}")
_DIVIDED = re.compile("[^\\W\\d_][-\u00ad\u2010\ufffe][^\\W\\d_A-Z]")
_FINISHED = re.compile(r"[.:;!?][\"'\u201d\u2019)\]]*$|(?:;|,)\s+(?:and|or)$")


@dataclass(slots=True)
class RawLine:
    """A line with ink: its span in the page's raw text and its box in points, y upwards.

    `hidden` says why a reader of the page cannot see it, "" when they can. `gaps` are what
    of it is no text. `number` is the one printed beside it in the margin, 0 where none is.
    """

    start: int
    end: int
    after_blank: bool
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    height: float = 0.0
    bold: bool = False
    hidden: str = ""
    gaps: tuple[Gap, ...] = ()
    number: int = 0


def is_rule(line: str) -> bool:
    """Whether a line is only a stroke drawn with characters."""
    return bool(_RULE.fullmatch(line))


def openings(raw: str, lines: list[RawLine]) -> list[bool]:
    """For each line of a page whether it opens a paragraph; `raw` is the text they lie in."""
    pitches = [above.bottom - below.bottom for above, below in pairwise(lines)]
    typical = median([pitch for pitch in pitches if pitch > 1] or [12.0])
    if lines:  # a few lines far apart are not one paragraph; double spacing has 2.3 heights
        typical = min(typical, 2.5 * (median(line.height for line in lines) or 12.0))
    margin = max((line.right for line in lines), default=0.0)
    opens = [True] * bool(lines)
    for above, below in pairwise(lines):
        before, after = raw[above.start : above.end], raw[below.start : below.end]
        if _DIVIDED.search(f"{before[-2:]}{after[:1]}"):
            opens.append(above.hidden != below.hidden)  # no paragraph begins within a word
            continue
        opens.append(
            below.after_blank
            or above.hidden != below.hidden
            or _apart(above, below, typical)
            or _differs(above, below)
            or _begins(before, after, above.right < 0.82 * margin, below.left - above.left)
        )
    return opens


def _apart(above: RawLine, below: RawLine, typical: float) -> bool:
    pitch = above.bottom - below.bottom
    if -pitch > 2 * max(above.height, below.height):
        return True  # up again: another column
    return pitch > 1.4 * typical and pitch > 1.5 * min(above.height, below.height)


def _differs(above: RawLine, below: RawLine) -> bool:
    if above.bold != below.bold:
        return True
    low, high = sorted((above.height, below.height))
    return low > 0 and high / low > 1.12 and abs(above.bottom - below.bottom) > 1


def _begins(before: str, after: str, short: bool, indent: float) -> bool:
    """Whether the words, and how far the lines reach, show a new paragraph."""
    if is_rule(before) or is_rule(after):
        return True
    finished = bool(_FINISHED.search(before.rstrip()))
    if _LABEL.match(after) and (finished or short):
        return True
    if before.isupper() != after.isupper() and short and not after[:1].islower():
        return True
    return finished and (short or indent > 8)


Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a line, y downwards."""


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Indices of lines as they are read: down one column, then the next, else row by row.

    A line across both columns, such as a heading, ends what stands above it.
    """
    return _ordered(boxes, list(range(len(boxes))))


def same_row(one: Box, other: Box) -> bool:
    """Whether two lines stand beside each other."""
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared > 0.5 * min(one[3] - one[1], other[3] - other[1])


def _ordered(boxes: Sequence[Box], numbers: list[int]) -> list[int]:
    between = gutter([boxes[number] for number in numbers])
    if between is None:
        return _rows(boxes, numbers)
    order: list[int] = []
    left: list[int] = []
    right: list[int] = []
    for number in sorted(numbers, key=lambda number: boxes[number][1]):
        if boxes[number][2] <= between:
            left.append(number)
        elif boxes[number][0] >= between:
            right.append(number)
        else:
            order += [*_ordered(boxes, left), *_ordered(boxes, right), number]
            left, right = [], []
    return [*order, *_ordered(boxes, left), *_ordered(boxes, right)]


def _rows(boxes: Sequence[Box], numbers: list[int]) -> list[int]:
    rows: list[list[int]] = []
    for number in sorted(numbers, key=lambda number: boxes[number][1] + boxes[number][3]):
        if rows and same_row(boxes[rows[-1][-1]], boxes[number]):
            rows[-1].append(number)
        else:
            rows.append([number])
    return [number for row in rows for number in sorted(row, key=lambda one: boxes[one][0])]


def gutter(boxes: list[Box]) -> float | None:
    """Where the space between two columns of text is; None where there is one column.

    Both sides hold four lines or more that fill their column and stand beside each
    other; labels in a margin, or the amounts of a table, are no column.
    """
    if len(boxes) < 8:
        return None
    region = max(box[2] for box in boxes) - min(box[0] for box in boxes)
    best: tuple[int, float, float] | None = None
    for edge in sorted({box[0] for box in boxes}):
        left = [box for box in boxes if box[2] <= edge]
        right = [box for box in boxes if box[0] >= edge]
        crossing = len(boxes) - len(left) - len(right)
        if min(len(left), len(right)) < 4 or crossing > 0.34 * len(boxes):
            continue
        gap = edge - max(box[2] for box in left)
        height = median(box[3] - box[1] for box in boxes)
        fills = sorted((_filled(left), _filled(right)))
        wide = min(_width(left), _width(right)) > 0.2 * region
        if (
            gap > 0.5 * height
            and wide
            and fills[0] > 0.4
            and fills[1] > 0.6
            and _beside(left, right)
        ):
            best = min(best or (crossing, -gap, edge), (crossing, -gap, edge))
    return best and best[2]


def _width(column: list[Box]) -> float:
    return median(box[2] - box[0] for box in column)


def _filled(column: list[Box]) -> float:
    return _width(column) / (max(box[2] for box in column) - min(box[0] for box in column))


def _beside(left: list[Box], right: list[Box]) -> bool:
    few, many = sorted((left, right), key=len)
    top, bottom = min(box[1] for box in many), max(box[3] for box in many)
    return sum(top <= (box[1] + box[3]) / 2 <= bottom for box in few) > 0.5 * len(few)
