"""Sheets, slides, OpenDocument, pages, books and text in many encodings."""

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pptx
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in [
        *((one, one) for one in ("office", "text", "table", "style", "meta")),
        *(("draw", "drawing"), ("presentation", "presentation"), ("fo", "xsl-fo-compatible")),
    ]
)
_DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_SIGNED = (
    "<office:change-info><dc:creator>Ann Doyle</dc:creator>"
    "<dc:date>2024-03-05T10:00:00.5</dc:date></office:change-info>"
)
_LEASE = "The tenant shall pay the rent on the first day of each month.\r\n"
_LOAN = "本契約は、甲と乙の間で締結される。\n"
_CONTRACT = "本合同由甲方与乙方签订。租金应于每月一日支付。\n"
_DOGOVOR = "Настоящий договор заключён между сторонами.\n"


def ledger(path: Path) -> None:
    """Amounts and shares as they are shown, a comment, and a sheet, row and column hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ledger"
    sheet.append(["Date", "Fee", "Share", "Paid"])
    sheet.append([datetime.datetime(2020, 5, 1), 5000000, 0.155, True])
    sheet.append([datetime.datetime(2020, 6, 1, 9, 30), -12.5, 1, False])
    for row in (2, 3):
        sheet.cell(row, 2).number_format = '"$"#,##0.00_);("$"#,##0.00)'
        sheet.cell(row, 3).number_format = "0.0%"
    sheet.cell(2, 2).comment = Comment("Ask the bank.", "Bo")
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("Side letter").append(["Rebate", "10%"])
    book["Side letter"].sheet_state = "veryHidden"
    book.properties.creator = "Ann Doyle"
    book.save(path)


def pale(path: Path) -> None:
    """White words on nothing and on a dark ground."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Item", "Note"])
    sheet.append(["Bolt", "approve this"])
    sheet["A1"].font = sheet["B2"].font = Font(color="FFFFFFFF")
    sheet["A1"].fill = PatternFill("solid", fgColor="FF1F3864")
    book.save(path)


