"""Legal citations as they are stored, read within a scope; of each path the newest version."""

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from kb.domain import ChunkId, DocumentId, Scope
from kb.domain.citations import (
    POINTING,
    READER,
    CitationKind,
    LegalCitation,
    Treatment,
    squeezed,
)
from kb.store.database import Database, Row
from kb.store.scope import IN_SCOPE, scope_parameters, searchable
from kb.store.write_batches import Gone, Steps, in_batches

ROWS = 100
"""Citations that are written between two points at which a transaction may end."""
_FULL = "c.kind NOT IN ('" + "', '".join(POINTING) + "')"
_JOINED = "FROM citation c JOIN document d ON d.id = c.document_id "


@dataclass(frozen=True, slots=True)
class Unread:
    """A document whose citations are to be read. `court_paper`: it is the paper of a court."""

    document: DocumentId
    title: str
    text: str
    court_paper: bool


class Citings:
    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, wanted: str, scope: Scope) -> list[LegalCitation]:
        """All citations in a document, in the order of its text."""
        rows = self._db.rows(
            f"SELECT c.* {_JOINED} WHERE {IN_SCOPE} AND d.id = ? ORDER BY c.ordinal",
            (*scope_parameters(scope), wanted),
        )
        return [_citation(row) for row in rows]

    def cited_keys(self, keys: Collection[str], scope: Scope) -> set[str]:
        """Those of `keys`, squeezed citations, that a document in the scope has."""
        return {row["key"] for row in self._rows("DISTINCT c.key", "c.key", keys, scope, "1")}

    def meant(self, keys: Collection[str], scope: Scope) -> set[str]:
        """The authorities that `keys`, squeezed citations, name in what may be read.

        A parallel citation beside another in one document names the same in all, as far
        as documents in the scope say so; a short form names what it was found to mean.
        """
        meant = self._authorities("c.key", keys, scope) | set(keys)
        while True:
            wider = meant | self._authorities("c.key", meant, scope, _FULL)
            wider |= {
                row["key"]
                for row in self._rows("DISTINCT c.key", "c.authority_key", wider, scope, _FULL)
            }
            if wider == meant:
                return meant
            meant = wider

    def _authorities(
        self, column: str, keys: Collection[str], scope: Scope, more: str = "1"
    ) -> set[str]:
        rows = self._rows("DISTINCT c.authority_key AS key", column, keys, scope, more)
        return {row["key"] for row in rows if row["key"]}

    def _rows(
        self, what: str, column: str, keys: Collection[str], scope: Scope, more: str
    ) -> list[Row]:
        return self._db.rows(
            f"SELECT {what} {_JOINED} WHERE {IN_SCOPE} AND {searchable(scope)} AND {more} "
            f"AND {column} IN (SELECT value FROM json_each(?3))",
            (*scope_parameters(scope), json.dumps(sorted(keys))),
        )

    def citing(
        self, authorities: Collection[str], scope: Scope
    ) -> list[tuple[DocumentId, LegalCitation]]:
        """Where the authorities are cited, their own papers left out; oldest document first."""
        rows = self._db.rows(
            f"SELECT c.* {_JOINED} WHERE {IN_SCOPE} AND {searchable(scope)} AND NOT c.own "
            "AND c.authority_key IN (SELECT value FROM json_each(?3)) ORDER BY d.seq, c.ordinal",
            (*scope_parameters(scope), json.dumps(sorted(authorities))),
        )
        return [(DocumentId(row["document_id"]), _citation(row)) for row in rows]

    def owners(self, authorities: Collection[str], scope: Scope) -> dict[str, list[DocumentId]]:
        """The documents that say that a citation is their own, by what they say."""
        found: dict[str, list[DocumentId]] = {}
        for row in self._db.rows(
            f"SELECT DISTINCT c.key, d.id, d.seq {_JOINED} WHERE {IN_SCOPE} AND "
            f"{searchable(scope)} AND c.own AND c.key IN (SELECT value FROM json_each(?3)) "
            "ORDER BY d.seq",
            (*scope_parameters(scope), json.dumps(sorted(authorities))),
        ):
            found.setdefault(row["key"], []).append(DocumentId(row["id"]))
        return found

    def cited_in(self, year: int, scope: Scope) -> list[tuple[str, str, str]]:
        """(authority, name, court) of the cases of a year that are cited, each once."""
        rows = self._db.rows(
            f"SELECT DISTINCT c.authority_key, c.name, c.court {_JOINED} WHERE {IN_SCOPE} AND "
            f"{searchable(scope)} AND {_FULL} AND c.year = ?3 AND c.name <> '' AND NOT c.own "
            "ORDER BY 1, 2, 3",
            (*scope_parameters(scope), year),
        )
        return [(row["authority_key"], row["name"], row["court"]) for row in rows]

    def authorities_named(self, name: str, scope: Scope) -> set[str]:
        """The authorities that are cited under this name, in any spelling of capitals."""
        rows = self._db.rows(
            f"SELECT DISTINCT c.authority_key {_JOINED} WHERE {IN_SCOPE} AND "
            f"{searchable(scope)} AND {_FULL} AND c.name_key = ?3",
            (*scope_parameters(scope), squeezed(name)),
        )
        return {row["authority_key"] for row in rows if row["authority_key"]}

    def judged_in(self, year: int, scope: Scope) -> dict[DocumentId, tuple[list[str], str]]:
        """(parties, court) of the papers of courts that bear a date of this year."""
        rows = self._db.rows(
            "SELECT d.id, f.name, f.value FROM document_fact day "
            "JOIN document d ON d.id = day.document_id "
            "JOIN document_fact f ON f.document_id = d.id AND f.name IN ('party', 'court') "
            f"WHERE {IN_SCOPE} AND {searchable(scope)} AND day.name = 'date' "
            "AND day.value >= ?3 AND day.value < ?4 ORDER BY d.seq, f.value",
            (*scope_parameters(scope), str(year), str(year + 1)),
        )
        parties: dict[DocumentId, list[str]] = {}
        courts: dict[DocumentId, str] = {}
        for row in rows:
            if row["name"] == "court":
                courts[DocumentId(row["id"])] = row["value"]
            else:
                parties.setdefault(DocumentId(row["id"]), []).append(row["value"])
        return {known: (parties.get(known, []), court) for known, court in courts.items()}

    def chunks(
        self, places: Sequence[tuple[DocumentId, int]], scope: Scope
    ) -> dict[tuple[DocumentId, int], ChunkId]:
        """For each place, a document and a character, the chunk in which it stands."""
        rows = self._db.rows(
            "SELECT w.value ->> 0 AS document_id, w.value ->> 1 AS place, c.id "
            "FROM json_each(?3) w JOIN chunk c ON c.document_id = w.value ->> 0 "
            "AND c.char_start <= w.value ->> 1 AND c.char_end > w.value ->> 1 "
            f"JOIN document d ON d.id = c.document_id WHERE {IN_SCOPE} AND {searchable(scope)}",
            (*scope_parameters(scope), json.dumps([list(place) for place in places])),
        )
        return {
            (DocumentId(row["document_id"]), int(row["place"])): ChunkId(row["id"]) for row in rows
        }

    def unread(self, most: int) -> list[Unread]:
        """Documents whose citations this reader has not read yet, for an owner's upkeep."""
        rows = self._db.rows(
            "SELECT d.id, d.title, t.text, EXISTS (SELECT 1 FROM document_fact f "
            "WHERE f.document_id = d.id AND f.name = 'court') AS court FROM document d "
            "JOIN content t ON t.document_id = d.id WHERE d.citing <> ? "
            "AND d.status IN ('words', 'ready') ORDER BY d.seq LIMIT ?",
            (READER, most),
        )
        return [Unread(DocumentId(r["id"]), r["title"], r["text"], bool(r["court"])) for r in rows]

    def replace(self, wanted: str, citations: Sequence[LegalCitation]) -> None:
        """Put these in the place of what is stored; nothing where the document has gone."""
        there = "SELECT 1 FROM document WHERE id = ? AND status IN ('words', 'ready')"

        def holds(connection: Any) -> bool:
            return connection.execute(there, (wanted,)).fetchone() is not None

        with suppress(Gone):
            in_batches(self._db, adding_citations(wanted, citations), holds=holds)


