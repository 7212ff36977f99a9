"""No part of a document, a mail or an archive loses its words in silence."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.formats.office import libreoffice
from tests.ingest.walk import books, mails, odf, outlook, papers
from tests.ingest.walk.sheets import old_sheets, sheets
from tests.ingest.walk.slides import slides
from tests.ingest.walk.walking import Sample, lost, packed, unpacked
from tests.ingest.walk.word import word

SAMPLES = (
    *(word, sheets, slides, odf.text, odf.sheet, odf.presentation),
    *(books.book, books.page, books.rich_text),
    *(mails.mail, mails.archived_page, mails.mailbox, mails.zipped_files, mails.tarred_files),
    *(outlook.plain, outlook.web, outlook.rich),
    *(papers.pdf, papers.calendar, papers.cards),
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.__name__)
def test_every_part_is_read_taken_out_or_named(
    sample: Callable[[], Sample], tmp_path: Path
) -> None:
    assert lost(sample(), tmp_path) == []


def test_the_table_of_formats_names_what_is_walked() -> None:
    page = (Path(__file__).parents[3] / "docs" / "ingestion.md").read_text("utf-8")
    table = page.partition("\n## What is inside a file\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[-1])}
    assert named == {one.__name__ for one in (*SAMPLES, old_sheets)}


@pytest.mark.skipif(not libreoffice.installed(), reason="no LibreOffice")
def test_every_part_of_an_old_workbook_is_read_or_named(tmp_path: Path) -> None:
    assert lost(old_sheets(tmp_path), tmp_path) == []


def test_the_walk_names_a_part_that_no_reader_knows(tmp_path: Path) -> None:
    members = unpacked(word().content) | {"word/new.xml": b"<w>zqnew</w>", "word/mute.xml": b"<w/>"}
    sample = replace(word(), content=packed(members), members=members)
    assert lost(sample, tmp_path) == [
        "word/new.xml: zqnew is lost",
        "word/mute.xml has no word of its own",
    ]


def test_the_walk_names_what_its_lists_say_in_vain(tmp_path: Path) -> None:
    sample = replace(mails.mailbox(), wordless={"3": "none"}, unread={"zqread": "is read"})
    sample = replace(sample, members={"1": b"zqread"})
    assert lost(sample, tmp_path) == ["the list names 3, and no part is called so"]
