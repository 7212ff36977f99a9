"""Lines of CSV that are safe to open: names of files and reasons come from other people."""

import csv
import io
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet may run a cell for (OWASP, CSV injection)."""


def csv_line(values: Iterable[object]) -> str:
    """One line; cells that a spreadsheet would calculate get an apostrophe in front."""
    line = io.StringIO()
    csv.writer(line).writerow(_cell(value) for value in values)
    return line.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
