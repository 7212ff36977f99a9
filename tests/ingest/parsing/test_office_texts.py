"""Web pages, tables and XML under the names of Office's files are read as what they are."""

import time
from pathlib import Path

import pytest

from ingest.formats.base.options import ParseOptions
from ingest.parsing.dispatch import read_file
from ingest.parsing.media_types import kind_of
from ingest.parsing.office_texts import office_text, office_xml
from kb.domain import Reading
from kb.errors import ParseFailed

SHEET = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="m"><NumberFormat ss:Format="&quot;$&quot;#,##0.00"/></Style></Styles>
<Worksheet ss:Name="Ledger"><Table><Column ss:Index="3" ss:Hidden="1"/>
<Row><Cell><Data ss:Type="String">Client</Data></Cell>
<Cell><Data ss:Type="String">Paid</Data></Cell>
<Cell><Data ss:Type="String">Day</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">Ann Doyle</Data></Cell>
<Cell ss:StyleID="m"><Data ss:Type="Number">14320.5</Data><Comment ss:Author="Bo"><ss:Data>Late
</ss:Data></Comment></Cell>
<Cell><Data ss:Type="DateTime">2023-05-02T00:00:00.000</Data></Cell></Row>
<Row><Cell ss:Index="3"><Data ss:Type="Boolean">1</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
ARCHIVED = (
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
    "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
    "<p>The fee is 3,750 dollars.</p>\n--x\nContent-Type: text/css\n\np { color: red }\n--x--\n"
)
FLAT = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
    '<pkg:part pkg:name="/word/document.xml" pkg:contentType="x"><pkg:xmlData>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>The fee is </w:t></w:r><w:r><w:t>due.</w:t></w:r></w:p></w:body></w:document>"
    "</pkg:xmlData></pkg:part></pkg:package>"
)


def read(tmp_path: Path, name: str, content: str, encoding: str = "utf-8") -> Reading:
    (tmp_path / "in").write_text(content, encoding)
    return read_file(str(tmp_path / "in"), name, ParseOptions())


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        pytest.param("a.xls", "<table><tr><td>a</td></tr></table>", "html", id="a table alone"),
        pytest.param("a.xls", "<style>td {}</style>\n<table>", "html", id="a style, a table"),
        pytest.param("a.doc", "<div>We agree.</div>", "html", id="a page as .doc"),
        pytest.param("a.xls", "a\tb\n1\t2\n", "csv", id="tabs"),
        pytest.param("a.xlsx", "a;b;c\n1;2;3\n", "csv", id="semicolons"),
        pytest.param("a.xls", "ID;PWXL;N;E\nC;Y1;X1;K1\n", "oldsheet", id="SYLK"),
        pytest.param("a.doc", ARCHIVED, "eml", id="an archived page"),
        pytest.param("a.doc", "We agree.\n", "txt", id="words as .doc"),
        pytest.param("a.xls", SHEET, "sheetxml", id="a workbook in XML"),
        pytest.param("a.xml", SHEET, "sheetxml", id="the same as .xml"),
        pytest.param("a.xml", FLAT, "flatpackage", id="a document in XML"),
        pytest.param("a.xls", "We agree.\n", "", id="words are no sheet"),
        pytest.param("a.docx", "We agree.\n", "", id="words are no .docx"),
    ],
)
def test_its_content_says_its_kind(tmp_path: Path, name: str, content: str, kind: str) -> None:
    (tmp_path / "in").write_text(content)
    assert kind_of(tmp_path / "in", name) == kind


def test_a_workbook_in_xml_is_read_as_its_sheets_show_it(tmp_path: Path) -> None:
    reading = read(tmp_path, "a.xls", SHEET)
    assert reading.text == (
        "Ledger\n\nClient | Paid | Day\nAnn Doyle | $14,320.50 | 2023-05-02\n| | TRUE\n\n"
        "Comment by Bo: Late"
    )
    assert [one.value for one in reading.facts] == ["hidden columns 3 of sheet Ledger"]
    assert reading.media_type == "application/vnd.ms-excel"


def test_an_index_costs_no_memory(tmp_path: Path) -> None:
    wild = SHEET.replace('ss:Index="3"><Data', 'ss:Index="16384" ss:MergeAcross="99999999"><Data')
    assert len(read(tmp_path, "a.xls", wild).text) < 5_000


def test_a_document_in_one_file_of_xml_is_read_as_word_does(tmp_path: Path) -> None:
    assert read(tmp_path, "a.doc", FLAT).text == "The fee is due."


def test_an_archived_page_says_its_words_and_not_its_styles(tmp_path: Path) -> None:
    assert read(tmp_path, "a.doc", ARCHIVED).text == "The fee is 3,750 dollars."


def test_a_table_in_utf_16_is_cut_into_its_rows(tmp_path: Path) -> None:
    reading = read(tmp_path, "a.xls", "Payee\tPaid\nDoyle\t1\n", "utf-16")
    assert len(reading.elements) == 2


def test_what_is_neither_is_still_said_to_be_damaged(tmp_path: Path) -> None:
    with pytest.raises(ParseFailed, match="of another kind"):
        read(tmp_path, "a.xls", "nothing of a sheet\n")


@pytest.mark.parametrize("piece", ["a:b\n ", "<!-- ", "<!-- -->", "<", "x: ", "\t", "<Workbook "])
def test_telling_a_kind_takes_no_longer_than_its_text(piece: str) -> None:
    text = piece * (1 << 16)
    started = time.perf_counter()
    for suffix in (".xls", ".doc"):
        office_text(text[: 1 << 16], suffix)
        office_xml(text)
    assert time.perf_counter() - started < 2
