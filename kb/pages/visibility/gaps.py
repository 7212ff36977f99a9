"""What of a line is on its page and not in its text: words under a cover, words struck out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

COVERED, STRUCK = "covered text", "struck text"
_BAR = "\u2588\u2588\u2588"  # what a cover looks like, whatever is under it


@dataclass(frozen=True, slots=True)
class Gap:
    """A span of a page's raw text, why it is left out, and what stands there instead."""

    start: int
    end: int
    why: str
    author: str = ""
    date: str = ""

    @property
    def shown(self) -> str:
        return _BAR if self.why == COVERED else ""


@dataclass(frozen=True, slots=True)
class Deletion:
    """Words that were struck out, and where in the page's text they would stand."""

    at: int
    words: str
    author: str
    date: str


def apart(found: Sequence[Gap]) -> list[Gap]:
    """Gaps in their order, none within another; a cover goes before."""
    ordered: list[Gap] = []
    for gap in sorted(found, key=lambda one: (one.start, one.why != COVERED)):
        start = max(gap.start, ordered[-1].end) if ordered else gap.start
        if start < gap.end:
            ordered.append(replace(gap, start=start))
    return ordered


def gaps_within(
    raw: str, span: tuple[int, int], found: Sequence[Gap], ink: Callable[[str], str]
) -> tuple[Gap, ...]:
    """The gaps of a line, with the blanks that would be left over.

    `span` is the line's in `raw`; `ink` says what can be seen of a piece. Only gaps that
    reach into the line are asked for.
    """
    start, end = span
    cut: list[Gap] = []
    for gap in found:
        first, last = max(gap.start, start), min(gap.end, end)
        both = bool(cut) and gap.why == cut[-1].why == COVERED
        if both and not ink(raw[cut[-1].end : first]):
            cut[-1] = replace(cut[-1], end=last)
        else:
            cut.append(replace(gap, start=first, end=last))
    cut = apart([one if one.why == COVERED else _with_blanks(raw, span, one) for one in cut])
    return tuple(cut)


def pieces(span: tuple[int, int], gaps: Sequence[Gap]) -> Iterator[tuple[int, int, Gap | None]]:
    """A line from its start to its end: what is shown, and gaps between."""
    at, end = span
    for gap in gaps:
        if at < gap.start:
            yield at, gap.start, None
        yield gap.start, gap.end, gap
        at = gap.end
    if at < end:
        yield at, end, None


def _with_blanks(raw: str, span: tuple[int, int], gap: Gap) -> Gap:
    start, end = gap.start, gap.end
    if start == span[0] or raw[start - 1] == " ":
        while end < span[1] and raw[end] == " ":
            end += 1
    if end == span[1]:
        while start > span[0] and raw[start - 1] == " ":
            start -= 1
    return replace(gap, start=start, end=end)
