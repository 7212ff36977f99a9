"""Signed mails (RFC 8551) with what was signed in its place, and signed files (.p7m).

No signature is checked.
"""

import re
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path, PurePath

from ingest.formats.base.elements import Draft
from ingest.formats.base.envelope import unwrapped
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.parts import Parts, TooMuch, shown
from ingest.formats.mail.message import file_name, parsed
from kb.domain import ElementKind, Reading
from kb.errors import ParseFailed

SEALS = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_USUAL = re.compile(r"(?:smime|encrypted|message)?(?:\.p7[mz])?", re.IGNORECASE)
_HEADER = re.compile(rb"[\w-]{2,60}:")
_ENTITY_HEAD = 1 << 14  # bytes in which the headers of a mail's part end
_DEEPEST = 8  # envelopes in each other


def opened(message: EmailMessage, *, most_bytes: int) -> EmailMessage:
    """`message` with all that was signed or compressed in the place of its envelope.

    What is encrypted, and what lies in more than some envelopes, stays as it is.
    """
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        if part.get_content_type() == "message/rfc822":
            continue
        if part.is_multipart():
            inner = part.get_payload()
            waiting += [(one, depth) for one in inner if isinstance(one, EmailMessage)]
        elif depth < _DEEPEST and _is_seal(part):
            payload = part.get_payload(decode=True)
            content = (
                unwrapped(payload, most_bytes=most_bytes) if isinstance(payload, bytes) else None
            )
            if content and (is_entity(content) or part is message):
                _put_in_place(part, parsed(content))
                waiting.append((part, depth + 1))
    return message


def is_entity(content: bytes) -> bool:
    """Whether bytes begin with the headers of a mail's part."""
    told = False
    for line in content[:_ENTITY_HEAD].lstrip().splitlines():
        if not line.strip():
            return told
        if line[:1] not in (b" ", b"\t") and not _HEADER.match(line):
            return False
        told = told or line[:8].lower() == b"content-"
    return False


def read_signed(path: str, name: str, options: ParseOptions = DEFAULT) -> Reading:
    """A signed file: its name, and what was signed as a part.

    Raises `ParseFailed`: "encrypted", or "unsupported" for a signature without its file.
    """
    content = Path(path).read_bytes()
    inner = unwrapped(content, most_bytes=options.most_bytes)
    if inner is None:
        raise ParseFailed(
            "It is encrypted, or damaged. Decrypt it in the program that it came from first.",
            "encrypted",
        )
    if not inner:
        raise ParseFailed(
            "It is a signature alone. Add the file that it belongs to.", "unsupported"
        )
    inside = PurePath(shown(name)).name
    inside = inside[:-4] if inside.lower().endswith((".p7m", ".p7s", ".p7z")) else inside
    if is_entity(inner):
        inside = f"{inside.removesuffix('.eml')}.eml"
    draft = Draft()
    draft.add(ElementKind.PARAGRAPH, f"Signed file: {inside}")
    parts = Parts(options, len(content))
    if parts.wanted:
        try:
            parts.take(inside, [inner])
        except TooMuch as limit:
            parts.end(str(limit))
    reading = draft.reading("application/pkcs7-mime", problem=parts.problem)
    return replace(reading, parts=parts.taken)


def _is_seal(part: EmailMessage) -> bool:
    """Whether a part of a mail is an envelope about what would be shown, and no file."""
    kind, name = part.get_content_type(), file_name(part)
    named = name.lower().endswith((".p7m", ".p7z"))
    sealed = kind in SEALS or (kind == "application/octet-stream" and named)
    return sealed and bool(_USUAL.fullmatch(name))


def _put_in_place(part: EmailMessage, entity: EmailMessage) -> None:
    """Make `part` the `entity` that was inside its envelope."""
    for name in {name for name in part if name.lower().startswith("content-")}:
        del part[name]
    for name, value in entity.raw_items():
        if name.lower().startswith("content-"):
            part.set_raw(name, value)
    part.set_payload(entity.get_payload())
