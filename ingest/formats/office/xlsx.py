"""Spreadsheets, row by row, with openpyxl and xlrd.

unstructured guesses where tables begin in a sheet and tears rows out of them;
a row is what a reader of a schedule or a ledger looks for.
"""

import datetime
import io
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
import xlrd
from lxml import etree
from openpyxl.utils.exceptions import InvalidFileException

from ingest.formats.base.manuscript import Manuscript
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import Package, authors, local, properties
from ingest.formats.office.number_formats import shown_as
from kb.domain import ElementKind, Fact, Reading
from kb.errors import ParseFailed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
_MOST_NAMED = 12
_WHITE = "FFFFFF"


def read_xlsx(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read .xlsx or .xlsm: each sheet's name is a heading, each row with content a row.

    Hidden sheets, rows and columns are read too and named in the facts; only words
    that nothing sets off from the paper are hidden. Raises `ParseFailed` ("damaged").
    """
    package = Package(path, options)
    try:
        book = openpyxl.load_workbook(
            package.in_common_terms(), read_only=True, data_only=True, keep_links=False
        )
    except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError):
        raise ParseFailed("It is a damaged workbook. Open and save it again.", "damaged") from None
    manuscript = Manuscript()
    hidden: list[str] = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # a sheet may claim a million empty rows
        if sheet.sheet_state != "visible":
            hidden.append(f"hidden sheet {sheet.title}")
        hidden.extend(_hidden_lines(package, sheet))
        _say_heading(manuscript, sheet.title)
        gap = "\n\n"
        for row in sheet.iter_rows():
            if _say_row(manuscript, [_cell(cell) for cell in row], gap):
                gap = "\n"
        for words in _comments(package, _part(sheet)):
            manuscript.say(words)
            manuscript.end_line(ElementKind.PARAGRAPH, by_words=False)
    title, facts = properties(package.xml("docProps/core.xml"))
    return manuscript.reading(XLSX, title=title, facts=(*facts, *_named(hidden)))


def read_legacy(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read .xls as `read_xlsx` does .xlsx. Raises `ParseFailed` ("encrypted", "damaged")."""
    try:
        book = xlrd.open_workbook(path, on_demand=True, ragged_rows=True)
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
        if "encrypted" in str(error):
            raise ParseFailed(
                "It is protected with a password. Save a copy without one and add that.",
                "encrypted",
            ) from None
        raise ParseFailed("It is a damaged workbook. Open and save it again.", "damaged") from None
    manuscript = Manuscript()
    hidden: list[str] = []
    for sheet in book.sheets():
        if sheet.visibility:
            hidden.append(f"hidden sheet {sheet.name}")
        _say_heading(manuscript, sheet.name)
        gap = "\n\n"
        for number in range(sheet.nrows):
            row = [(_legacy(cell, book.datemode), "") for cell in sheet.row(number)]
            if _say_row(manuscript, row, gap):
                gap = "\n"
    author = authors(book.user_name)
    return manuscript.reading(XLS, title="", facts=(*author, *_named(hidden)))


def _say_heading(manuscript: Manuscript, title: str) -> None:
    manuscript.say(title)
    manuscript.end_line(ElementKind.HEADING, level=1)


def _say_row(manuscript: Manuscript, cells: Sequence[tuple[str, str]], gap: str) -> bool:
    """One row a line, its cells joined by " | "; those with a reason are hidden."""
    for number, (words, reason) in enumerate(cells):
        if number:
            manuscript.next_cell()
        if reason:
            manuscript.hide(words + " ", reason)
        else:
            manuscript.say(" ".join(words.split()))
    return manuscript.end_line(ElementKind.TABLE_ROW, gap=gap)


def _cell(cell: Any) -> tuple[str, str]:
    if cell.value is None:
        return "", ""
    number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    form = cell.number_format if number else ""
    words = shown_as(cell.value, form) if form else _shown(cell.value)
    font, fill = cell.font, cell.fill
    color = font.color.rgb if font is not None and font.color is not None else None
    white = isinstance(color, str) and color[-6:].upper() == _WHITE
    if white and (fill is None or fill.fill_type is None):
        return words, "white on white"
    tiny = font is not None and font.sz is not None and font.sz <= 1.5
    return words, "in letters too small to read" if tiny else ""


def _hidden_lines(package: Package, sheet: Any) -> Iterator[str]:
    """What a sheet says of its hidden rows and columns, as sentences for a fact."""
    part = _part(sheet)
    columns: list[str] = []
    rows: list[str] = []
    context = etree.iterparse(
        io.BytesIO(package.read(part)), resolve_entities=False, no_network=True, recover=True
    )
    for _, node in context if part in package.names else ():
        if local(node) == "col" and node.get("hidden") in ("1", "true"):
            first, last = (_letters(node.get(edge, "1")) for edge in ("min", "max"))
            columns.append(first if first == last else f"{first}-{last}")
        elif local(node) == "row":
            if node.get("hidden") in ("1", "true") and len(node):
                rows.append(node.get("r", "?"))
            node.clear()
            while node.getprevious() is not None:
                del node.getparent()[0]
    for what, found in (("columns", columns), ("rows", rows)):
        if found:
            shown = ", ".join(found[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
            yield f"hidden {what} {shown} of sheet {sheet.title}"


def _part(sheet: Any) -> str:
    return str(getattr(sheet, "_worksheet_path", "")).lstrip("/")


def _comments(package: Package, part: str) -> Iterator[str]:
    """Notes on cells, which openpyxl leaves out where it reads row by row."""
    for name in package.related(part, "comments"):
        tree = package.xml(name)
        if tree is None:
            continue
        people = [author.text or "" for author in tree.iterfind("{*}authors/{*}author")]
        for note in tree.iter("{*}comment"):
            number = note.get("authorId", "")
            known = number.isdecimal() and int(number) < len(people)
            author = people[int(number)] if known else ""
            words = " ".join("".join(one.text or "" for one in note.iter("{*}t")).split())
            yield f"Comment by {author or 'unknown'} on {note.get('ref', '?')}: {words}"


def _letters(number: str) -> str:
    column, letters = int(number) if number.isdecimal() else 1, ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _named(hidden: Sequence[str]) -> tuple[Fact, ...]:
    return tuple(Fact("hidden-text", one) for one in hidden[:50])


def _legacy(cell: xlrd.sheet.Cell, datemode: int) -> str:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return _shown(xlrd.xldate.xldate_as_datetime(cell.value, datemode))
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return _shown(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return _shown(bool(cell.value))
    return _shown(cell.value)


def _shown(value: object) -> str:
    """A cell as a reader sees it: 5 for 5.0, no midnight beside a date."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return shown_as(value, "General")
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    return str(value)
