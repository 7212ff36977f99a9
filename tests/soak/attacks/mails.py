"""Mails and mailboxes made to take long."""

import struct
from base64 import encodebytes
from collections.abc import Mapping

from tests.soak.attacks.base import Attack, Make, counted, nested, text
from tests.soak.attacks.compound import compound

_HEAD = "From: Ann <ann@a.example>\nTo: Bob <bob@b.example>\nSubject: The rent\n"
_DATE = "Date: Mon, 1 Jun 2020 10:00:00 +0000\n"
_MIXED = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
_BODY = "\nThe rent is due.\n"
_HTML = "Content-Type: text/html; charset=utf-8\n\n"


def _parts(unit: Make) -> Make:
    """A mail of the parts that `unit` gives."""
    return lambda n: f"{_HEAD}{_MIXED}".encode() + unit(n) + b"--b--\n"


def _attached(name: str, content: str, kind: str = "text/plain") -> str:
    return (
        f"--b\nContent-Type: {kind}\nContent-Disposition: attachment; "
        f'filename="{name}"\n\n{content}\n'
    )


def _nested_parts(n: int) -> bytes:
    """Multipart in multipart, `n` deep."""
    opened = "".join(
        f'--b{k}\nContent-Type: multipart/mixed; boundary="b{k + 1}"\n\n' for k in range(n)
    )
    return f'{_HEAD}Content-Type: multipart/mixed; boundary="b0"\n\n{opened}'.encode() + (
        f"--b{n}\n{_BODY}".encode()
    )


def _packed(n: int) -> bytes:
    """An attachment of `n` bytes in Base64, that is said to be a PDF."""
    return (
        _attached("a.pdf", encodebytes(b"%PDF-1.4 " + b"\0" * n).decode())
        .replace("\n\n", "\nContent-Transfer-Encoding: base64\n\n", 1)
        .encode()
    )


def _properties(streams: Mapping[str, bytes], head: int) -> bytes:
    """What a message's folder says of its streams: tag and size of each, after `head` bytes."""
    told = b"\0" * head
    for name, content in streams.items():
        tag = int(name.removeprefix("__substg1.0_"), 16)
        told += struct.pack("<IIII", tag, 6, len(content) + 2 * (tag & 0xFFFF == 0x1F), 0)
    return told


def _wide(**words: str) -> dict[str, bytes]:
    """Streams of text by their property's number, which follows a `p`."""
    return {f"__substg1.0_{n[1:]}001F": told.encode("utf-16-le") for n, told in words.items()}


def _message(recipients: int = 1, attachments: int = 0, body: str = "The rent is due.") -> bytes:
    """An Outlook message with so many recipients and attachments."""
    own = _wide(p001A="IPM.Note", p0037="The rent", p1000=body)
    streams = {
        "__properties_version1.0": _properties(own, 32),
        **{f"__nameid_version1.0/__substg1.0_000{k}0102": b"" for k in (2, 3, 4)},
        **own,
    }
    folders = {
        f"__recip_version1.0_#{n:08X}": _wide(p3001=f"Bob {n}", p39FE=f"b{n}@b.example")
        for n in range(recipients)
    }
    for n in range(attachments):
        words = _wide(p3707=f"a{n}.txt") | {"__substg1.0_37010102": f"Rent {n % 50}.".encode()}
        folders[f"__attach_version1.0_#{n:08X}"] = words
    for folder, held in folders.items():
        streams[f"{folder}/__properties_version1.0"] = _properties(held, 8)
        streams |= {f"{folder}/{name}": content for name, content in held.items()}
    return compound(streams)


ATTACKS = (
    Attack("recipients", ".eml", counted(
        lambda n: f"Person {n} <p{n}@a.example>", "From: a@b\nSubject: x\nTo: ", _BODY, ",\n "
    )),
    Attack("references", ".eml", counted(
        lambda n: f"<{n}@a>", f"{_HEAD}References: ", _BODY, "\n "
    )),
    Attack("headers", ".eml", counted(lambda n: f"X-Rent-{n}: a\n", _HEAD, _BODY)),
    Attack("long-header", ".eml", text("rent ", f"{_HEAD}Thread-Topic: ", _BODY), 6),
    Attack("long-subject", ".eml", text("rent ", f"From: a@b\n{_DATE}Subject: ", _BODY), 6),
    Attack("folded", ".eml", text(" rent\n", f"{_HEAD}Comments: a\n", _BODY)),
    Attack("encoded-words", ".eml", text(
        "=?utf-8?q?r=C3=A9nt?= ", f"From: a@b\n{_DATE}Subject: ", _BODY
    )),
    Attack("address-comments", ".eml", nested(
        "(", ")", before="From: a@b\nSubject: x\nTo: c@d ", inside="a", after=_BODY
    )),
    Attack("address-groups", ".eml", text("a:b,<", f"From: a@b\n{_DATE}To: ", _BODY)),
    Attack("parameters", ".eml", counted(
        lambda n: f"; a*{n}*=b", f"{_HEAD}Content-Type: text/plain", _BODY
    )),
    Attack("parts", ".eml", _parts(text(f"--b\nContent-Type: text/plain\n{_BODY}"))),
    Attack("attachments", ".eml", _parts(counted(
        lambda n: _attached(f"a{n}.txt", f"The rent {n % 50}.")
    )), 4),
    Attack("same-names", ".eml", _parts(text(_attached("a.txt", "The rent."))), 5),
    Attack("large-attachment", ".eml", _parts(_packed), 7),
    Attack("nested-parts", ".eml", _nested_parts, 4),
    Attack("nested-mails", ".eml", text(
        f"{_HEAD}Content-Type: message/rfc822\n\n", after=f"{_HEAD}{_BODY}"
    ), 4),
    Attack("open-boundary", ".eml", _parts(text("--b\n"))),
    Attack("quoted-printable", ".eml", text(
        "=\n", f"{_HEAD}Content-Transfer-Encoding: quoted-printable\n\nrent", "=C3=A9"
    ), 6),
    Attack("history", ".eml", counted(
        lambda n: f"{'>' * min(n, 60)} On 1 June 2020, Ann <a@b> wrote:\n", f"{_HEAD}{_BODY}"
    )),
    Attack("replies", ".eml", text(
        f"\n-----Original Message-----\n{_HEAD}\nThe rent is due.\n", f"{_HEAD}{_BODY}"
    )),
    Attack("quote-marks", ".eml", text(">", f"{_HEAD}{_BODY}", " rent"), 6),
    Attack("html", ".eml", nested(
        "<blockquote><div>", "</div></blockquote>", before=f"{_HEAD}{_HTML}<p>The rent."
    )),
    Attack("messages", ".mbox", counted(
        lambda n: f"From a@b Mon Jun  1 10:00:{n % 60:02} 2020\n{_HEAD}{_DATE}{_BODY}{n % 90}\n"
    ), 4),
    Attack("false-starts", ".mbox", text(
        "\nFrom a@b Mon Jun  1 10:00:00 2020\n",
        f"From a@b Mon Jun  1 10:00:00 2020\n{_HEAD}{_DATE}{_BODY}",
    )),
    Attack("recipients", ".msg", lambda n: _message(recipients=n), 4),
    Attack("attachments", ".msg", lambda n: _message(attachments=n), 4),
    Attack("body", ".msg", lambda n: _message(body="The rent is due.\r\n" * n)),
)  # fmt: skip
