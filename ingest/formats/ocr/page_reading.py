"""From the lines that an OCR engine found on a page's image to that page's `Reading`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.formats.base.elements import HEADING_LENGTH, heading_level, tidy
from kb.domain import Element, ElementKind, Page, Reading, WordBox
from kb.pages.layout import Box, RawLine, openings, reading_order, same_row

_LETTER_WIDTH = 612.0  # points; `openings` counts in points, whatever the image's size
_USUAL = (0.7, 1.4)  # of the page's type; the height of a recognised line is that rough
_TALL = 1.5
_LABELLED = re.compile(
    r"\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})[.)]\s|[\u2022\u25aa\u25cf\u25e6\u00b7*-]\s"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word's span in its line and its box on the image: left, top, right, bottom in pixels."""

    char_start: int
    char_end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Line:
    """A line as an engine read it; `box` is where it would stand on a page that is straight.

    `confidence` is how sure the engine is of it, from 0 to 1. A line that it saw and could
    not read has no text.
    """

    text: str
    box: Box
    words: tuple[Word, ...]
    confidence: float = 1.0


def as_reading(lines: Sequence[Line], size: tuple[int, int], known: str = "") -> Reading:
    """One page of text with paragraphs and word boxes; `size` is the image's in pixels.

    Lines that `known`, the text that the page has already, holds are left out.
    """
    held = _letters(known)
    lines = [line for line in lines if not (held and _letters(line.text) in held)]
    rows = _rows([line for line in lines if tidy(line.text).strip()])
    raw = [_raw_line(row, size, at) for row, at in zip(rows, _starts(rows), strict=True)]
    even = _even([line.height for line in raw])
    for line, height in zip(raw, even, strict=True):
        line.height = height
    opens = openings("\n".join(_text(row) for row in rows), raw)
    return _assembled(rows, raw, opens, size)


def _letters(text: str) -> str:
    return "".join(one for one in text.lower() if one.isalnum())


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """In reading order; pieces beside each other, such as a label and its text, are one row."""
    ordered = [lines[number] for number in reading_order([line.box for line in lines])]
    rows: list[list[Line]] = [ordered[:1]] if ordered else []
    for before, after in pairwise(ordered):
        if same_row(before.box, after.box) and after.box[0] >= before.box[0]:
            rows[-1].append(after)
        else:
            rows.append([after])
    return rows


def _text(row: list[Line]) -> str:
    return " ".join(line.text for line in row)


def _starts(rows: list[list[Line]]) -> list[int]:
    starts = [0]
    for row in rows[:-1]:
        starts.append(starts[-1] + len(_text(row)) + 1)
    return starts[: len(rows)]


def _raw_line(row: list[Line], size: tuple[int, int], at: int) -> RawLine:
    unit = _LETTER_WIDTH / max(1, size[0])
    lefts, tops, rights, bottoms = zip(*(line.box for line in row), strict=True)
    line = RawLine(at, at + len(_text(row)), False)
    line.left, line.right = min(lefts) * unit, max(rights) * unit
    line.bottom = (size[1] - median(bottoms)) * unit
    line.height = median(b - t for t, b in zip(tops, bottoms, strict=True)) * unit
    return line


def _even(heights: list[float]) -> list[float]:
    usual = median(heights) if heights else 0.0
    return [usual if _USUAL[0] < one / usual < _USUAL[1] else one for one in heights]


def _assembled(
    rows: list[list[Line]], raw: list[RawLine], opens: list[bool], size: tuple[int, int]
) -> Reading:
    usual = median(line.height for line in raw) if raw else 0.0
    pieces: list[str] = []
    words: list[WordBox] = []
    spans: list[tuple[int, int, float]] = []  # of paragraphs, with the height of their type
    at = 0
    for row, line, opening in zip(rows, raw, opens, strict=True):
        gap = "" if not pieces else "\n\n" if opening else "\n"
        at += len(gap)
        text = _text(row)
        pieces += [gap, text]
        words += _word_boxes(row, size, at)
        start = spans.pop()[0] if spans and not opening else at
        at += len(text)
        spans.append((start, at, line.height))
    text = "".join(pieces)
    elements = tuple(
        Element(kind, start, end, 1, level)
        for start, end, height in spans
        for kind, level in [_role(text[start:end], height > _TALL * usual)]
    )
    return Reading("", text, elements, (Page(1, 0, len(text), words=tuple(words)),))


def _word_boxes(row: list[Line], size: tuple[int, int], at: int) -> list[WordBox]:
    wide, high = size
    boxes: list[WordBox] = []
    for line in row:
        for word in line.words:
            left, top, right, bottom = word.box
            shares = (left / wide, top / high, right / wide, bottom / high)
            boxes.append(WordBox(at + word.char_start, at + word.char_end, *shares))
        at += len(line.text) + 1
    return boxes


def _role(words: str, tall: bool) -> tuple[ElementKind, int]:
    line = " ".join(words.split())
    level = heading_level(line) if words.count("\n") < 3 else 0
    if level:
        return ElementKind.HEADING, level
    if _LABELLED.match(line):
        return ElementKind.LIST_ITEM, 0
    if tall and len(line) <= HEADING_LENGTH and any(map(str.isalpha, line)):
        return ElementKind.HEADING, 1
    return ElementKind.PARAGRAPH, 0
