"""Calendar files (.ics) and cards (.vcf): each meeting, task or card written out in lines.

RFC 5545 and RFC 6350, with what vCalendar 1.0 and vCard 2.1 write otherwise.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ingest.formats.base.elements import tidy
from ingest.formats.base.encodings import decode
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.calendar.entries import Entry, entries
from ingest.formats.mail.attachments import Attachments
from ingest.formats.mail.quoted_history import Letter
from kb.domain import ElementKind, Fact, Reading
from kb.errors import ParseFailed

_MOST_FACTS = 50


def read_calendar(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read an .ics file; its date is that of its first entry. Raises `ParseFailed` ("empty")."""
    return _read(path, "text/calendar", options)


def read_cards(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a .vcf file, each card a group of lines. Raises `ParseFailed` ("empty")."""
    return _read(path, "text/vcard", options)


def add_entries(
    letter: Letter, attachments: Attachments, found: Iterable[Entry]
) -> tuple[Fact, ...]:
    """Write meetings, tasks and cards; gives a fact `meeting` for each moment they name."""
    facts: list[Fact] = []
    for entry in found:
        fact = _add(letter, entry)
        if fact and len(facts) < _MOST_FACTS:
            facts.append(fact)
        for name, content in entry.packed:
            attachments.file(name, content)
    return tuple(facts)


def _read(path: str, media_type: str, options: ParseOptions) -> Reading:
    content = Path(path).read_bytes()
    letter, attachments = Letter(), Attachments(options, len(content))
    found = list(entries(decode(content).lstrip("\ufeff")))
    facts = add_entries(letter, attachments, found)
    attachments.add_to(letter)
    title = next((one.title for one in found if one.title), "")
    reading = letter.reading(media_type, title=title, problem=attachments.problem)
    if not reading.elements:
        raise ParseFailed("It holds no meeting, task or card. Check that it is whole.", "empty")
    own = (replace(one, name="date", value=one.value[:10]) for one in facts[:1])
    return replace(reading, parts=attachments.taken, facts=(*own, *facts))


def _add(letter: Letter, entry: Entry) -> Fact | None:
    first, *rest = entry.lines
    start = letter.add_new(ElementKind.PARAGRAPH, first)
    for line in rest:
        letter.add_new(ElementKind.PARAGRAPH, line, gap="\n")
    if entry.start is None or start is None:
        return None
    at = tidy(first).strip().find(entry.when)
    if at < 0:
        return Fact("meeting", entry.start.written)
    return Fact("meeting", entry.start.written, start + at, start + at + len(entry.when))