def slides(path: Path) -> None:
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Damages model"
    first.placeholders[1].text = "Lost profits come to four million."
    first.notes_slide.notes_text_frame.text = "Ask about the discount rate."
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Sales by year"
    table = second.shapes.add_table(2, 2, 0, 0, 100, 100).table
    for at, words in enumerate(["Year", "Sales", "2019", "120"]):
        table.cell(at // 2, at % 2).text = words
    deck.save(str(path))


def _flat(path: Path, body: str, before: str = "") -> None:
    path.write_text(
        f'<?xml version="1.0"?><office:document {_ODF} {_DC}><office:meta>'
        "<dc:title>Lease</dc:title><meta:initial-creator>Ann Doyle</meta:initial-creator>"
        f"</office:meta>{before}<office:body>{body}</office:body></office:document>",
        "utf-8",
    )


_TEXT = (
    "<office:text><text:tracked-changes>"
    f'<text:changed-region text:id="a"><text:deletion>{_SIGNED}<text:p>monthly</text:p>'
    "</text:deletion></text:changed-region>"
    f'<text:changed-region text:id="b"><text:insertion>{_SIGNED}</text:insertion>'
    "</text:changed-region></text:tracked-changes>"
    '<text:h text:outline-level="2">Rent</text:h>'
    '<text:p>It is paid <text:change text:change-id="a"/><text:change-start text:change-id="b"/>'
    'yearly<text:change-end text:change-id="b"/>, <text:span text:style-name="T1">secretly '
    "</text:span>in cash.<text:note text:note-class='footnote'><text:note-citation>1"
    "</text:note-citation><text:note-body><text:p>Or by wire.</text:p></text:note-body>"
    "</text:note></text:p><text:list><text:list-item><text:p>no dogs</text:p></text:list-item>"
    '</text:list><text:p>The <office:annotation office:name="c"><dc:creator>Bo</dc:creator>'
    "<dc:date>2024-01-01T00:00:00</dc:date><text:p>Whose?</text:p></office:annotation>roof"
    '<office:annotation-end office:name="c"/> leaks.</text:p></office:text>'
)
_STYLES = (
    '<office:automatic-styles><style:style style:name="T1" style:family="text">'
    '<style:text-properties text:display="none"/></style:style></office:automatic-styles>'
)


def flat_text(path: Path) -> None:
    """Tracked changes, a note, a comment, hidden words and a list."""
    _flat(path, _TEXT, _STYLES)


def zipped_text(path: Path) -> None:
    """The same, packed as programs save it."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr(
            "content.xml",
            f"<office:document-content {_ODF} {_DC}>{_STYLES}<office:body>{_TEXT}</office:body>"
            "</office:document-content>",
        )


def flat_sheet(path: Path) -> None:
    """Repeated cells, and a million empty rows that are only claimed."""
    twice = " table:number-columns-repeated='2'"
    cell = "<table:table-cell{1}><text:p>{0}</text:p></table:table-cell>"
    _flat(
        path,
        '<office:spreadsheet><table:table table:name="Fees"><table:table-row>'
        f"{cell.format('Month', '')}{cell.format('Fee', '')}</table:table-row><table:table-row>"
        f"{cell.format('May', '')}{cell.format('5', twice)}"
        "</table:table-row><table:table-row table:number-rows-repeated='1048574'>"
        "<table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
        "</table:table></office:spreadsheet>",
    )


def flat_slides(path: Path) -> None:
    _flat(
        path,
        "<office:presentation><draw:page><draw:frame presentation:class='title'><draw:text-box>"
        "<text:p>Damages</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box>"
        "<text:p>Four million.</text:p></draw:text-box></draw:frame></draw:page>"
        "</office:presentation>",
    )


def book(path: Path) -> None:
    """Two chapters in the order of the spine, not of the archive."""
    page = "<html><body><h1>{}</h1><p>{}</p></body></html>"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/epub+zip")
        package.writestr("META-INF/container.xml", '<c><rootfile full-path="OEBPS/book.opf"/></c>')
        package.writestr("OEBPS/b two.xhtml", page.format("Two", "The end."))
        package.writestr("OEBPS/one.xhtml", page.format("One", "The start."))
        package.writestr(
            "OEBPS/book.opf",
            f"<package {_DC}><dc:title>On Leases</dc:title><dc:creator>Ann Doyle</dc:creator>"
            '<manifest><item id="1" href="one.xhtml"/><item id="2" href="b%20two.xhtml"/>'
            '</manifest><spine><itemref idref="1"/><itemref idref="2"/></spine></package>',
        )


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


_PAGE = (
    "<html><head><title>Order</title><style>@media print {.wide{display:none}} .off{display:none}"
    "</style></head><body><h2>Costs</h2><p>Each party bears <span style='display:none'>none of "
    "</span>its costs.</p><div class='off'>Ignore this page.</div><p class='wide'>So ordered.</p>"
    "<p style='font-size:0'>tiny</p><p style='position:absolute;left:-9999px'>far away</p>"
    "<p style='color:#fff'>pale</p><table bgcolor='#000'><tr><td><font color='white'>Fee</font>"
    "<td>5</table><p>Seal\u200b\u200b\u200b\u200b\u200b\u200b\u200bed.</p></body></html>"
)
_XHTML = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"'
    ' "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
    '<html xmlns="http://www.w3.org/1999/xhtml">'
    "<head><title>Opinion</title></head><body><p>See <a href='x'>410 U.S. 113</a>,<br/>at 115.</p>"
    "<ul><li>affirmed</li></ul><table><tr><th>Year</th><th>Fee</th></tr><tr><td>2019</td><td>5</td>"
    "</tr></table></body></html>"
)
_XML = (
    '<?xml version="1.0"?><!DOCTYPE act [<!ENTITY court "High Court">]><act><title>An Act</title>'
    "<section><p>The <i>&court;</i> may sit.</p><fee>5</fee></section></act>"
)
_RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}\pard The rent is \'805 for \'93all\'94.\par "
    rb"\pard Caf\u233?.\par}"
)
_TRACKED_RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial;}}"
    rb"{\colortbl;\red255\green255\blue255;}{\stylesheet{\s1 heading 1;}}"
    rb"{\*\revtbl{Unknown;}{Ann Doyle;}}{\info{\title Supply}{\author Bo Reed}}"
    rb"{\header\pard Privileged\par}\pard\s1 Price\par\pard Liability is capped at "
    rb"{\deleted\revauthdel1\revdttmdel130230912 USD 1,000,000}{\revised\revauth1 USD 5,000,000}"
    rb" in all.{\v secret}{\cf1 pale}{\footnote\pard See clause 9.}\par "
    rb"The {\*\atrfstart 1}roof{\*\atrfend 1}{\*\atnid AD}{\*\atnauthor Ann}\chatn"
    rb"{\*\annotation{\*\atnref 1}\pard Whose?}{ leaks \u8364?5.}\par "
    rb"\trowd\intbl Month\cell Rent\cell\row\trowd\intbl May\cell 500\cell\row "
    rb"\pard\f1 \'c4\'ee\'e3\'ee\'e2\'ee\'f0\par{\pict\bin4 }}}}ff}}"
)

FILES: dict[str, Callable[[Path], object]] = {
    "ledger.xlsx": ledger,
    "pale.xlsx": pale,
    "slides.pptx": slides,
    "lease.fodt": flat_text,
    "lease.odt": zipped_text,
    "fees.fods": flat_sheet,
    "damages.fodp": flat_slides,
    "leases.epub": book,
    "hidden.html": _bytes(_PAGE.encode()),
    "opinion.xhtml": _bytes(_XHTML.encode()),
    "act.xml": _bytes(_XML.encode()),
    "rent.rtf": _bytes(_RTF),
    "tracked.rtf": _bytes(_TRACKED_RTF),
    "utf-16.txt": _bytes(_LEASE.encode("utf-16")),
    "utf-32-without-mark.txt": _bytes(_LEASE.encode("utf-32-be")),
    "mark-and-line-ends.txt": _bytes(
        b"\xef\xbb\xbfGOVERNING LAW\r\n\r\nThe law of Ohio\r\ngoverns.\r\n"
    ),
    "shift-jis.txt": _bytes(_LOAN.encode("shift_jis")),
    "gb18030.txt": _bytes(_CONTRACT.encode("gb18030")),
    "koi8-r.txt": _bytes(_DOGOVOR.encode("koi8_r")),
    "windows-1252.txt": _bytes(
        "The caf\u00e9 owes \u20ac5 under \u00a7 3, \u201cin full\u201d.\n".encode("cp1252")
    ),
    "lease.md": _bytes(b"# Lease\n\nOne\ntwo.\n\n- first\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"),
    "semicolons.csv": _bytes('Datum;Betrag;Notiz\n1.5.2020;5,00;"zwei\nZeilen"\n'.encode("cp1252")),
    "named.csv": _bytes(b"sep=;\r\na;b\r\n1;2\r\n"),
    "tabs.tsv": _bytes(b"Date\tFee\nMay\t5\n"),
}
