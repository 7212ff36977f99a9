"""Where paragraphs begin among the lines of one page: by distance, type, indent and wording."""

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_BULLET = "\u2022\u25aa\u25cf\u25e6\u2023\u00b7*\u2013\u2014-"
_LABEL = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\d{1,3}(?:\.\d{1,3})+\.?|[" + _BULLET + r"])\s"
    r"|(?:ARTICLE|Article|SECTION|Section|EXHIBIT|Exhibit|SCHEDULE|Schedule|§)\s"
)
_RULE = re.compile(r"[-_=~.*\u2013\u2014\u2500-\u257f\s]{4,}")
_FINISHED = re.compile(r"[.:;!?][\"'\u201d\u2019)\]]*$|(?:;|,)\s+(?:and|or)$")


@dataclass(slots=True)
class RawLine:
    """A line with ink: its span in the page's raw text and its box in points, y upwards."""

    start: int
    end: int
    after_blank: bool
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    height: float = 0.0
    bold: bool = False


def is_rule(line: str) -> bool:
    """Whether a line is only a stroke drawn with characters."""
    return bool(_RULE.fullmatch(line))


def openings(raw: str, lines: list[RawLine]) -> list[bool]:
    """For each line of a page whether it opens a paragraph; `raw` is the text they lie in."""
    pitches = [above.bottom - below.bottom for above, below in pairwise(lines)]
    typical = median([pitch for pitch in pitches if pitch > 1] or [12.0])
    margin = max((line.right for line in lines), default=0.0)
    opens = [True] * bool(lines)
    for above, below in pairwise(lines):
        before, after = raw[above.start : above.end], raw[below.start : below.end]
        opens.append(
            below.after_blank
            or _apart(above, below, typical)
            or _differs(above, below)
            or _begins(before, after, above.right < 0.82 * margin, below.left - above.left)
        )
    return opens


def _apart(above: RawLine, below: RawLine, typical: float) -> bool:
    pitch = above.bottom - below.bottom
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
