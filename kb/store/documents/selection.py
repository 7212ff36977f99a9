"""Which documents of a scope the filters leave."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from kb.domain import DocumentId, MatterId, Scope
from kb.domain.filters import BY_FACT, CURRENT, Filters
from kb.store.database import Database
from kb.store.scope import IN_SCOPE, scope_parameters, searchable
from kb.text.normalization import bates_numbers, folded, wanted

_HAS = "EXISTS (SELECT 1 FROM document_fact f WHERE f.document_id = d.id AND f.name = ? AND {})"


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL about a document `d`, and what goes in the place of its question marks, in order."""

    sql: str
    parameters: tuple[object, ...] = ()


class Selection:
    """Filters inside a scope: only what a search there may find."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def within(self, filters: Filters, scope: Scope) -> frozenset[DocumentId] | None:
        """The documents that all filters leave; None, for no limit, where there are none.

        Raises `BadRequest` for a value that cannot be looked for.
        """
        return self.documents(filters, scope) if filters.any else None

    def documents(self, filters: Filters, scope: Scope) -> frozenset[DocumentId]:
        """The searchable documents of the scope that all filters leave. Raises `BadRequest`."""
        where = narrowed(filters, self.matters(filters, scope))
        rows = self._db.rows(
            f"SELECT d.id FROM document d WHERE {IN_SCOPE} AND {searchable(scope)} {where.sql}",
            (*scope_parameters(scope), *where.parameters),
        )
        return frozenset(DocumentId(row["id"]) for row in rows)

    def matters(self, filters: Filters, scope: Scope) -> list[MatterId] | None:
        """The scope's matters of these names and clients; None where neither is asked for."""
        if not filters.matter and not filters.client:
            return None
        rows = self._db.rows(
            "SELECT id, name, client FROM matter WHERE id IN (SELECT value FROM json_each(?))",
            scope_parameters(scope)[:1],
        )
        return [
            MatterId(row["id"])
            for row in rows
            if _fits("matter", filters.matter, row["name"])
            and _fits("client", filters.client, row["client"])
        ]


def narrowed(filters: Filters, matters: list[MatterId] | None) -> Condition:
    """All filters as SQL that begins with AND, or ""; `matters` as `Selection.matters` says."""
    parts = list(_parts(filters))
    if matters is not None:
        one = "d.matter_id IN (SELECT value FROM json_each(?))"
        parts.append(Condition(one, (json.dumps(matters),)))
    sql = "".join(f" AND {part.sql}" for part in parts)
    return Condition(sql, tuple(value for part in parts for value in part.parameters))


def _parts(filters: Filters) -> Iterator[Condition]:
    for name in BY_FACT:
        if values := getattr(filters, name):
            yield _any_of(name, [_spelled(name, value) for value in values])
    if filters.bates:
        yield _any_of("bates", [_overlapping(value) for value in filters.bates])
    if filters.after or filters.before:
        days = ("f.folded BETWEEN ? AND ?", (filters.after or "0", filters.before or "9"))
        yield _any_of("date", [Condition(*days)])
    if filters.version:
        kinds = json.dumps([kind == CURRENT for kind in filters.version])
        yield Condition("d.current IN (SELECT value FROM json_each(?))", (kinds,))


def _any_of(name: str, choices: list[Condition]) -> Condition:
    sql = " OR ".join(f"({choice.sql})" for choice in choices)
    values = (value for choice in choices for value in choice.parameters)
    return Condition(_HAS.format(f"({sql})"), (name, *values))


def _spelled(name: str, value: str) -> Condition:
    asked = wanted(name, value)
    if asked.whole:
        return Condition("f.folded = ?", asked.parts)
    return Condition(" AND ".join("instr(f.folded, ?) > 0" for _ in asked.parts), asked.parts)


def _overlapping(value: str) -> Condition:
    """A Bates number or range against a document's own, folded as `kb.text.normalization` says."""
    prefix, first, last = bates_numbers(value)
    return Condition(
        "f.folded <> '' AND (? OR substr(f.folded, 1, length(f.folded) - 38) = ?) "
        "AND substr(f.folded, -37, 18) <= ? AND substr(f.folded, -18) >= ?",
        (not prefix, prefix, last, first),
    )


def _fits(name: str, values: tuple[str, ...], spelled: str) -> bool:
    spelling = folded(name, spelled)
    return not values or any(wanted(name, value).fits(spelling) for value in values)
