"""A workbook whose every part carries a word of its own."""

import io
import subprocess
from pathlib import Path

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.ingest.walk.walking import Sample, packed, picture, unpacked, zipped
from tests.ingest.walk.word import PACKAGE

_X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_LINK = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    '{}" Target="{}"/>'
)
_SHAPE = (
    f'<xdr:oneCellAnchor xmlns:xdr="{_XDR}" xmlns:a="{_A}"><xdr:from><xdr:col>0</xdr:col>'
    "<xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    "<xdr:ext cx='900000' cy='900000'/>"
    "<xdr:sp><xdr:nvSpPr><xdr:cNvPr id='9' name='Box'/><xdr:cNvSpPr txBox='1'/>"
    "</xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x='0' y='0'/><a:ext cx='900000' cy='900000'/></a:xfrm>"
    "<a:prstGeom prst='rect'/></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>zqtextbox"
    "</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:oneCellAnchor>"
)
_CACHE = (
    f'<pivotCacheDefinition xmlns="{_X}"><cacheSource type="worksheet"><worksheetSource {{}}/>'
    '</cacheSource><cacheFields><cacheField name="a"><sharedItems><s v="{}"/></sharedItems>'
    "</cacheField></cacheFields></pivotCacheDefinition>"
)


def _built() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "zqsheet"
    sheet.append(["zqcell", "zqhiddencolumn"])
    sheet.append(["zqhiddenrow", 5])
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[2].hidden = True
    sheet["A1"].comment = Comment("zqcomment", "A")
    sheet.oddHeader.center.text = "zqedgeheader"
    sheet.oddFooter.left.text = "zqedgefooter &P"
    sheet.firstHeader.right.text = "zqreference 12345"
    prompt = DataValidation(type="list", formula1='"zqchoice"', prompt="zqprompt")
    prompt.add("A1")
    sheet.add_data_validation(prompt)
    chart = BarChart()
    chart.title = "zqcharttitle"
    chart.y_axis.title = "zqaxis"
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=2))
    sheet.add_chart(chart, "D1")
    sheet.add_image(Image(io.BytesIO(picture(5))), "F1")
    other = book.create_sheet("zqhiddensheet")
    other.append(["zqunseen"])
    other.sheet_state = "veryHidden"
    lone = book.create_chartsheet("zqchartsheet")
    named = BarChart()
    named.title = "zqlonechart"
    lone.add_chart(named)
    book.defined_names["zqconstant"] = DefinedName("zqconstant", attr_text="0.085")
    book.defined_names["zqrange"] = DefinedName("zqrange", attr_text="zqsheet!$A$1")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _changed(members: dict[str, bytes]) -> dict[str, str | bytes]:
    def added(name: str, before: str, words: str) -> None:
        members[name] = members[name].replace(before.encode(), (words + before).encode(), 1)

    drawing = next(one for one in members if one.startswith("xl/drawings/drawing"))
    ends = members[drawing].rpartition(b"</")[2].decode()
    added(drawing, f"</{ends}", _SHAPE)
    added("xl/_rels/workbook.xml.rels", "</Relationships>", "".join((
        _LINK.format("own", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
        _LINK.format("far", "pivotCacheDefinition", "pivotCache/pivotCacheDefinition2.xml"),
    )))  # fmt: skip
    return {
        **members,
        "xl/embeddings/letter.docx": b"PK zqletter",
        "xl/pivotCache/pivotCacheDefinition1.xml": _CACHE.format('sheet="zqsheet"', "zqcell"),
        "xl/pivotCache/pivotCacheDefinition2.xml": _CACHE.format('sheet="Gone"', "zqgone"),
        "xl/externalLinks/externalLink1.xml": "<externalLink>zqelsewhere</externalLink>",
    }


def old_sheets(folder: Path) -> Sample:
    """The same workbook as LibreOffice saves it for Excel 97: a part is a word."""
    (folder / "a.xlsx").write_bytes(packed(_changed(unpacked(_built()))))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    target = ["--convert-to", "xls", "--outdir", str(folder), str(folder / "a.xlsx")]
    subprocess.run(["soffice", profile, "--headless", *target], check=True, capture_output=True)
    content = (folder / "a.xls").read_bytes()
    words = "zqsheet zqcell zqhiddencolumn zqhiddenrow zqcomment zqhiddensheet zqunseen".split()
    named = {"1 pictures": b"-", "2 charts": b"-", "1 shapes with words": b"-"}
    return Sample("walk.xls", content, {**{one: one.encode() for one in words}, **named})


def sheets() -> Sample:
    return zipped(
        "walk.xlsx",
        packed(_changed(unpacked(_built()))),
        wordless={
            **{key: PACKAGE[key] for key in PACKAGE if "thumbnail" not in key},
            r"docProps/core\.xml": "made by the library, without words",
            r"xl/styles\.xml": "how cells look",
            r"xl/(?:chartsheets/sheet1|drawings/drawing2)\.xml": "where charts and pictures lie",
            r"xl/externalLinks/.*": "values of other files, as cells show them",
            r"xl/.*\.vml": "where comments lie",
        },
        unread={
            "zqrange": "a name of cells, for formulas",
            "zqprompt": "a hint at what to type in",
            "zqchoice": "what may be typed in, not what is",
        },
    )
