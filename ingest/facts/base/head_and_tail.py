"""What facts are read from: the beginning and the end of a document, as a reader sees them."""

import html
import re
from dataclasses import dataclass

from kb.domain import Element, ElementKind, Reading

_LOOKED_AT = 40_000  # characters of the text; layout and line numbers take their share
_HEAD = 8_000  # characters left of them
_TAIL = 3_000
_UNSEEN = (ElementKind.HIDDEN, ElementKind.QUOTED)
_LINE_NUMBER = re.compile(r"[ \t]{0,8}\d{1,3}(?:[ \t]{2,}(?=\S)|[ \t]*$)")
_MARKUP = re.compile(r"^[#>*_|\s]{1,8}|\*\*|__(?=\w)|(?<=\w)__")


@dataclass(frozen=True, slots=True)
class Glance:
    """`lines` are those of the beginning that hold words, white space collapsed; `head` is
    the same joined by blanks, `tail` the end. Words that a page does not show, and the
    history below a reply, are in none of them."""

    name: str
    title: str
    media_type: str
    lines: tuple[str, ...]
    head: str
    tail: str


def glance(reading: Reading, name: str) -> Glance:
    """Look at the beginning and the end; the time does not depend on the text's length."""
    lines = _lines(_seen(reading, 0, _LOOKED_AT))
    kept: list[str] = []
    room = _HEAD
    for line in lines:
        if room <= 0:
            break
        kept.append(line[:room])
        room -= len(line) + 1
    end = len(reading.text)
    tail = " ".join(_lines(_seen(reading, max(0, end - 4 * _TAIL), end)))[-_TAIL:]
    title = " ".join(reading.title[:300].split())
    return Glance(name, title, reading.media_type, tuple(kept), " ".join(kept), tail)


def flat(text: str) -> str:
    """`text` on one line, with characters written as in HTML put right."""
    return " ".join(html.unescape(text).split())


def unseen(elements: tuple[Element, ...]) -> list[tuple[int, int]]:
    """Spans that no fact may come from, in order."""
    return [(one.char_start, one.char_end) for one in elements if one.kind in _UNSEEN]


def _seen(reading: Reading, start: int, end: int) -> str:
    """The text of a span without what a reader does not see."""
    pieces = []
    for first, last in unseen(reading.elements):
        if last <= start:
            continue
        if first >= end:
            break
        pieces.append(reading.text[start : max(start, first)])
        start = last
    pieces.append(reading.text[start : max(start, end)])
    return "\n".join(pieces)


def _lines(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line and not line.isspace()]
    numbered = [bool(_LINE_NUMBER.match(line)) for line in lines]
    if sum(numbered[:40]) > 0.6 * len(numbered[:40]):  # as in pleadings
        lines = [_LINE_NUMBER.sub("", line, count=1) for line in lines]
    tidied = (flat(_MARKUP.sub("", line)) for line in lines)
    return [line for line in tidied if line]
