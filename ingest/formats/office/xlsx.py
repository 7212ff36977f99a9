"""Spreadsheets, row by row, with openpyxl and xlrd.

unstructured guesses where tables begin in a sheet and tears rows out of them;
a row is what a reader of a schedule or a ledger looks for.
"""

import datetime
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import xlrd
from openpyxl.styles.numbers import is_timedelta_format
from openpyxl.utils.cell import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from ingest.formats.base.manuscript import Manuscript
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import Package, authors, own_properties, properties
from ingest.formats.office.inside.files import take_inside
from ingest.formats.office.inside.graphics import add_graphics, shapes
from ingest.formats.office.inside.old_workbook import take_inside_workbook
from ingest.formats.office.libreoffice import calculated
from ingest.formats.office.sheets.calculation import Values, is_value, told, values_in
from ingest.formats.office.sheets.marks import Marks, asks_for_calculation, marks
from ingest.formats.office.sheets.merged import Merged, MergedCells, Words
from ingest.formats.office.sheets.number_formats import day_as, elapsed_as, shown_as
from ingest.formats.office.sheets.outside import add_constants, add_edges, name_pivots, sheet_parts
from kb.domain import ElementKind, Fact, Reading
from kb.errors import ParseFailed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
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
    main = next(iter(package.related("", "officeDocument")), "xl/workbook.xml")
    stale = asks_for_calculation(package, main)
    known = {one.title: marks(package, _part(one), stale=stale) for one in book.worksheets}
    values, problem = _calculated(path, known)
    manuscript = Manuscript()
    hidden: list[str] = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # a sheet may claim a million empty rows
        if sheet.sheet_state != "visible":
            hidden.append(f"hidden sheet {sheet.title}")
        hidden.extend(known[sheet.title].hidden(sheet.title))
        _say_heading(manuscript, sheet.title)
        _say_rows(manuscript, _rows(sheet, known[sheet.title], values), known[sheet.title].merged)
        for words in _comments(package, _part(sheet)):
            manuscript.say(words)
            manuscript.end_line(ElementKind.PARAGRAPH, by_words=False)
        _say_drawings(manuscript, package, _part(sheet))
        add_edges(manuscript.draft, known[sheet.title].edges)
    lone = sheet_parts(package, main)
    for sheet in book.chartsheets:
        _say_heading(manuscript, sheet.title)
        _say_drawings(manuscript, package, lone.get(sheet.title, ""))
        add_edges(manuscript.draft, marks(package, lone.get(sheet.title, ""), stale=False).edges)
    add_constants(manuscript.draft, package, main)
    for words in own_properties(package.xml("docProps/custom.xml")):
        manuscript.draft.add(ElementKind.FURNITURE, words)
    title, facts = properties(package.xml("docProps/core.xml"))
    inside = take_inside(package, Path(path).stat().st_size, options)
    name_pivots(inside, package, main, book.sheetnames)
    reading = manuscript.reading(XLSX, title=title, facts=(*facts, *_named(hidden)))
    told_of = " ".join(one for one in (problem, inside.problem) if one) or None
    return replace(reading, parts=inside.taken, problem=told_of)


def _rows(sheet: Any, known: Marks, values: Values) -> Iterator[list[Words]]:
    for row in sheet.iter_rows():
        cells = []
        for cell in row:
            value = cell.value
            if known.formulas and getattr(cell, "coordinate", "") in known.formulas:
                value = values.get((sheet.title, cell.coordinate), value if is_value(value) else "")
            cells.append(_cell(cell, value))
        yield cells


def _calculated(path: str, known: Mapping[str, Marks]) -> tuple[Values, str | None]:
    """The values of formulas that the file lacks, and which of them nobody could calculate."""
    wanted = {title: one.formulas for title, one in known.items() if one.formulas}
    if not wanted:
        return {}, None
    if any(one.changing for one in known.values()):
        return {}, told(wanted, "and would have another each day")
    with tempfile.TemporaryDirectory(prefix="calculate-") as folder:
        try:
            values = values_in(str(calculated(path, Path(folder))), wanted)
        except ParseFailed as failed:
            installed = failed.code != "unsupported"
            why = (
                "could not calculate them" if installed else "calculates them and is not installed"
            )
            return {}, told(wanted, f"and LibreOffice {why}")
    missing = {
        title: {cell for cell in cells if (title, cell) not in values}
        for title, cells in wanted.items()
    }
    return values, told(missing, "and LibreOffice could not calculate them")


def _say_drawings(manuscript: Manuscript, package: Package, part: str) -> None:
    """What stands in the text boxes, charts and diagrams that lie upon a sheet."""
    for name in package.related(part, "drawing"):
        for words in shapes(package.xml(name)):
            manuscript.draft.add(ElementKind.PARAGRAPH, words)
        add_graphics(manuscript.draft, package, name)


