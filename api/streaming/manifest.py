"""Every file of a job and how it ended, as a file to keep: JSON lines, or CSV for a spreadsheet.

Its columns are those of `kb ingest --report`, and the matter.
"""

from collections.abc import Iterable, Iterator

from api.streaming.jobs import json_line
from kb.serializers.csv_safe import csv_line
from kb.serializers.results import Json

COLUMNS = ("path", "matter", "status", "document_id", "problem", "code", "pages", "chunks")
MARK = "\ufeff"
"""Without it spreadsheets take the text for another encoding."""


def as_lines(items: Iterable[Json]) -> Iterator[bytes]:
    for item in items:
        yield json_line(_row(item))


def as_csv(items: Iterable[Json]) -> Iterator[bytes]:
    yield (MARK + ",".join(COLUMNS) + "\r\n").encode()
    for item in items:
        yield csv_line(_row(item).values()).encode()


def _row(item: Json) -> Json:
    told = {**item, "status": item["outcome"]}
    return {column: told[column] for column in COLUMNS}
