"""Workbooks in one file of XML, as Excel 2003 and many programs write them under .xls."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ingest.formats.base.manuscript import Manuscript
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import parsed, properties
from ingest.formats.office.sheets.number_formats import shown_as
from kb.domain import ElementKind, Fact, Reading
from kb.errors import ParseFailed

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MOST_COLUMNS = 16_384  # of a sheet
_MOST_EMPTY = 256  # empty cells that an index may skip; further ones are closed up
_MOST_NAMED = 12
_UNSEEN = ("SheetHidden", "SheetVeryHidden")
_FORMS = {"Currency": "$#,##0.00", "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%"}
"""What Excel calls some number formats."""


def read_sheet_xml(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read SpreadsheetML: each sheet's name is a heading, each row with content a row.

    Hidden sheets, rows and columns are read too and named in the facts. Raises `ParseFailed`
    ("damaged").
    """
    tree = parsed(Path(path).read_bytes())
    if tree is None:
        raise ParseFailed("It is a damaged workbook. Open and save it again.", "damaged")
    forms = dict(_formats(tree))
    manuscript = Manuscript()
    hidden: list[str] = []
    for sheet in tree.iter("{*}Worksheet"):
        name = sheet.get(_SS + "Name", "")
        if sheet.findtext("{*}WorksheetOptions/{*}Visible", "").strip() in _UNSEEN:
            hidden.append(f"hidden sheet {name}")
        manuscript.say(name)
        manuscript.end_line(ElementKind.HEADING, level=1)
        for table in sheet.iterfind("{*}Table"):
            hidden += _hidden_lines(table, name)
            _say_rows(manuscript, table, forms)
    title, facts = properties(tree.find("{*}DocumentProperties"))
    author = tuple(Fact("hidden-text", one) for one in hidden[:50])
    return manuscript.reading("application/vnd.ms-excel", title=title, facts=(*facts, *author))


def _formats(tree: etree._Element) -> Iterator[tuple[str, str]]:
    """Number formats by the style that has them."""
    for style in tree.iterfind("{*}Styles/{*}Style"):
        form = style.find("{*}NumberFormat")
        if form is not None:
            code = form.get(_SS + "Format", "")
            yield style.get(_SS + "ID", ""), _FORMS.get(code, code)


def _say_rows(manuscript: Manuscript, table: etree._Element, forms: dict[str, str]) -> None:
    gap = "\n\n"
    notes: list[str] = []
    for row in table.iterfind("{*}Row"):
        at = 0
        for cell in row.iterfind("{*}Cell"):
            place = _number(cell, "Index", at + 1) - 1
            if place > at:
                for _ in range(min(place - at, _MOST_EMPTY)):
                    manuscript.next_cell()
            data = cell.find("{*}Data")
            style = cell.get(_SS + "StyleID", row.get(_SS + "StyleID", ""))
            manuscript.say("" if data is None else _shown(data, forms.get(style, "")))
            notes += _notes(cell)
            across = min(_number(cell, "MergeAcross", 0), _MOST_EMPTY)
            for _ in range(1 + across):
                manuscript.next_cell()
            at = max(at, place) + 1 + across
        if manuscript.end_line(ElementKind.TABLE_ROW, gap=gap):
            gap = "\n"
    for words in notes:
        manuscript.say(words)
        manuscript.end_line(ElementKind.PARAGRAPH, by_words=False)


def _notes(cell: etree._Element) -> Iterator[str]:
    for note in cell.iterfind("{*}Comment"):
        words = " ".join("".join(str(one) for one in note.itertext()).split())
        yield f"Comment by {note.get(_SS + 'Author') or 'unknown'}: {words}"


def _shown(data: etree._Element, form: str) -> str:
    """What a cell shows: numbers in its format, a day without midnight, TRUE for 1."""
    words = " ".join("".join(str(one) for one in data.itertext()).split())
    match data.get(_SS + "Type"):
        case "Number":
            try:
                return shown_as(float(words), form)
            except ValueError:
                return words
        case "DateTime":
            day, _, time = words.partition("T")
            time = time[:5]
            return (
                day if time in ("", "00:00") else time if day == "1899-12-31" else f"{day} {time}"
            )
        case "Boolean":
            return "TRUE" if words == "1" else "FALSE"
        case "Error":
            return ""
    return words


def _number(node: etree._Element, name: str, usual: int) -> int:
    said = node.get(_SS + name, "")
    return min(int(said), _MOST_COLUMNS) if said.isdecimal() and len(said) < 9 else usual


def _hidden_lines(table: etree._Element, sheet: str) -> Iterator[str]:
    """What a sheet says of its hidden rows and columns, as sentences for a fact."""
    for what, tag in (("columns", "Column"), ("rows", "Row")):
        found: list[str] = []
        at = 0
        for line in table.iterfind("{*}" + tag):
            at = _index(line, at + 1)
            if line.get(_SS + "Hidden") == "1":
                found.append(str(at))
            at += _number(line, "Span", 0)
        if found:
            shown = ", ".join(found[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
            yield f"hidden {what} {shown} of sheet {sheet}"


def _index(line: etree._Element, usual: int) -> int:
    said = line.get(_SS + "Index", "")
    return int(said) if said.isdecimal() and len(said) < 9 else usual
