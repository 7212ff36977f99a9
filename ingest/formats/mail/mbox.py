"""A mailbox in one file: each message a part, the document itself the list of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ingest.formats.base.elements import Draft
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.parts import Parts, TooMuch
from ingest.formats.mail.eml import letterhead
from ingest.formats.mail.headers import Letterhead
from ingest.formats.mail.message import parsed
from kb.domain import ElementKind, Reading

_SEPARATOR = re.compile(rb"From \S.*\d{4}\b.*$")
_HEADER = re.compile(rb"[\w-]{2,60}:")
_ESCAPED = re.compile(rb">+From ")
_LISTED = 2000


def read_mbox(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a mailbox (RFC 4155): its list of messages as text, the messages as parts."""
    parts = Parts(options, Path(path).stat().st_size)
    rows = []
    count = 0
    with Path(path).open("rb") as lines:
        for count, content in enumerate(messages(lines), start=1):
            head = letterhead(parsed(content))
            if count <= _LISTED:
                rows.append((head.day or head.date, head.sender, head.subject))
            if parts.wanted:
                try:
                    parts.take(f"{count:04} {_name(head)}.eml", [content])
                except TooMuch as limit:
                    parts.end(str(limit))
    draft = Draft()
    said = f"{count:,} messages" if count != 1 else "1 message"
    draft.add(ElementKind.PARAGRAPH, f"Mailbox of {said}: date, sender, subject.")
    draft.add_table(rows)
    if count > _LISTED:
        draft.add(ElementKind.PARAGRAPH, f"The other {count - _LISTED:,} are not listed here.")
    reading = draft.reading("application/mbox", problem=parts.problem)
    return replace(reading, parts=parts.taken)


def messages(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The messages of a mailbox, without separators and with ">From " as it was written.

    A line of a body that begins with "From " does not part messages, as it does for
    the standard library: a separator follows a blank line and ends with a year, and a
    header follows it.
    """
    held: list[bytes] = []
    separator = b""
    blank = True
    for line in lines:
        if separator:
            if _HEADER.match(line):
                if any(one.strip() for one in held):
                    yield b"".join(held)
                held = []
            else:
                held.append(separator)
            separator = b""
        if blank and _SEPARATOR.match(line.rstrip(b"\r\n")):
            separator = line
        else:
            held.append(line[1:] if _ESCAPED.match(line) else line)
        blank = not line.strip()
    if any(one.strip() for one in held):
        yield b"".join(held)


def _name(head: Letterhead) -> str:
    return head.subject.replace("/", "_").strip() or "message"
