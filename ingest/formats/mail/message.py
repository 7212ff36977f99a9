"""From bytes to a message of the standard library, and the name of a part of it."""

import email
import email.policy
from email.message import EmailMessage

from ingest.formats.base.encodings import decode


def parsed(content: bytes) -> EmailMessage:
    """The message in `content`, in UTF-16 too, and with the first line that Apple Mail adds."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:2]:
        content = decode(content).lstrip("\ufeff").encode()
    first, _newline, rest = content.partition(b"\n")
    if first.strip().isdigit():  # Apple Mail writes the length of the message first
        content = rest[: int(first)] or rest  # and a property list after it
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def file_name(part: EmailMessage) -> str:
    """The name that a part of a mail has as a file, "" where it has none."""
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""
