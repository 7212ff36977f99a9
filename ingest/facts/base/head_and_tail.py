"""What facts are read from: the beginning and the end of a document, as a reader sees them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from ingest.facts.base.aligned import Aligned, flat, joined, standing
from kb.domain import Element, ElementKind, Reading

_LOOKED_AT = 40_000  # characters of the text; layout and line numbers take their share
_HEAD = 8_000  # characters left of them
_TAIL = 3_000
_LONGEST_TITLE = 300
_TITLED = 12  # elements, among which a title is looked for
_UNSEEN = (ElementKind.HIDDEN, ElementKind.QUOTED)
_LINE_NUMBER = re.compile(r"[ \t]{0,8}\d{1,3}(?:[ \t]{2,}(?=\S)|[ \t]*$)")
_MARKUP = re.compile(r"^[#>*_|\s]{1,8}|\*\*|__(?=\w)|(?<=\w)__")


@dataclass(frozen=True, slots=True)
class Glance:
    """`lines` are those of the beginning that hold words, white space collapsed; `head` is
    the same joined by blanks, `tail` the end. Words that a page does not show, and the
    history below a reply, are in none of them. `title` has a place where it stands at the
    top of the text, and not in the file's properties alone."""

    name: str
    title: Aligned
    media_type: str
    lines: tuple[Aligned, ...]
    head: Aligned
    tail: Aligned


def glance(reading: Reading, name: str) -> Glance:
    """Look at the beginning and the end; the time does not depend on the text's length."""
    kept: list[Aligned] = []
    room = _HEAD
    for line in _lines(reading, 0, _LOOKED_AT):
        if room <= 0:
            break
        kept.append(line[:room])
        room -= len(line) + 1
    end = len(reading.text)
    tail = joined(_lines(reading, max(0, end - 4 * _TAIL), end))[-_TAIL:]
    return Glance(name, _title(reading), reading.media_type, tuple(kept), joined(kept), tail)


def unseen(elements: tuple[Element, ...]) -> list[tuple[int, int]]:
    """Spans that no fact may come from, in order."""
    return [(one.char_start, one.char_end) for one in elements if one.kind in _UNSEEN]


def _title(reading: Reading) -> Aligned:
    title = Aligned(" ".join(reading.title[:_LONGEST_TITLE].split()))
    for one in reading.elements[:_TITLED]:
        end = min(one.char_end, one.char_start + 2 * _LONGEST_TITLE)
        words = flat(standing(reading.text, one.char_start, end))
        if words == title and one.kind not in _UNSEEN:
            return words
    return title


def _lines(reading: Reading, start: int, end: int) -> Iterator[Aligned]:
    """The lines of a span as they are read: those that hold words a reader sees."""
    parts = _seen(reading, start, end)
    lines = (line for part in parts for line in _split(reading.text, *part))
    first = [*islice(lines, 40)]
    numbered = sum(bool(_LINE_NUMBER.match(line)) for line in first) > 0.6 * len(first)
    for line in chain(first, lines):
        words = line.replaced(_LINE_NUMBER, most=1) if numbered else line  # as in pleadings
        tidied = flat(words.replaced(_MARKUP))
        if tidied:
            yield tidied


def _seen(reading: Reading, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a span without what a reader does not see."""
    for first, last in unseen(reading.elements):
        if last <= start:
            continue
        if first >= end:
            break
        yield start, max(start, first)
        start = last
    yield start, max(start, end)


def _split(text: str, start: int, end: int) -> Iterator[Aligned]:
    for line in text[start:end].splitlines(keepends=True):
        if not line.isspace():
            [words] = line.splitlines()
            yield standing(text, start, start + len(words))
        start += len(line)
