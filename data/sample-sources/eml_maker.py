"""E-mail messages, some with attachments that are built from sources as well."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

from markup import Source

HEADERS = ("From", "To", "Cc", "Date", "Subject", "Message-ID", "In-Reply-To", "References")
TYPES = {
    ".csv": "text/csv",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def media_type(name: str) -> tuple[str, str]:
    """The main and the sub type of an attachment."""
    suffix = name[name.rindex(".") :]
    found = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    main, _, sub = found.partition("/")
    return main, sub


def render(source: Source, attachment: Callable[[str], bytes]) -> bytes:
    """The message of a source; ``attachment`` gives the bytes of a named attachment source."""
    message = EmailMessage(policy=SMTP)
    for header in HEADERS:
        if header.lower() in source.meta:
            message[header] = source.meta[header.lower()]
    message.set_content(source.body, charset="utf-8", cte="quoted-printable")
    if "attach" in source.meta:
        name, _, origin = source.meta["attach"].partition(" from ")
        main, sub = media_type(name)
        message.add_attachment(attachment(origin), maintype=main, subtype=sub, filename=name)
        message.set_boundary("=-=part-" + source.meta["message-id"].strip("<>").split("@")[0])
    return message.as_bytes()