def read_legacy(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read .xls as `read_xlsx` does .xlsx. Raises `ParseFailed` ("encrypted", "damaged")."""
    try:
        book = xlrd.open_workbook(path, on_demand=True, ragged_rows=True, formatting_info=True)
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
        hidden.extend(_hidden_lines(sheet))
        _say_heading(manuscript, sheet.name)
        rows = (
            [(_legacy(book, cell), "") for cell in sheet.row(number)]
            for number in range(sheet.nrows)
        )
        merged = [Merged(top + 1, bottom, left + 1) for top, bottom, left, _ in sheet.merged_cells]
        _say_rows(manuscript, rows, merged)
        for (row, column), note in sorted(sheet.cell_note_map.items()):
            place = f"{get_column_letter(column + 1)}{row + 1}"
            words = " ".join(note.text.split())
            manuscript.say(f"Comment by {note.author or 'unknown'} on {place}: {words}")
            manuscript.end_line(ElementKind.PARAGRAPH, by_words=False)
    inside = take_inside_workbook(path, options)
    author = authors(book.user_name)
    reading = manuscript.reading(XLS, title="", facts=(*author, *_named(hidden)))
    return replace(reading, parts=inside.taken, problem=inside.problem)


def _say_heading(manuscript: Manuscript, title: str) -> None:
    manuscript.say(title)
    manuscript.end_line(ElementKind.HEADING, level=1)


def _say_rows(
    manuscript: Manuscript, rows: Iterable[list[Words]], merged: Sequence[Merged]
) -> None:
    """The rows of a sheet, those of a merged cell with its words each."""
    gap, over = "\n\n", MergedCells(merged)
    for number, cells in enumerate(rows, start=1):
        if _say_row(manuscript, over.filled(number, cells), gap):
            gap = "\n"


def _say_row(manuscript: Manuscript, cells: Sequence[Words], gap: str) -> bool:
    """One row a line, its cells joined by " | "; those with a reason are hidden."""
    for number, (words, reason) in enumerate(cells):
        if number:
            manuscript.next_cell()
        if reason:
            manuscript.hide(words + " ", reason)
        else:
            manuscript.say(" ".join(words.split()))
    return manuscript.end_line(ElementKind.TABLE_ROW, gap=gap)


def _cell(cell: Any, value: object) -> Words:
    if value is None:
        return "", ""
    words = _shown(value, "" if isinstance(value, bool | str) else cell.number_format or "")
    font, fill = cell.font, cell.fill
    color = font.color.rgb if font is not None and font.color is not None else None
    white = isinstance(color, str) and color[-6:].upper() == _WHITE
    if white and (fill is None or fill.fill_type is None):
        return words, "white on white"
    tiny = font is not None and font.sz is not None and font.sz <= 1.5
    return words, "in letters too small to read" if tiny else ""


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


def _hidden_lines(sheet: xlrd.sheet.Sheet) -> Iterator[str]:
    """What a sheet of Excel 97 hides, as `read_xlsx` says it."""
    found = Marks(
        columns=[get_column_letter(n + 1) for n, one in sheet.colinfo_map.items() if one.hidden],
        rows=[str(n + 1) for n, one in sorted(sheet.rowinfo_map.items()) if one.hidden],
    )
    return found.hidden(sheet.name)


def _named(hidden: Sequence[str]) -> tuple[Fact, ...]:
    return tuple(Fact("hidden-text", one) for one in hidden[:50])


def _legacy(book: xlrd.book.Book, cell: xlrd.sheet.Cell) -> str:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ""
    form = _legacy_form(book, cell)
    if cell.ctype == xlrd.XL_CELL_DATE:
        if "[" in form and is_timedelta_format(form):
            return elapsed_as(datetime.timedelta(days=cell.value), form)
        try:
            return _shown(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode), form)
        except (xlrd.xldate.XLDateError, OverflowError, ValueError):
            return _shown(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return _shown(bool(cell.value))
    return _shown(cell.value, form)


def _legacy_form(book: xlrd.book.Book, cell: xlrd.sheet.Cell) -> str:
    if cell.ctype not in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return ""
    try:
        return str(book.format_map[book.xf_list[cell.xf_index].format_key].format_str)
    except (LookupError, TypeError, AttributeError):
        return ""


def _shown(value: object, form: str = "") -> str:
    """A cell as a reader sees it: 5 for 5.0, no midnight beside a date."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return shown_as(value, form or "General")
        case datetime.timedelta():
            return elapsed_as(value, form)
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            plain = value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
            return day_as(value, form) or plain
    return str(value)
