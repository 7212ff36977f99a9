"""Mails, mailboxes and archives whose every part carries a word of its own."""

import base64
import email
import io
import tarfile
from collections.abc import Iterator
from email.message import Message

from tests.ingest.walk.walking import Sample, packed, picture

_HEAD = (
    "From: zqsender <a@x.com>\r\nTo: zqto <b@x.com>\r\nCc: zqcc <c@x.com>\r\n"
    "Bcc: zqbcc <d@x.com>\r\nX-Mailer: zqprogram\r\nMIME-Version: 1.0\r\n"
    "Reply-To: zqreplyto <e@x.com>\r\nSubject: zqsubject\r\n"
    "Date: Mon, 4 Mar 2024 10:00:00 +0000\r\n"
)
_CALENDAR = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20240304T100000Z\r\nSUMMARY:zqmeeting\r\n"
    "DESCRIPTION:zqagenda\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def _base64(kind: str, content: bytes, *, more: str = "") -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n"
    return head.encode() + base64.encodebytes(content)


def _several(kind: str, *parts: bytes, mark: str) -> bytes:
    head = f"Content-Type: multipart/{kind}; boundary={mark}\r\n\r\n".encode()
    return (
        head
        + b"".join(b"\r\n--%s\r\n" % mark.encode() + one for one in parts)
        + (b"\r\n--%s--\r\n" % mark.encode())
    )


def _text(kind: str, words: str) -> bytes:
    return f"Content-Type: {kind}; charset=utf-8\r\n\r\n{words}\r\n".encode()


_LOGO = picture(20, size=(16, 16))
_LETTER = _several(
    "mixed",
    _several(
        "alternative",
        _text("text/plain", "zqplain\r\n\r\n> zqquoted"),
        _several(
            "related",
            _text("text/html", "<p>zqplain</p><img src='cid:1'>"),
            _base64("image/png; name=zqlogo.png", _LOGO, more="Content-ID: <1>\r\n"),
            mark="r",
        ),
        _text("text/calendar", _CALENDAR),
        mark="a",
    ),
    _text("text/plain", "zqsecond"),
    _base64("application/pdf; name=exhibit.pdf", b"%PDF zqexhibit"),
    _base64(
        "text/plain; name=list.txt",
        b"zqlist",
        more="Content-Disposition: attachment; filename=list.txt\r\n",
    ),
    _base64("application/ms-tnef; name=winmail.dat", b"zqwinmail"),
    _base64("application/octet-stream", b"zqunnamed"),
    b"Content-Type: message/rfc822\r\n\r\nFrom: f@x.com\r\nSubject: zqinner\r\n\r\nzqforwarded\r\n",
    b"Content-Type: message/delivery-status\r\n\r\nDiagnostic-Code: zqstatus\r\n",
    _text("text/rfc822-headers", "Subject: zqreturned"),
    _base64("application/pgp-signature; name=signature.asc", b"zqsignature"),
    mark="m",
)


def _parts(message: Message, place: str = "") -> Iterator[tuple[str, bytes]]:
    """Every part of a message that is no container; an attached message is one."""
    kind = message.get_content_type()
    inner = message.get_payload()
    if isinstance(inner, list) and message.get_content_maintype() == "multipart":
        for number, part in enumerate(inner, start=1):
            yield from _parts(part, f"{place}{number}.")
    elif isinstance(inner, list):
        yield f"{place} {kind}", "".join(map(str, inner)).encode()
    else:
        content = message.get_payload(decode=True)
        yield message.get_filename() or f"{place} {kind}", bytes(content or b"")


def mail() -> Sample:
    content = _HEAD.encode() + _LETTER
    members = dict(_parts(email.message_from_bytes(content)))
    members["headers"] = _HEAD.encode()
    members["names"] = b"zqlogo"
    return Sample(
        "walk.eml",
        content,
        members,
        wordless={r"zqlogo\.png": "a picture too small to be taken out, and named in the text"},
        unread={
            "zqreplyto": "a header that a reader does not look for",
            "zqprogram": "the same",
            "zqstatus": "what a server says of delivery; the part before it says it in words",
            "zqsignature": "a signature",
        },
    )


def archived_page() -> Sample:
    """A page of the web with its pictures and frames in one file."""
    shown = picture(21, "BMP", size=(900, 900))
    content = b"From: <Saved>\r\nSubject: zqtitle\r\nMIME-Version: 1.0\r\n" + _several(
        "related",
        _text("text/html", "<p>zqpage</p>"),
        _text("text/html", "<p>zqframe</p>"),
        _text("text/css", "p{} /* zqstyle */"),
        _base64("image/bmp", shown, more="Content-Location: http://x/a.bmp\r\n"),
        mark="m",
    )
    members = dict(_parts(email.message_from_bytes(content)))
    return Sample("walk.mht", content, members, wordless={r".*text/css": "how words look"})


def mailbox() -> Sample:
    letters = [
        f"From: a@x.com\nDate: Mon, 4 Mar 2024 10:00:00 +0000\nSubject: s\n\nzq{name}\n".encode()
        for name in ("first", "last")
    ]
    line = b"From a@x.com Mon Mar  4 10:00:00 2024\n"
    content = b"\n".join(line + one for one in letters)
    return Sample("walk.mbox", content, dict(zip("12", letters, strict=True)))


_FILES = {
    "a/one.txt": b"zqone",
    "two.txt": b"zqtwo",
    ".hidden": b"zqdot",
    "__MACOSX/._one": b"zqmac",
}
_SYSTEM = {r"\.hidden|__MACOSX/.*": "what systems leave behind"}


def zipped_files() -> Sample:
    return Sample("walk.zip", packed(_FILES), _FILES, wordless=_SYSTEM)


def tarred_files() -> Sample:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for name, content in _FILES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "two.txt"
        archive.addfile(link)
    members = {**_FILES, "link.txt": b""}
    return Sample("walk.tar.gz", made.getvalue(), members, wordless=_SYSTEM)
