"""Where sentences begin and end in legal prose.

Punctuation ends a sentence unless it belongs to an abbreviation of the field
("v.", "Inc.", "No.", "410 U.S."), an initial, a number or a clause label.
Blank lines end one too, unless they are only
double spacing. Quotes and chunks are cut at these places and
nowhere else, so that what is shown reads as it was written.
"""

import re
from collections.abc import Iterator

from kb.text.abbreviations import runs_on
from kb.text.raised import SUPERSCRIPTS

_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|"
    r"Dezember)\b"
)
"""What a figure with a point stands before in a date as German writes it."""
_DAY = 2
"""Figures that a day of a month has at most."""
_BLANK_LINE = re.compile(r"\r?\n[^\S\n]*\n\s*")
_STOP = re.compile(rf"[.!?。！？]+[\"'”’»)\]]*(?: ?[{SUPERSCRIPTS}]+)?(?=\s|$|(?<=[。！？]))")
_WORD_BEFORE = re.compile(r"[\w.'’&]*$")
_OMITTED = re.compile(r"(?<!\.)(?<!\. )\.\s\.\s\.\Z")
"""Three points for words that were left out; a sentence ends with a fourth (The Bluebook, 5.3)."""
_VOLUME = re.compile(r"\d [A-Z]\Z")
"""What may be a reporter of one letter."""
_LOOK_AHEAD = 40
_LABEL = re.compile(r"^(?:\(?[0-9ivxIVX]{1,4}|\(?[A-Za-z]|\d+(?:\.\d+)*)$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Character spans of the sentences of `text`, in order, without surrounding white space."""
    spans: list[tuple[int, int]] = []
    for start, end in paragraph_spans(text):
        _split_block(text, start, end, spans)
    return spans


def paragraph_spans(text: str) -> Iterator[tuple[int, int]]:
    """Character spans of what stands between blank lines, double spacing not counted."""
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        if _runs_on(text, blank.start(), blank.end()):
            continue
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)


def _runs_on(text: str, before: int, after: int) -> bool:
    """Whether a blank line is only double spacing: no stop before it, a small letter after."""
    return text[after : after + 1].islower() and text[before - 1 : before] not in (*".!?:;", "")


def _split_block(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    begin = start
    for stop in _STOP.finditer(text, start, end):
        if _ends_sentence(text, begin, stop.start(), stop.end(), end):
            _keep(text, begin, stop.end(), spans)
            begin = stop.end()
    _keep(text, begin, end, spans)


def _keep(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append((start, end))


def _ends_sentence(text: str, begin: int, dot: int, after: int, end: int) -> bool:
    following = text[after : min(end, after + _LOOK_AHEAD)].lstrip()
    if text[dot] != "." or not following:
        return True
    first = following[0]
    if first.islower() or first in ",;:." or _OMITTED.search(text, max(begin, dot - 6), dot + 1):
        return False
    word = _last_word(text, begin, dot)
    if text[begin:dot].strip().strip("(") == word.strip("(") and _LABEL.match(word):
        return False  # "1.", "(a)." or "12.3." opens a clause
    if runs_on(word, following):
        return False
    if word.isdigit() and len(word) <= _DAY and _MONTH.match(following):
        return False
    if len(word) != 1 or not word.isupper():
        return True
    volume = first.isdigit() and _VOLUME.search(text, max(begin, dot - 3), dot)
    return not (first.isupper() or volume)  # an initial, or “124 A. 373”


def _last_word(text: str, begin: int, dot: int) -> str:
    found = _WORD_BEFORE.search(text[max(begin, dot - 24) : dot])
    return found.group(0).lstrip("'’") if found else ""
