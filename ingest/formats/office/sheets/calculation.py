"""Values of formulas that a workbook was saved without, as programs that are not Excel do."""

import datetime
from collections.abc import Mapping, Set
from typing import Any

import openpyxl

from ingest.formats.office.sheets.marks import listed

Wanted = Mapping[str, Set[str]]
"""Cells by the title of their sheet, such as "B4"."""
Values = dict[tuple[str, str], Any]
"""What was calculated, by sheet and cell."""


def values_in(path: str, wanted: Wanted) -> Values:
    """What the workbook at `path`, calculated and saved anew, holds in these cells."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    found: Values = {}
    for sheet in book.worksheets:
        cells = wanted.get(sheet.title, frozenset())
        for row in sheet.iter_rows() if cells else ():
            for cell in row:
                known = cell.value is not None and cell.data_type != "e"
                if known and cell.coordinate in cells:
                    found[sheet.title, cell.coordinate] = cell.value
    book.close()
    return found


def told(missing: Wanted, why: str) -> str | None:
    """Which cells have no value, as a sentence; `why` completes “…, since …”."""
    named = [f"{cell} of sheet {sheet}" for sheet, cells in missing.items() for cell in cells]
    if not named:
        return None
    named.sort()
    count = "A formula has" if len(named) == 1 else f"{len(named):,} formulas have"
    return (
        f"{count} no sure value in the file, {why}: {listed(named)}. "
        "Open it in a spreadsheet program, save it and add that."
    )


def is_value(value: object) -> bool:
    """Whether a stored value says more than that nothing was calculated."""
    zero = isinstance(value, int | float) and not isinstance(value, bool) and value == 0
    return value is not None and not zero and value != datetime.time()
