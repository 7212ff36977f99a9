"""Spreadsheets, row by row, with openpyxl and xlrd.

unstructured guesses where tables begin in a sheet and tears rows out of them;
a row is what a reader of a schedule or a ledger looks for.
"""

import datetime
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import xlrd

from ingest.elements import Draft
from ingest.options import DEFAULT, ParseOptions
from kb.domain import ElementKind, Reading

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"


def read(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read .xlsx or .xlsm: each sheet's name is a heading, each row with content a row."""
    content = io.BytesIO(Path(path).read_bytes())  # openpyxl refuses a path without the suffix
    book = openpyxl.load_workbook(content, read_only=True, data_only=True)
    draft = Draft()
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # a sheet may claim a million empty rows
        draft.add(ElementKind.HEADING, sheet.title, level=1)
        draft.add_table([_shown(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
    return draft.reading(XLSX, title=book.properties.title or "")


def read_legacy(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read .xls as `read` does .xlsx."""
    book = xlrd.open_workbook(path, on_demand=True)
    draft = Draft()
    for sheet in book.sheets():
        draft.add(ElementKind.HEADING, sheet.name, level=1)
        draft.add_table(_legacy_rows(sheet, book.datemode))
    return draft.reading(XLS)


def _legacy_rows(sheet: xlrd.sheet.Sheet, datemode: int) -> Iterator[list[str]]:
    for number in range(sheet.nrows):
        yield [_legacy(cell, datemode) for cell in sheet.row(number)]


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
        case float():
            return f"{value:.15g}"
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    return str(value)
