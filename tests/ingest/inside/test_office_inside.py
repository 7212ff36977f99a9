"""What lies inside Office documents is read, taken out, or named."""

import io
import zipfile
from pathlib import Path

import docx
import openpyxl
from lxml import etree
from openpyxl.chart import BarChart, Reference
from PIL import Image

from ingest.formats.base.elements import Draft
from ingest.formats.base.options import ParseOptions
from ingest.formats.office.docx import read_word
from ingest.formats.office.inside.graphics import add_graphic
from ingest.formats.office.xlsx import read_xlsx

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINK = '<Relationship Id="{}" Type="' + REL + '/{}" Target="{}"/>'
DIAGRAM = (
    '<dgm:dataModel xmlns:dgm="d" xmlns:a="a"><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Alder owns '
    "</a:t></a:r><a:r><a:t>Birch</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
)
CHOICE = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
    '<w:listEntry w:val="single"/><w:listEntry w:val="married"/></w:ddList></w:ffData></w:fldChar>'
    '</w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def picture(width: int, height: int) -> bytes:
    made = io.BytesIO()
    Image.new("L", (width, height), 255).save(made, "PNG")
    return made.getvalue()


def with_members(
    path: Path, body: str, links: list[tuple[str, str, str]], members: dict[str, bytes]
) -> str:
    """A Word document with `body` at its end, links of the document, and further members."""
    document = docx.Document()
    document.add_paragraph("Before.")
    document.save(str(path))
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as package, zipfile.ZipFile(path, "w") as changed:
        for name in package.namelist():
            words = package.read(name)
            if name == "word/document.xml":
                words = words.replace(b"<w:sectPr", body.encode() + b"<w:sectPr", 1)
            elif name == "word/_rels/document.xml.rels":
                told = "".join(LINK.format(*link) for link in links)
                words = words.replace(b"</Relationships>", told.encode() + b"</Relationships>")
            changed.writestr(name, words)
        for name, words in members.items():
            changed.writestr(name, words)
    return str(path)


def options(tmp_path: Path) -> ParseOptions:
    (tmp_path / "out").mkdir()
    return ParseOptions(scratch=str(tmp_path / "out"))


def test_embedded_files_and_pictures_are_parts_and_others_are_named(tmp_path: Path) -> None:
    links = [
        ("e1", "package", "embeddings/sheet.xlsx"),
        ("e2", "image", "media/scan.png"),
        ("e3", "image", "media/mark.png"),
        ("e4", "image", "media/plan.emf"),
    ]
    members = {
        "word/embeddings/sheet.xlsx": b"PK",
        "word/media/scan.png": picture(800, 300),
        "word/media/mark.png": picture(16, 16),
        "word/media/plan.emf": b"\x01\0\0\0" * 20,
    }
    path = with_members(tmp_path / "a.docx", "", links, members)
    reading = read_word(path, "a.docx", options(tmp_path))
    assert [one.name for one in reading.parts] == ["sheet.xlsx", "scan.png"]
    assert reading.problem == "Left out, pictures of a kind that is not read: “plan.emf”."


def test_what_is_inserted_stands_where_it_is_shown(tmp_path: Path) -> None:
    body = f'<w:altChunk xmlns:r="{REL}" r:id="e1"/><w:altChunk xmlns:r="{REL}" r:id="e2"/>'
    body += "<w:p><w:r><w:t>After.</w:t></w:r></w:p>"
    links = [("e1", "aFChunk", "clause.htm"), ("e2", "aFChunk", "rider.rtf")]
    members = {
        "word/clause.htm": b"<html><body><p>The rate is 385 dollars.</p></body></html>",
        "word/rider.rtf": b"{\\rtf1 Rider.}",
    }
    path = with_members(tmp_path / "a.docx", body, links, members)
    reading = read_word(path, "a.docx", options(tmp_path))
    assert reading.text == "Before.\n\nThe rate is 385 dollars.\n\nAfter."
    assert [one.name for one in reading.parts] == ["rider.rtf"]


def test_a_diagram_is_read_after_its_line(tmp_path: Path) -> None:
    body = (
        f'<w:p><w:r><w:t>Group:</w:t><w:drawing><dgm:relIds xmlns:dgm="d" xmlns:r="{REL}" '
        'r:dm="e1"/></w:drawing></w:r></w:p><w:p><w:r><w:t>After.</w:t></w:r></w:p>'
    )
    links = [("e1", "diagramData", "diagrams/data1.xml")]
    members = {"word/diagrams/data1.xml": DIAGRAM.encode()}
    path = with_members(tmp_path / "a.docx", body, links, members)
    assert read_word(path, "").text == "Before.\n\nGroup:\n\nAlder owns Birch\n\nAfter."


def test_a_list_of_an_old_form_shows_its_choice_once(tmp_path: Path) -> None:
    written = '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>wed</w:t></w:r>'
    body = f"<w:p>{CHOICE.format('')}</w:p><w:p>{CHOICE.format(written)}</w:p>"
    path = with_members(tmp_path / "a.docx", body, [], {})
    assert read_word(path, "").text == "Before.\n\nmarried\n\nwed"


def test_a_chart_of_a_sheet_is_read_as_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    chart = BarChart()
    chart.title = "Royalties"
    sheet.append(["Year", "Paid"])
    sheet.append([2021, 83150])
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    sheet.add_chart(chart, "D1")
    book.save(tmp_path / "a.xlsx")
    assert "Chart: Royalties" in read_xlsx(str(tmp_path / "a.xlsx"), "").text


def test_a_chart_gives_its_series_and_categories() -> None:
    point = '<c:pt idx="{}"><c:v>{}</c:v></c:pt>'
    cats = "".join(point.format(*one) for one in enumerate(("Lost profits", "Costs")))
    vals = "".join(point.format(*one) for one in enumerate((871000, 1.5)))
    tree = etree.fromstring(
        f'<c:chartSpace xmlns:c="c"><c:ser><c:tx><c:strRef>{point.format(0, "Expert")}</c:strRef>'
        f"</c:tx><c:cat>{cats}</c:cat><c:val><c:formatCode>#,##0</c:formatCode>{vals}</c:val>"
        "</c:ser></c:chartSpace>"
    )
    draft = Draft()
    add_graphic(draft, tree)
    rows = "| Expert\nLost profits | 871,000\nCosts | 2"
    assert draft.reading("").text == f"Chart\n\n{rows}"
