"""Workbooks: each first-level heading of the source starts a sheet."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

from markup import Block, Source
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from repack import repack

Value = str | int | float | date


def value(text: str) -> Value:
    """A cell's text as a number or a day where it is one."""
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    return text


def add_table(sheet: Worksheet, block: Block) -> None:
    """Append a table's rows below what the sheet holds; the first row is a header."""
    for number, row in enumerate(block.rows):
        sheet.append([value(text) for text in row])
        if number == 0:
            for cell in sheet[sheet.max_row]:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="DDE3EA")
    for index in range(1, sheet.max_column + 1):
        cells = [sheet.cell(row, index) for row in range(1, sheet.max_row + 1)]
        longest = max(len(str(cell.value or "")) for cell in cells[1:])
        sheet.column_dimensions[get_column_letter(index)].width = min(60, longest + 3)
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def render(source: Source) -> bytes:
    """The workbook of a source."""
    book = Workbook()
    sheet: Worksheet | None = None
    for block in source.blocks:
        if block.kind == "h1":
            first = book.worksheets[0] if sheet is None else book.create_sheet()
            sheet, first.title = first, block.text
        elif block.kind == "table" and sheet is not None:
            add_table(sheet, block)
        elif sheet is not None:
            sheet.append([block.text])
    book.properties.creator = source.meta["author"]
    book.properties.title = source.meta["title"]
    book.properties.created = datetime.fromisoformat(source.meta["date"])
    target = io.BytesIO()
    book.save(target)
    return repack(target.getvalue(), source.meta["date"])
