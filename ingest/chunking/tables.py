"""The tables among a document's elements, and the header that stands above their rows."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.domain import Element, ElementKind
from kb.text.context import PATH_JOINT

_LONGEST_HEADER = 400  # characters of a table's first row that are worth repeating
_NEW_TABLE = re.compile(r"\n[ \t\r]*\n")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below a table's header, and the header's words."""

    start: int
    end: int
    header: str


def tables(text: str, elements: Sequence[Element]) -> Iterator[Table]:
    """The tables of two rows and more; a blank line between rows begins another."""
    rows: list[Element] = []
    for element in (*elements, None):
        row = element is not None and element.kind is ElementKind.TABLE_ROW
        if rows and not (
            row and element and not _NEW_TABLE.search(text, rows[-1].char_end, element.char_start)
        ):
            if len(rows) > 1:
                yield _table(text, rows)
            rows = []
        if row and element is not None:
            rows.append(element)


def _table(text: str, rows: Sequence[Element]) -> Table:
    """The header is the first row; a first row of one cell is a caption above it."""
    words = [" ".join(text[one.char_start : one.char_end].split()) for one in rows[:3]]
    captioned = len(words) > 2 and " | " not in words[0] and " | " in words[1]
    header = PATH_JOINT.join(words[:2]) if captioned else words[0]
    if len(header) > _LONGEST_HEADER:  # whole columns, as many as there is room for
        cut = max(header.rfind(one, 0, _LONGEST_HEADER) for one in (" | ", "\t", ",", ";"))
        header = header[: cut if cut > 0 else _LONGEST_HEADER]
    return Table(rows[1 + captioned].char_start, rows[-1].char_end, header)


def header_above(known: Sequence[Table], at: int) -> str:
    """The header of the table that `at` stands in, "" outside of tables and in a header."""
    place = bisect_right(known, at, key=lambda table: table.start) - 1
    return known[place].header if place >= 0 and at < known[place].end else ""
