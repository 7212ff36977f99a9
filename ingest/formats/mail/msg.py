"""Outlook's .msg, by oxmsg."""

import email.policy
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import cast

from oxmsg import Message
from oxmsg.attachment import Attachment
from oxmsg.domain import constants
from oxmsg.domain.model import StorageT
from oxmsg.storage import Storage

from ingest.formats.base.encodings import decode
from ingest.formats.base.envelope import unwrapped
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.mail.attachments import Attachments
from ingest.formats.mail.eml import mail_reading
from ingest.formats.mail.headers import Letterhead
from ingest.formats.mail.message import parsed
from ingest.formats.mail.outlook_message import GUESSED, OutlookMessage
from ingest.formats.mail.outlook_rich_text import unpacked
from ingest.formats.mail.quoted_history import Letter
from ingest.formats.mail.signed import is_entity
from kb.domain import Reading
from kb.errors import ParseFailed

_MEDIA_TYPE = "application/vnd.ms-outlook"
_SEALS = (".rpmsg", ".p7m", ".pgp-encrypted")
_EMBEDDED = "__substg1.0_3701000D"
"""PidTagAttachDataObject: a message attached as Outlook keeps it ([MS-OXMSG] 2.2.2.1)."""
_RECIPIENT_TYPE = 0x0C15


Words = Callable[[bytes], str]
"""What the source of Rich Text says."""


def _unread(_: bytes) -> str:
    return ""


def read_msg(
    path: str, _: str, options: ParseOptions = DEFAULT, *, rich_text: Words = _unread
) -> Reading:
    """Read an Outlook message. Raises `ParseFailed` ("encrypted") where its body is sealed.

    `rich_text` reads a body that is kept as Rich Text alone.
    """
    message = OutlookMessage.load(path)
    assert isinstance(message, OutlookMessage)
    page = _page(message)
    size = Path(path).stat().st_size
    head = _letterhead(message)
    if not (message.body or page).strip() or "smime" in (message.message_class or "").lower():
        signed = _signed(message, options)
        if signed is not None:
            reading = mail_reading(signed, size, options, head=head)
            return replace(reading, media_type=_MEDIA_TYPE)
    _refuse_sealed(message, page)
    letter = Letter()
    head.add_to(letter)
    if message.body:
        letter.add_text(message.body)
    elif page:
        letter.add_page(page)
    else:
        letter.add_text(_rich_body(message, rich_text))
    attachments = Attachments(options, size)
    for one in message.attachments:
        _take(attachments, one, page, rich_text)
    attachments.add_to(letter)
    told = (attachments.problem, head.problem, GUESSED if message.words.guessed else None)
    problem = " ".join(one for one in told if one) or None
    reading = letter.reading(_MEDIA_TYPE, title=head.title, problem=problem)
    return replace(reading, parts=attachments.taken, facts=head.facts)


def _refuse_sealed(message: Message, page: str) -> None:
    names = [_name(one) for one in message.attachments]
    if "encrypted" in (message.message_class or "").lower() or (
        not (message.body or page) and any(name.endswith(_SEALS) for name in names)
    ):
        raise ParseFailed(
            "It is an encrypted message. Save a decrypted copy in Outlook first.", "encrypted"
        )


def _signed(message: Message, options: ParseOptions) -> EmailMessage | None:
    """What was signed: Outlook keeps the whole of it as the one attachment ([MS-OXOSMIME] 2)."""
    for one in message.attachments:
        content = one.file_bytes or b""
        if not _name(one).lower().endswith((".p7m", ".p7z")):
            continue
        inner = content if is_entity(content) else unwrapped(content, most_bytes=options.most_bytes)
        if inner:
            return parsed(inner)
    return None


