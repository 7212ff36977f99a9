"""Every file of a job and how it ended, as a file to keep: JSON lines, or CSV for a spreadsheet.

Its columns are those of `kb ingest --report`, and the matter.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from api.job_events import json_line
from kb.wire import Json

COLUMNS = ("path", "matter", "status", "document_id", "problem", "code", "pages", "chunks")
MARK = "\ufeff"
"""Without it spreadsheets take the text for another encoding."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet may run a cell for (OWASP, CSV injection): names come from other people."""


def as_lines(items: Iterable[Json]) -> Iterator[bytes]:
    for item in items:
        yield json_line(_row(item))


def as_csv(items: Iterable[Json]) -> Iterator[bytes]:
    """Cells that a spreadsheet would calculate get an apostrophe in front."""
    yield (MARK + ",".join(COLUMNS) + "\r\n").encode()
    for item in items:
        line = io.StringIO()
        csv.writer(line).writerow(_cell(value) for value in _row(item).values())
        yield line.getvalue().encode()


def _row(item: Json) -> Json:
    told = {**item, "status": item["outcome"]}
    return {column: told[column] for column in COLUMNS}


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
