"""E-mail: RFC 822 messages by the standard library, Outlook's .msg by oxmsg.

The text is the headers a reader would look for, the body with its quoted
history, and the names of what was attached.
"""

import email
import email.policy
import re
from collections.abc import Iterable
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from oxmsg import Message

from ingest.elements import Draft, tidy
from ingest.formats.plain import decode
from ingest.formats.web import add_html
from ingest.options import DEFAULT, ParseOptions
from kb.domain import ElementKind, Reading
from kb.errors import ParseFailed

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_SEALS = (".rpmsg", ".p7m", ".pgp-encrypted")
_BLANK_LINE = re.compile(r"\n[ \t>]*\n\s*")


def read(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read an RFC 822 message. Raises `ParseFailed` ("encrypted") where its body is sealed."""
    content = Path(path).read_bytes()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = decode(content).lstrip("\ufeff").encode()
    first, _newline, rest = content.partition(b"\n")
    if first.strip().isdigit():  # Apple Mail writes the length of the message first
        content = rest
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if message.get_content_type() in ("application/pkcs7-mime", "multipart/encrypted"):
        raise ParseFailed(
            "It is an encrypted message. Decrypt it in a mail program first.", "encrypted"
        )
    draft = Draft()
    _add_headers(draft, [(name, _header(message, name)) for name in _HEADERS])
    _add_body(draft, message)
    _add_attachments(draft, _attachments(message))
    title = _title(*(_header(message, name) for name in ("Subject", "From", "Date")))
    return draft.reading("message/rfc822", title=title)


def read_outlook(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read an Outlook message. Raises `ParseFailed` ("encrypted") where its body is sealed."""
    message = Message.load(path)
    kept = {name.lower(): value for name, value in message.message_headers.items()}
    names = [one.file_name or "" for one in message.attachments]
    if "encrypted" in (message.message_class or "").lower() or (
        not (message.body or message.html_body) and any(name.endswith(_SEALS) for name in names)
    ):
        raise ParseFailed(
            "It is an encrypted message. Save a decrypted copy in Outlook first.", "encrypted"
        )
    people = ", ".join(f"{one.name} <{one.email_address}>" for one in message.recipients)
    date = str(message.sent_date or "")
    found = {
        "from": message.sender or "",
        "to": people,
        "date": date,
        "subject": message.subject or "",
    }
    draft = Draft()
    _add_headers(draft, [(n, kept.get(n.lower()) or found.get(n.lower(), "")) for n in _HEADERS])
    if message.body:
        _add_text(draft, message.body)
    elif message.html_body:
        add_html(draft, message.html_body)
    _add_attachments(draft, names)
    title = _title(message.subject or "", message.sender or "", date)
    return draft.reading("application/vnd.ms-outlook", title=title)


def _add_headers(draft: Draft, headers: Iterable[tuple[str, str]]) -> None:
    gap = "\n\n"
    for name, value in headers:
        words = " ".join(tidy(value).split())
        if words:
            draft.add(ElementKind.PARAGRAPH, f"{name}: {words}", gap=gap)
            gap = "\n"


def _title(subject: str, sender: str, date: str) -> str:
    """The subject with who wrote and when, which is how a mail is remembered."""
    name, address = parseaddr(sender)
    try:
        day = f"{parsedate_to_datetime(date):%d %B %Y}".lstrip("0")
    except (ValueError, TypeError, IndexError):
        day = ""
    told = ", ".join(part for part in (name or address, day) if part)
    return f"{subject} ({told})" if subject and told else subject or told


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):
        # the standard library stumbles over some malformed addresses and dates
        raw = next(
            (str(value) for key, value in message.raw_items() if key.lower() == name.lower()), ""
        )
        try:
            return str(make_header(decode_header(raw)))
        except (ValueError, LookupError):
            return raw


def _add_body(draft: Draft, message: EmailMessage) -> None:
    for part in _bodies(message):
        words = _words(part)
        if part.get_content_subtype() == "html":
            add_html(draft, words)
        else:
            _add_text(draft, words)


def _bodies(message: EmailMessage) -> list[EmailMessage]:
    """The text parts to show: of alternatives the plain one, if it says anything."""
    if not message.is_multipart():
        return [message] if message.get_content_maintype() == "text" else []
    parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    if message.get_content_type() == "message/rfc822":
        return []
    found = [_bodies(part) for part in parts if not _is_attachment(part)]
    if message.get_content_type() == "multipart/alternative":
        found.sort(key=lambda some: bool(some) and some[0].get_content_subtype() != "plain")
        return next((some for some in found if any(_words(one).strip() for one in some)), [])
    return [one for some in found for one in some]


def _is_attachment(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or (
        part.get_filename() is not None and part.get_content_maintype() != "text"
    )


def _words(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or ""
    try:
        return payload.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return decode(payload)


def _add_text(draft: Draft, body: str) -> None:
    for paragraph in _BLANK_LINE.split(tidy(body)):
        draft.add(ElementKind.PARAGRAPH, paragraph)


def _attachments(message: EmailMessage) -> list[str]:
    return [
        part.get_filename() or "message"
        for part in message.walk()
        if isinstance(part, EmailMessage)
        and (part.get_filename() or part.get_content_type() == "message/rfc822")
    ]


def _add_attachments(draft: Draft, names: Iterable[str]) -> None:
    listed = ", ".join(name for name in names if name)
    if listed:
        draft.add(ElementKind.PARAGRAPH, f"Attachments: {listed}")
