"""Lines with numbers in the margin, kept with their pages and found by page and line."""

import json
from collections.abc import Sequence

from kb.domain import ChunkId, DocumentId, Page, Scope
from kb.domain.page_lines import PageLines
from kb.store.database import Database, Row
from kb.store.scope import IN_SCOPE, scope_parameters, searchable

Span = tuple[DocumentId, int, int]
"""A document, and from where to where in its canonical text."""

_COLUMNS = "p.document_id, p.number, p.char_start, p.char_end, p.lines, p.printed"


class NumberedPages:
    """Pages with numbers of lines in the margin, read within a scope."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def under(self, spans: Sequence[Span], scope: Scope) -> dict[DocumentId, list[Page]]:
        """The pages, in order, on which these spans stand."""
        found: dict[DocumentId, list[Page]] = {}
        for row in self._db.rows(
            f"SELECT DISTINCT {_COLUMNS} FROM json_each(?3) j "
            "CROSS JOIN document d ON d.id = j.value ->> 0 "
            "JOIN page p ON p.document_id = d.id AND p.lines <> '' "
            "AND p.char_start < j.value ->> 2 AND p.char_end > j.value ->> 1 "
            f"WHERE {IN_SCOPE} ORDER BY p.number",
            (*scope_parameters(scope), json.dumps(spans)),
        ):
            found.setdefault(DocumentId(row["document_id"]), []).append(_page(row))
        return found

    def cited(self, cited: PageLines, scope: Scope) -> list[Span]:
        """Each of these lines in each searchable document, those that came last first."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM page p CROSS JOIN document d ON d.id = p.document_id "
            "WHERE p.lines <> '' AND iif(p.printed, p.printed, p.number) BETWEEN ?3 AND ?4 "
            f"AND {IN_SCOPE} AND {searchable(scope)} ORDER BY d.seq DESC, p.number",
            (*scope_parameters(scope), cited.first[0], cited.last[0]),
        )
        return [
            (DocumentId(row["document_id"]), start, end)
            for row in rows
            for start, end in cited.spans(_page(row))
        ]

    def chunk_numbers(self, ids: Sequence[ChunkId]) -> dict[ChunkId, int]:
        """For each of these chunks how many of its document come before it."""
        rows = self._db.rows(
            "SELECT c.id, (SELECT count(*) FROM chunk b WHERE b.document_id = c.document_id "
            "AND b.ordinal < c.ordinal) FROM chunk c "
            "WHERE c.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {ChunkId(row[0]): int(row[1]) for row in rows}


def lines_kept(page: Page) -> str:
    """The lines of a page as they are stored: from the one before on, and the number."""
    if not page.lines:
        return ""
    before = page.char_start
    pairs: list[int] = []
    for at, number in page.lines:
        pairs += (at - before, number)
        before = at
    return json.dumps(pairs, separators=(",", ":"))


def lines_of(kept: str, page_start: int) -> tuple[tuple[int, int], ...]:
    """The lines of the page that begins there, as `lines_kept` has written them."""
    if not kept:
        return ()
    pairs = json.loads(kept)
    at = page_start
    found: list[tuple[int, int]] = []
    for since, number in zip(pairs[::2], pairs[1::2], strict=True):
        at += since
        found.append((at, number))
    return tuple(found)


def _page(row: Row) -> Page:
    start, end = row["char_start"], row["char_end"]
    lines = lines_of(row["lines"], start)
    return Page(row["number"], start, end, lines=lines, printed=row["printed"])