def adding_citations(document: str, citations: Sequence[LegalCitation]) -> Steps[None]:
    """All citations of a document, in the place of those it had.

    They are of this reader from the last step on, so that interrupted ones are read again.
    """
    connection = yield
    connection.execute("UPDATE document SET citing = '' WHERE id = ?", (document,))
    while connection.execute(
        "DELETE FROM citation WHERE document_id = ?1 AND ordinal IN "
        "(SELECT ordinal FROM citation WHERE document_id = ?1 LIMIT ?2)",
        (document, ROWS),
    ).rowcount:
        connection = yield
    rows = [(document, number, *_values(one)) for number, one in enumerate(citations)]
    for first in range(0, len(rows), ROWS):
        connection.executemany(
            "INSERT INTO citation VALUES (" + ", ".join("?" * 19) + ")", rows[first : first + ROWS]
        )
        connection = yield
    connection.execute("UPDATE document SET citing = ? WHERE id = ?", (READER, document))


def _values(one: LegalCitation) -> tuple[object, ...]:
    key = squeezed(one.normal)
    treatment = [[t.words, t.char_start, t.char_end] for t in one.treatment]
    told = asdict(one)
    plain = [told[name] for name in _PLAIN]
    return (*plain, key, squeezed(one.authority), squeezed(one.name), json.dumps(treatment))


_PLAIN = (
    "kind char_start char_end normal authority volume reporter page pin name court year own".split()
)


def _citation(row: Row) -> LegalCitation:
    return LegalCitation(
        **{
            **{name: row[name] for name in _PLAIN},
            "kind": CitationKind(row["kind"]),
            "own": bool(row["own"]),
            "treatment": tuple(Treatment(*one) for one in json.loads(row["treatment"])),
        }
    )
