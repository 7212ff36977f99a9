"""Tables in a passage as sentences: each cell with its row and its column."""

import re
from collections.abc import Sequence

ROW = "▪ "
"""What a sentence begins with that was a row."""
_LEAST_COLUMNS = 2
_UNITS = ("hours", "days", "weeks", "months", "years", "minutes")
_UNIT = re.compile(r"\((?:in )?([^()]{1,20})\)\s*$")


def told(text: str) -> str:
    """The text with each row of a table as one sentence: “▪ Defence Standard fee $120; …”."""
    if "|" not in text:
        return text
    found: list[str] = []
    header: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.count("|") < _LEAST_COLUMNS - 1 or len(cells) < _LEAST_COLUMNS:
            header = []
            found.append(line)
        elif not any(cell.strip("-: ") for cell in cells):
            continue
        elif not header:
            header = cells
        else:
            found.append(f"\n\n{ROW}{_row(header, cells)}.\n\n")
    return "\n".join(found)


def _row(header: Sequence[str], cells: Sequence[str]) -> str:
    name = f"{header[0]} {cells[0]}".strip()
    if not cells[0].replace(".", "").isdigit() and len(cells[0]) > 2:
        name = cells[0]
    columns = zip(header[1:], cells[1:], strict=False)
    parts = [f"{name} {column} {_value(column, cell)}" for column, cell in columns]
    return f"{header[0]} {cells[0]}; {'; '.join(parts)}"


def _value(column: str, cell: str) -> str:
    """A cell, with the unit that stands in its column's name."""
    if cell in ("", "-", "–", "—"):
        return "none"
    if column.lower() in _UNITS and cell.replace(".", "").isdigit():
        return f"{cell} {column}"
    unit = _UNIT.search(column)
    return f"{cell} {unit.group(1)}" if unit and cell[-1:].isdigit() else cell