def _letterhead(message: Message) -> Letterhead:
    kept = {name.lower(): str(value) for name, value in message.message_headers.items()}
    sent = message.sent_date
    to, cc, bcc = _recipients(message)
    reply = (
        kept.get("in-reply-to") or _said(message, constants.PID_IN_REPLY_TO_ID),
        kept.get("references") or _said(message, constants.PID_INTERNET_REFERENCES),
    )
    return Letterhead(
        sender=kept.get("from") or message.sender or _said(message, constants.PID_SENDER_NAME),
        to=kept.get("to") or to,
        cc=kept.get("cc") or cc,
        bcc=kept.get("bcc") or bcc,
        date=kept.get("date") or (format_datetime(sent) if sent else ""),
        subject=kept.get("subject") or message.subject or "",
        message_id=kept.get("message-id") or _said(message, constants.PID_INTERNET_MESSAGE_ID),
        answers=" ".join(reply),
    )


def _recipients(message: Message) -> tuple[str, str, str]:
    """Those of To, Cc and Bcc, each as one line."""
    lines: tuple[list[str], list[str], list[str]] = ([], [], [])
    for one in message.recipients:
        kind = one.properties.int_prop_value(_RECIPIENT_TYPE) or 1
        address = one.email_address
        line = f"{one.name} <{address}>" if address and address != one.name else one.name
        lines[kind - 1 if kind in (1, 2, 3) else 0].append(line)
    return ", ".join(lines[0]), ", ".join(lines[1]), ", ".join(lines[2])


def _said(message: Message, property_id: int) -> str:
    return message.properties.str_prop_value(property_id) or ""


def _page(message: Message) -> str:
    try:
        return message.html_body or ""
    except (LookupError, ValueError):
        return decode(message.properties.binary_prop_value(constants.PID_HTML) or b"")


def _rich_body(message: Message, rich_text: Words) -> str:
    """The body of a message that has it as Rich Text alone."""
    packed = message.properties.binary_prop_value(constants.PID_RTF_COMPRESSED)
    return rich_text(unpacked(packed)) if packed else ""


def _name(attachment: Attachment) -> str:
    properties = attachment.properties
    found = attachment.file_name or properties.str_prop_value(constants.PID_ATTACH_FILENAME)
    return found or properties.str_prop_value(constants.PID_DISPLAY_NAME) or "unnamed"


def _take(attachments: Attachments, attachment: Attachment, page: str, rich_text: Words) -> None:
    inside = cast(Storage, attachment._storage)  # it has no other way to an attached message
    found = next((one for one in inside.storages if one.name == _EMBEDDED), None)
    if found is not None:
        message = OutlookMessage(cast(StorageT, found), attached=True)
        attachments.message(
            message.subject or _name(attachment), bytes(_as_mail(message, rich_text))
        )
        return
    reference = attachment.properties.str_prop_value(constants.PID_ATTACH_CONTENT_ID)
    attachments.file(
        _name(attachment),
        attachment.file_bytes or b"",
        picture=(attachment.mime_type or "").startswith("image/") and bool(reference),
        shown=bool(reference) and f"cid:{reference}" in page,
    )


def _as_mail(message: Message, rich_text: Words = _unread) -> EmailMessage:
    """An attached message in the common form, so that it can be a file of its own."""
    head = _letterhead(message)
    mail = EmailMessage(email.policy.SMTP)
    for name, value in (
        ("From", head.sender),
        ("To", head.to),
        ("Cc", head.cc),
        ("Bcc", head.bcc),
        ("Date", head.date),
        ("Subject", head.subject),
        ("Message-ID", head.message_id),
        ("References", head.answers),
    ):
        if value.strip():
            with suppress(ValueError, IndexError, AttributeError):  # malformed addresses
                mail[name] = " ".join(value.split())
    page = _page(message)
    if page and not message.body:
        mail.set_content(page, subtype="html")
    else:
        mail.set_content(message.body or _rich_body(message, rich_text))
    for one in message.attachments:
        storages = cast(Storage, one._storage).storages
        found = next((inner for inner in storages if inner.name == _EMBEDDED), None)
        if found is not None:
            inside = OutlookMessage(cast(StorageT, found), attached=True)
            mail.add_attachment(_as_mail(inside, rich_text))
        else:
            kind, _, subtype = (one.mime_type or "").partition("/")
            mail.add_attachment(
                one.file_bytes or b"",
                maintype=kind
                if subtype and kind not in ("multipart", "message")
                else "application",
                subtype=subtype or "octet-stream",
                filename=_name(one),
            )
    return mail
