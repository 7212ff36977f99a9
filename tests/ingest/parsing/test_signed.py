"""What was signed is read; what is encrypted is not, and says so."""

import base64
import zlib
from pathlib import Path

import pytest

from ingest.formats.base.envelope import is_envelope, unwrapped
from ingest.formats.base.options import ParseOptions
from ingest.formats.mail.outlook_message import Words
from ingest.parsing.dispatch import read_file
from kb.errors import ParseFailed

DATA = bytes.fromhex("06092a864886f70d010701")
SIGNED = bytes.fromhex("06092a864886f70d010702")
SEALED = bytes.fromhex("06092a864886f70d010703")
COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
BODY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe agency grants the request.\r\n"
MOST = 1 << 20


def tlv(tag: int, *content: bytes) -> bytes:
    """An element with its length, as DER has it."""
    whole = b"".join(content)
    size = len(whole)
    if size < 0x80:
        return bytes((tag, size)) + whole
    said = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(said))) + said + whole


def open_ended(tag: int, *content: bytes) -> bytes:
    """An element that does not say its length, as streaming programs write it."""
    return bytes((tag, 0x80)) + b"".join(content) + b"\0\0"


def signed(content: bytes) -> bytes:
    inner = tlv(0x30, DATA, tlv(0xA0, tlv(0x04, content)))
    algorithms = tlv(0x31, tlv(0x30, bytes.fromhex("0609608648016503040201")))
    return tlv(0x30, SIGNED, tlv(0xA0, tlv(0x30, b"\x02\x01\x01", algorithms, inner)))


def streamed(content: bytes) -> bytes:
    pieces = [tlv(0x04, content[at : at + 20]) for at in range(0, len(content), 20)]
    half = len(pieces) // 2
    octets = open_ended(0x24, open_ended(0x24, *pieces[:half]), *pieces[half:])
    inner = open_ended(0x30, DATA, open_ended(0xA0, octets))
    body = open_ended(0x30, b"\x02\x01\x01", open_ended(0x31, tlv(0x30)), inner)
    return open_ended(0x30, SIGNED, open_ended(0xA0, body))


def sealed(_: bytes) -> bytes:
    return tlv(0x30, SEALED, tlv(0xA0, tlv(0x30, b"\x02\x01\x00", tlv(0x31))))


def mail(content: bytes, kind: str = "application/pkcs7-mime; name=smime.p7m") -> bytes:
    head = "From: ann@doyle.example\nTo: bo@katz.example\nSubject: Grant\nMIME-Version: 1.0\n"
    head += f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\n"
    return head.encode() + base64.encodebytes(content)


def read(tmp_path: Path, name: str, content: bytes) -> tuple[str, list[str]]:
    (tmp_path / "in").write_bytes(content)
    (tmp_path / "out").mkdir(exist_ok=True)
    reading = read_file(str(tmp_path / "in"), name, ParseOptions(scratch=str(tmp_path / "out")))
    return reading.text, [one.name for one in reading.parts]


@pytest.mark.parametrize("wrap", [signed, streamed])
@pytest.mark.parametrize(
    "kind",
    [
        "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
        "application/x-pkcs7-mime",
        'application/octet-stream; name="smime.p7m"',
    ],
)
def test_a_signed_mail_reads_as_what_was_signed(tmp_path: Path, wrap: object, kind: str) -> None:
    assert callable(wrap)
    text, parts = read(tmp_path, "a.eml", mail(wrap(BODY), kind))
    assert text.endswith("Subject: Grant\n\nThe agency grants the request.")
    assert parts == []


def test_a_mail_signed_twice_and_with_an_attachment_gives_both(tmp_path: Path) -> None:
    attached = (
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nSee the list.\n--x\n"
        b'Content-Type: text/csv; name="list.csv"\nContent-Disposition: attachment\n\na,b\n--x--\n'
    )
    outer = b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n"
    text, parts = read(
        tmp_path, "a.eml", mail(signed(outer + base64.encodebytes(signed(attached))))
    )
    assert "See the list." in text
    assert parts == ["list.csv"]


def test_an_encrypted_mail_is_refused_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(ParseFailed, match="encrypted message") as caught:
        read(tmp_path, "a.eml", mail(sealed(BODY)))
    assert caught.value.code == "encrypted"
    with pytest.raises(ParseFailed, match="encrypted message"):
        read(tmp_path, "a.eml", mail(signed(mail(sealed(BODY)))))


@pytest.mark.parametrize("armoured", [False, True])
def test_a_signed_file_gives_what_was_signed(tmp_path: Path, armoured: bool) -> None:
    content = signed(b"%PDF-1.4 anything")
    if armoured:
        content = (
            b"-----BEGIN PKCS7-----\n" + base64.encodebytes(content) + b"-----END PKCS7-----\n"
        )
    text, parts = read(tmp_path, "deed.pdf.p7m", content)
    assert (text, parts) == ("Signed file: deed.pdf", ["deed.pdf"])
    assert (tmp_path / "out" / "0001").read_bytes() == b"%PDF-1.4 anything"


def test_a_signed_mail_alone_is_a_mail_inside(tmp_path: Path) -> None:
    assert read(tmp_path, "smime.p7m", signed(BODY))[1] == ["smime.eml"]


def test_a_signature_alone_is_said_to_be_one(tmp_path: Path) -> None:
    alone = tlv(0x30, b"\x02\x01\x01", tlv(0x31), tlv(0x30, DATA))
    with pytest.raises(ParseFailed, match="signature alone"):
        read(tmp_path, "deed.p7s", tlv(0x30, SIGNED, tlv(0xA0, alone)))


def test_compressed_content_is_unpacked_within_its_limit() -> None:
    inner = tlv(0x30, DATA, tlv(0xA0, tlv(0x04, zlib.compress(bytes(1000)))))
    whole = tlv(0x30, COMPRESSED, tlv(0xA0, tlv(0x30, b"\x02\x01\x00", tlv(0x30), inner)))
    assert is_envelope(whole)
    assert unwrapped(whole, most_bytes=MOST) == bytes(1000)
    assert unwrapped(whole, most_bytes=999) is None


def test_no_bytes_make_the_reading_of_an_envelope_fail() -> None:
    whole = streamed(BODY)
    for at in range(len(whole)):
        unwrapped(whole[:at], most_bytes=MOST)
        for other in (0x00, 0x24, 0x80, 0xFF):
            unwrapped(whole[:at] + bytes((other,)) + whole[at + 1 :], most_bytes=MOST)


class Told:
    """A storage of one subject in a code page that nobody knows."""

    properties_stream_bytes = bytes(32) + b"".join(
        (
            b"\x03\0\xfd\x3f" + bytes(4) + (99_999).to_bytes(4, "little") + bytes(4),
            b"\x1e\0\x37\0" + bytes(12),
        )
    )

    def property_stream_bytes(self, _: int, __: int) -> bytes:
        return "Résumé".encode("cp1252")


def test_an_unknown_code_page_costs_no_words_and_is_noted() -> None:
    words = Words(Told(), properties_header_offset=32)
    assert words.str_prop_value(0x37) == "Résumé"
    assert words.guessed
