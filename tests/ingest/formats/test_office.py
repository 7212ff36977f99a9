import datetime
import io
import time
import zipfile
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest

from ingest.formats.office import xlsx
from ingest.formats.office.docx import read_word
from ingest.parsing.parse import parse
from kb.domain import ElementKind, Reading
from kb.sandbox.pool import Pool
from kb.settings import Settings
from tests.soak.attacks.sheets import label, old_sheet


def shown(reading: Reading) -> list[tuple[str, str]]:
    return [
        (one.kind.value, reading.text[one.char_start : one.char_end]) for one in reading.elements
    ]


def rewritten(path: Path, part: str, old: str, new: str) -> None:
    """Replace `old` by `new` in one part of an Office package."""
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as package, zipfile.ZipFile(path, "w") as changed:
        for item in package.infolist():
            words = package.read(item.filename)
            if item.filename == part:
                assert old.encode() in words
                words = words.replace(old.encode(), new.encode())
            changed.writestr(item.filename, words)


def test_a_word_document_has_headings_lists_tables_and_a_header(tmp_path: Path, pool: Pool) -> None:
    document = docx.Document()
    document.core_properties.title = "Supply of Bolts"
    document.sections[0].header.paragraphs[0].text = "Privileged"
    document.add_heading("Price", level=2)
    document.add_paragraph("The buyer shall pay five dollars a bolt.")
    document.add_paragraph("within thirty days", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ["Size", "Price", "M8", "5"], strict=True):
        cell.text = words
    document.save(str(tmp_path / "a.docx"))
    reading = parse(tmp_path / "a.docx", "a.docx", pool, Settings())
    assert reading.title == "Supply of Bolts"
    assert shown(reading) == [
        ("furniture", "Privileged"),
        ("heading", "Price"),
        ("paragraph", "The buyer shall pay five dollars a bolt."),
        ("list-item", "within thirty days"),
        ("table-row", "Size | Price"),
        ("table-row", "M8 | 5"),
    ]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Our ref: KX/2291/HVR", "paragraph"),
        ("Draft of 14 May 2024", "paragraph"),
        ("Share purchase agreement, page 12 of 345", "furniture"),
        ("Confidential", "furniture"),
    ],
)
def test_a_header_with_a_reference_is_read_and_one_that_repeats_is_furniture(
    tmp_path: Path, header: str, kind: str
) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = header
    document.sections[0].footer.paragraphs[0].text = "DOCS03/1234567.8"
    document.add_paragraph("Dear Ms Tamblyn, we confirm completion.")
    document.save(str(tmp_path / "a.docx"))
    assert shown(read_word(str(tmp_path / "a.docx"), "a.docx")) == [
        (kind, header),
        ("paragraph", "Dear Ms Tamblyn, we confirm completion."),
        ("paragraph", "DOCS03/1234567.8"),
    ]


def test_tracked_changes_read_as_accepted(tmp_path: Path, pool: Pool) -> None:
    document = docx.Document()
    document.add_paragraph("Liability is capped at MARK in all.")
    document.save(str(tmp_path / "a.docx"))
    mark = '<w:{0} w:id="1" w:author="A"><w:r><w:{1}>{2}</w:{1}></w:r></w:{0}>'
    changed = mark.format("del", "delText", "1,000,000") + mark.format("ins", "t", "5,000,000")
    keep = '<w:t xml:space="preserve">'
    rewritten(
        tmp_path / "a.docx",
        "word/document.xml",
        "<w:t>Liability is capped at MARK in all.</w:t></w:r>",
        f"{keep}Liability is capped at </w:t></w:r>{changed}<w:r>{keep} in all.</w:t></w:r>",
    )
    reading = parse(tmp_path / "a.docx", "a.docx", pool, Settings())
    assert reading.text == "Liability is capped at 5,000,000 in all."


def test_footnotes_and_comments_are_kept_at_the_end(tmp_path: Path, pool: Pool) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The seller warrants title.")
    document.add_comment(paragraph.runs, text="Check with the client.", author="Ann")
    document.save(str(tmp_path / "a.docx"))
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(tmp_path / "a.docx", "a") as package:
        package.writestr(
            "word/footnotes.xml",
            f'<w:footnotes {names}><w:footnote w:id="2"><w:p><w:r><w:t>But see clause 9.</w:t>'
            "</w:r></w:p></w:footnote></w:footnotes>",
        )
    reading = parse(tmp_path / "a.docx", "a.docx", pool, Settings())
    assert reading.text.split("\n\n") == [
        "The seller warrants title.",
        "Footnote 2: But see clause 9.",
        "Comment by Ann: Check with the client.",
    ]


def test_slides_are_sections(tmp_path: Path, pool: Pool) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Damages model"
    slide.placeholders[1].text = "Lost profits come to four million."
    deck.save(str(tmp_path / "a.pptx"))
    reading = parse(tmp_path / "a.pptx", "a.pptx", pool, Settings())
    assert shown(reading)[0] == ("heading", "Damages model")
    assert "Lost profits come to four million." in reading.text


def test_a_sheet_is_a_heading_and_its_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ledger"
    sheet.append(["Date", "Fee", "Paid"])
    sheet.append([datetime.datetime(2020, 5, 1), 5.0, True])
    sheet.append([])
    book.save(tmp_path / "a.xlsx")
    reading = xlsx.read_xlsx(str(tmp_path / "a.xlsx"), "a.xlsx")
    assert reading.text == "Ledger\n\nDate | Fee | Paid\n2020-05-01 | 5 | TRUE"
    assert [one.kind for one in reading.elements] == [
        ElementKind.HEADING,
        ElementKind.TABLE_ROW,
        ElementKind.TABLE_ROW,
    ]


def test_a_cell_far_away_takes_no_room_for_those_before_it(tmp_path: Path) -> None:
    """Takes half a second: filled up, its sheet of one word took 48, and a gigabyte."""
    sheet = tmp_path / "far.xls"
    sheet.write_bytes(old_sheet(lambda _: label(65535, 255, "rent"))(1))
    began = time.process_time()
    reading = xlsx.read_legacy(str(sheet), "far.xls")
    assert reading.text.endswith("| rent") and len(reading.elements) == 2
    assert time.process_time() - began < 5


def test_a_raised_figure_is_apart_from_the_year_before_it(tmp_path: Path, pool: Pool) -> None:
    written = docx.Document()
    line = written.add_paragraph("The bond lapses in 2030")
    line.add_run("8").font.superscript = True
    line.add_run(" on the 5")
    line.add_run("th").font.superscript = True
    line.add_run(" floor.")
    path = tmp_path / "bond.docx"
    written.save(str(path))
    reading = parse(path, "bond.docx", pool, Settings())
    assert reading.text == "The bond lapses in 2030 ⁸ on the 5th floor."
    path = tmp_path / "bond.rtf"
    path.write_text(r"{\rtf1 In 2030{\super 8} and\super 7\nosupersub  at 12.\par}")
    reading = parse(path, "bond.rtf", pool, Settings())
    assert reading.text == "In 2030 ⁸ and ⁷ at 12."
