"""Zip files of XML that mean harm, and older formats that another program has to open."""

import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.formats.base.options import ParseOptions
from ingest.formats.office import libreoffice
from ingest.parsing.parse import parse
from kb.domain import Reading
from kb.errors import LimitExceeded, ParseFailed
from kb.sandbox.pool import Pool
from kb.settings import Settings
from tests.golden import other_files, word_files

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
MANY = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """As a store's: what may be written to is one folder, not all of the system's."""
    with Pool(1, writable=tmp_path_factory.mktemp("scratch")) as pool:
        yield pool


def read(path: Path, pool: Pool) -> Reading:
    return parse(path, path.name, pool, Settings(), ParseOptions())


def changed(path: Path, part: str, content: str) -> None:
    """Put `content` in the place of one part of a package."""
    with zipfile.ZipFile(path) as package:
        kept = {one: package.read(one) for one in package.namelist() if one != part}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for one, words in {**kept, part: content.encode()}.items():
            package.writestr(one, words)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("numbered.docx", "word/document.xml"),
        ("numbered.docx", "word/styles.xml"),
        ("pale.xlsx", "xl/worksheets/sheet1.xml"),
        ("slides.pptx", "ppt/slides/slide1.xml"),
        ("lease.odt", "content.xml"),
    ],
)
def test_an_office_document_with_entities_is_refused(
    tmp_path: Path, pool: Pool, name: str, part: str
) -> None:
    {**word_files.FILES, **other_files.FILES}[name](tmp_path / name)
    changed(tmp_path / name, part, f"<?xml version='1.0'?>{LAUGHS}<x>&b;</x>")
    with pytest.raises(ParseFailed, match="declares entities of its own"):
        read(tmp_path / name, pool)


def test_entities_that_unfold_without_end_are_refused(tmp_path: Path, pool: Pool) -> None:
    path = tmp_path / "bomb.xml"
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{MANY}]><x>&e9;</x>')
    with pytest.raises(LimitExceeded, match="unfold into far more"):
        read(path, pool)


def test_a_part_that_unfolds_to_thousands_of_times_its_size_is_refused(
    tmp_path: Path, pool: Pool
) -> None:
    path = tmp_path / "bomb.docx"
    word_files.numbered(path)
    changed(path, "word/document.xml", "<x>" + " " * (1 << 25) + "</x>")
    with pytest.raises(LimitExceeded, match="times its size"):
        read(path, pool)


def test_a_reference_to_the_outside_is_not_followed(tmp_path: Path, pool: Pool) -> None:
    (tmp_path / "secret.xml").write_text("<w:styles>secret</w:styles>")
    path = tmp_path / "a.docx"
    word_files.framed(path)
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}'
        "</Relationships>"
    )
    link = '<Relationship Id="{}" Type="http://x/header" Target="{}"{}/>'
    outside = link.format("a", (tmp_path / "secret.xml").as_uri(), ' TargetMode="External"')
    above = link.format("b", "../../../../secret.xml", "")
    changed(path, "word/_rels/document.xml.rels", links.format(outside + above))
    assert "secret" not in read(path, pool).text


def test_a_chapter_that_is_missing_is_named(tmp_path: Path, pool: Pool) -> None:
    path = tmp_path / "a.epub"
    other_files.book(path)
    changed(path, "OEBPS/one.xhtml", "")
    reading = read(path, pool)
    assert "The end." in reading.text
    assert reading.problem == "1 of its chapters are missing and could not be read."


def converted(source: Path, to: str) -> Path:
    """`source` as an older program would have saved it."""
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    target = ["--convert-to", to, "--outdir", str(source.parent), str(source)]
    subprocess.run(["soffice", profile, "--headless", *target], check=True, capture_output=True)
    return source.with_suffix(f".{to}")


@pytest.mark.parametrize(
    ("name", "to", "says"),
    [
        ("numbered.docx", "doc", "(a) in cash, or"),
        ("slides.pptx", "ppt", "Lost profits come to four million."),
    ],
)
def test_an_older_format_is_read_by_way_of_libreoffice(
    tmp_path: Path, pool: Pool, name: str, to: str, says: str
) -> None:
    if not libreoffice.installed():
        pytest.skip("LibreOffice is not installed")
    {**word_files.FILES, **other_files.FILES}[name](tmp_path / name)
    reading = read(converted(tmp_path / name, to), pool)
    assert says in reading.text
    assert reading.media_type in ("application/msword", "application/vnd.ms-powerpoint")


def test_tracked_changes_of_a_word_97_document_are_kept(tmp_path: Path, pool: Pool) -> None:
    if not libreoffice.installed():
        pytest.skip("LibreOffice is not installed")
    word_files.tracked_words(tmp_path / "a.docx")
    reading = read(converted(tmp_path / "a.docx", "doc"), pool)
    assert reading.text.startswith("Liability is capped at USD 5,000,000 in all")
    assert {one.text for one in reading.revisions} >= {"USD 1,000,000", "USD 5,000,000"}


def test_without_libreoffice_the_package_to_install_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.wpd").write_bytes(b"\xffWPC")
    with pytest.raises(ParseFailed, match="Install the package libreoffice-writer-nogui") as caught:
        libreoffice.read_text(str(tmp_path / "a.wpd"), "a.wpd")
    assert caught.value.code == "unsupported"
