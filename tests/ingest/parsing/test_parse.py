import zipfile
from pathlib import Path

import docx
import pytest

from ingest.parsing.parse import parse
from kb.domain import ElementKind
from kb.errors import LimitExceeded, ParseFailed, TooLarge
from kb.sandbox.pool import Pool
from kb.settings import Settings
from tests.documents import LEASE, write_pdf

SETTINGS = Settings(max_file_mb=1)


def test_a_pdf_comes_back_from_the_child_as_a_reading(tmp_path: Path, pool: Pool) -> None:
    path = write_pdf(tmp_path / "3f2a", [LEASE])
    reading = parse(path, "lease.pdf", pool, SETTINGS)
    assert reading.media_type == "application/pdf"
    assert len(reading.pages) == 1
    assert reading.title == "LEASE AGREEMENT"


def test_a_word_document_is_known_by_its_content_whatever_its_name(
    tmp_path: Path, pool: Pool
) -> None:
    document = docx.Document()
    document.add_paragraph("The rent is due on the first of each month.")
    document.save(str(tmp_path / "rent"))
    reading = parse(tmp_path / "rent", "rent.txt", pool, SETTINGS)
    assert reading.text == "The rent is due on the first of each month."
    assert "wordprocessing" in reading.media_type


Refused = tuple[str, bytes, str, str]


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param(("a.txt", b"", "empty", "It is empty"), id="no bytes"),
        pytest.param(("a.txt", b"\xef\xbb\xbf \r\n", "empty", "It is empty"), id="white space"),
        pytest.param(("a.pdf", b"%PDF-1.7 cut off", "damaged", "damaged"), id="cut-off PDF"),
        pytest.param(("a.docx", b"PK\x03\x04 cut off", "damaged", "damaged"), id="cut-off zip"),
        pytest.param(
            ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut", "damaged", "damaged"), id="ole"
        ),
        pytest.param(("a.png", b"\x89PNG\r\n\x1a\n", "damaged", "damaged picture"), id="picture"),
        pytest.param(
            ("a.bin", bytes(range(256)) * 9, "unsupported", "kind that is not"), id="bytes"
        ),
        pytest.param(
            ("a.jsonl", b'{"a": 1}\n', "unsupported", "kind that is not read"), id="JSONL"
        ),
        pytest.param(("a.py", b"import this\n", "unsupported", "kind that is not read"), id="code"),
        pytest.param(
            ("a.html", b"<html><script>x()</script></html>", "empty", "no text"), id="script"
        ),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(
    tmp_path: Path, pool: Pool, refused: Refused
) -> None:
    name, content, code, says = refused
    path = tmp_path / "offered"
    path.write_bytes(content)
    with pytest.raises(ParseFailed, match=says) as caught:
        parse(path, name, pool, SETTINGS)
    assert caught.value.code == code
    assert caught.value.message.startswith(f"“{name}” could not be read. ")


def test_a_file_over_the_limit_is_not_opened(tmp_path: Path, pool: Pool) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * (1 << 20) + b"x")
    with pytest.raises(TooLarge, match="larger than 1 MB"):
        parse(path, "large.txt", pool, SETTINGS)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, pool: Pool) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "")
        for number in range(20_001):
            package.writestr(f"{number}", "")
    with pytest.raises((LimitExceeded, TooLarge)):
        parse(path, "bomb.docx", pool, Settings(max_file_mb=50))


def test_time_is_limited_and_the_message_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "slow.txt"
    path.write_text("Starting the child alone takes longer than this.")
    settings = Settings().model_copy(update={"parse_timeout_s": 0.001})
    expected = r"“slow.txt” could not be read\. Reading took longer than 0\.001 seconds"
    with Pool(1) as slow, pytest.raises(LimitExceeded, match=expected):
        parse(path, "slow.txt", slow, settings)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        pytest.param("a.txt", b"From: me\nTo: you\nDate: now\n\nHello", "text/plain", id="memo"),
        pytest.param("a", b"From: me\nTo: you\nSubject: x\n\nHello", "message/rfc822", id="mail"),
        pytest.param("a.txt", b"<!DOCTYPE html><p>Hello</p>", "text/html", id="HTML as text"),
        pytest.param("a.md", b"# Hello", "text/markdown", id="Markdown"),
        pytest.param("a.xml", b"<?xml version='1.0'?><a>Hello</a>", "application/xml", id="XML"),
        pytest.param("a.rtf", rb"{\rtf1\ansi Hello}", "application/rtf", id="RTF"),
    ],
)
def test_the_kind_is_found_by_content_then_by_name(
    tmp_path: Path, pool: Pool, name: str, content: bytes, media_type: str
) -> None:
    path = tmp_path / "offered"
    path.write_bytes(content)
    reading = parse(path, name, pool, SETTINGS)
    assert reading.media_type == media_type
    assert "Hello" in reading.text
    assert all(element.kind in ElementKind for element in reading.elements)


def test_a_name_that_promises_another_kind_is_a_failure_not_an_unknown_kind(
    tmp_path: Path, pool: Pool
) -> None:
    path = tmp_path / "deed.pdf"
    path.write_bytes(b"\x00\x01\x02 not what it says \xff\xfe" * 9)
    with pytest.raises(ParseFailed, match=r"ends in \.pdf, but its content") as caught:
        parse(path, "deed.pdf", pool, SETTINGS)
    assert caught.value.code == "damaged"
