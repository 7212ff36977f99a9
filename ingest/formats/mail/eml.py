"""E-mail as RFC 822 has it, by the standard library.

The text is the headers a reader would look for, the body with its quoted
history, and the names of what was attached; attachments are parts.
"""

import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path

from ingest.formats.base.encodings import decode
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.calendar.entries import entries
from ingest.formats.mail.attachments import Attachments
from ingest.formats.mail.calendar import add_entries
from ingest.formats.mail.headers import LONGEST, Letterhead
from ingest.formats.mail.message import file_name, parsed
from ingest.formats.mail.quoted_history import Letter
from ingest.formats.mail.signed import SEALS, opened
from kb.domain import Reading
from kb.errors import ParseFailed

_HEADERS = {
    "sender": "From",
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "date": "Date",
    "subject": "Subject",
    "message_id": "Message-ID",
}
_GUESSABLE = 200  # bytes; of fewer, a guess of their charset is worth nothing
_CALENDARS = ("text/calendar", "text/x-vcalendar", "text/vcard", "text/x-vcard")
_UNSHOWN = ("css", "javascript")
_LEFT_OUT = frozenset(
    (
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "message/delivery-status",
        "message/disposition-notification",
    )
)


def read_eml(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read an RFC 822 message. Raises `ParseFailed` ("encrypted") where its body is sealed."""
    content = Path(path).read_bytes()
    return mail_reading(parsed(content), len(content), options)


def mail_reading(
    message: EmailMessage, size: int, options: ParseOptions, *, head: Letterhead | None = None
) -> Reading:
    """The reading of a message that took `size` bytes; what was signed is read.

    `head` stands for the message's own headers where they lie elsewhere. Raises as `read_eml`.
    """
    message = opened(message, most_bytes=options.most_bytes)
    if message.get_content_type() in (*SEALS, "multipart/encrypted"):
        raise ParseFailed(
            "It is an encrypted message. Decrypt it in a mail program first.", "encrypted"
        )
    head = head or letterhead(message)
    letter = Letter()
    head.add_to(letter)
    bodies = _bodies(message)
    for part in bodies:
        if part.get_content_subtype() == "html":
            letter.add_page(_words(part))
        else:
            letter.add_text(_words(part))
    attachments = Attachments(options, size)
    pages = "".join(_words(one) for one in _texts(message) if one.get_content_subtype() == "html")
    for part in _attached(message, bodies):
        _take(attachments, part, pages)
    meetings = [
        meeting
        for part in _texts(message)
        if _is_calendar(part)
        for meeting in add_entries(letter, attachments, entries(_words(part)))
    ]
    attachments.add_to(letter)
    told = " ".join(one for one in (attachments.problem, head.problem) if one) or None
    reading = letter.reading("message/rfc822", title=head.title, problem=told)
    return replace(reading, parts=attachments.taken, facts=(*head.facts, *meetings))


def letterhead(message: EmailMessage) -> Letterhead:
    """The headers of a message, however malformed."""
    told = {field: _header(message, name) for field, name in _HEADERS.items()}
    answers = " ".join(_raw(message, name) for name in ("In-Reply-To", "References"))
    return Letterhead(**told, answers=answers)


def _header(message: EmailMessage, name: str) -> str:
    raw = _raw(message, name)
    try:
        if len(raw) <= LONGEST:  # the standard library takes minutes for thousands of addresses
            return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        pass  # it stumbles over some malformed addresses and dates
    raw = raw[: LONGEST + 1]
    try:
        return str(make_header(decode_header(raw)))
    except (ValueError, LookupError):
        return raw


def _raw(message: EmailMessage, name: str) -> str:
    """A header as it is written, "" where there is none."""
    return next(
        (str(value) for key, value in message.raw_items() if key.lower() == name.lower()), ""
    )


def _bodies(message: EmailMessage) -> list[EmailMessage]:
    """The text parts to show: of alternatives the plain one, if it says anything."""
    if not message.is_multipart():
        plain = message.get_content_maintype() == "text" and not _is_calendar(message)
        return [message] if plain and message.get_content_subtype() not in _UNSHOWN else []
    if message.get_content_type() == "message/rfc822":
        return []
    found = [_bodies(part) for part in _children(message) if not _is_attachment(part)]
    if message.get_content_type() == "multipart/alternative":
        found.sort(key=lambda some: bool(some) and some[0].get_content_subtype() != "plain")
        return next((some for some in found if any(_words(one).strip() for one in some)), [])
    return [one for some in found for one in some]


def _children(message: EmailMessage) -> list[EmailMessage]:
    payload = message.get_payload()
    return (
        [one for one in payload if isinstance(one, EmailMessage)] if message.is_multipart() else []
    )


def _is_attachment(part: EmailMessage) -> bool:
    return _disposition(part) == "attachment" or (
        bool(file_name(part)) and part.get_content_maintype() != "text"
    )


def _is_calendar(part: EmailMessage) -> bool:
    return part.get_content_type() in _CALENDARS


def _texts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Every text part of the message itself, of those that are alternatives all."""
    if message.get_content_maintype() == "text":
        yield message
    elif message.get_content_type() != "message/rfc822":
        for part in _children(message):
            if not _is_attachment(part):
                yield from _texts(part)


def _attached(message: EmailMessage, bodies: list[EmailMessage]) -> Iterator[EmailMessage]:
    """Every part that is neither shown, nor another form of what is shown, nor a container."""
    shown = {id(one) for one in bodies}
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        kind = part.get_content_type()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting[:0] = _children(part)
        elif id(part) in shown or kind in _LEFT_OUT:
            continue
        elif _is_attachment(part) or part.get_content_maintype() != "text":
            yield part


def _take(attachments: Attachments, part: EmailMessage, pages: str) -> None:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = next(iter(_children(part)), None)
        if inner is not None:
            subject = letterhead(inner).subject
            attachments.message(file_name(part) or subject, _as_bytes(inner))
        return
    name, content = file_name(part), _content(part)
    reference = str(part.get("Content-ID") or "").strip(" <>")
    attachments.file(
        name or f"unnamed.{part.get_content_subtype()}",
        content,
        picture=part.get_content_maintype() == "image" and _disposition(part) != "attachment",
        shown=bool(reference) and f"cid:{reference}" in pages,
    )


def _as_bytes(message: EmailMessage) -> bytes:
    try:
        return message.as_bytes(policy=email.policy.compat32)
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return message.as_string().encode("utf-8", "replace")


def _content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _words(part: EmailMessage) -> str:
    payload = _content(part)
    try:
        return payload.decode(part.get_content_charset() or "")
    except (LookupError, ValueError):
        if len(payload) < _GUESSABLE and not _is_utf8(payload):
            return payload.decode("cp1252", "replace")
        return decode(payload)


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _disposition(part: EmailMessage) -> str:
    try:
        return part.get_content_disposition() or ""
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""
