"""How many documents of a scope have each value: by kind, court, year and so on."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from kb.domain import DocumentId, Scope
from kb.domain.filters import FACETS, Facet, Facets, Filters
from kb.store.database import Database, Row
from kb.store.documents.selection import Condition, Selection, narrowed
from kb.store.scope import IN_SCOPE, scope_parameters, searchable
from kb.text.normalization import folded

MOST_VALUES = 100
"""Told of one facet; how many more there are is told as a number."""
_OF_MATTERS = ("matter", "client")
_FACT = {"year": "date"}
"""The fact that a facet is of, where it has another name."""
_KEY = "CASE f.name WHEN 'date' THEN substr(f.folded, 1, 4) ELSE f.folded END"
_SHOWN = "CASE f.name WHEN 'date' THEN substr(f.folded, 1, 4) ELSE f.value END"


class FacetCounts:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._selection = Selection(database)

    def count(
        self, filters: Filters, scope: Scope, *, within: frozenset[DocumentId] | None = None
    ) -> Facets:
        """Searchable documents by value, most first, then by name.

        When a facet is counted its own filter is left out, so that its other values show what
        choosing them would give. `within` leaves only these documents, those that a search by
        terms matches for instance. Spellings that are compared as one are counted as one.
        Raises `BadRequest` as `Selection` does.
        """
        found: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        groups: dict[Filters, list[str]] = {}
        for name in FACETS:
            groups.setdefault(_without(filters, name), []).append(name)
        for left, names in groups.items():
            for name, value, documents in self._counted(left, scope, within, names):
                found[name][value] = documents
        where = self._where(filters, scope, within)
        [[selected]] = self._db.rows(
            f"SELECT count(*) FROM document d WHERE {where.sql}", where.parameters
        )
        return Facets(selected, tuple(_facet(name, found[name]) for name in FACETS))

    def _counted(
        self,
        filters: Filters,
        scope: Scope,
        within: frozenset[DocumentId] | None,
        names: list[str],
    ) -> list[tuple[str, str, int]]:
        """(facet, value, documents) of the facets named, under exactly these filters."""
        where = self._where(filters, scope, within)
        facts = {_FACT.get(name, name): name for name in names if name not in _OF_MATTERS}
        counted: list[tuple[str, str, int]] = []
        if facts:
            rows = self._db.rows(
                f"SELECT f.name, max({_SHOWN}), count(DISTINCT d.id) FROM document d "
                f"JOIN document_fact f ON f.document_id = d.id WHERE {where.sql} "
                "AND f.folded <> '' AND f.name IN (SELECT value FROM json_each(?)) "
                f"GROUP BY f.name, {_KEY}",
                (*where.parameters, json.dumps(list(facts))),
            )
            counted = [(facts[row[0]], row[1], row[2]) for row in rows]
        if of := [name for name in names if name in _OF_MATTERS]:
            rows = self._db.rows(
                "SELECT m.name AS matter, m.client, count(*) AS documents FROM document d "
                f"JOIN matter m ON m.id = d.matter_id WHERE {where.sql} GROUP BY m.id ORDER BY 1",
                where.parameters,
            )
            counted += [entry for name in of for entry in _summed(name, rows)]
        return counted

    def _where(
        self, filters: Filters, scope: Scope, within: frozenset[DocumentId] | None
    ) -> Condition:
        where = narrowed(filters, self._selection.matters(filters, scope))
        sql = f"{IN_SCOPE} AND {searchable(scope)} {where.sql}"
        parameters = (*scope_parameters(scope), *where.parameters)
        if within is None:
            return Condition(sql, parameters)
        among = " AND d.id IN (SELECT value FROM json_each(?))"
        return Condition(sql + among, (*parameters, json.dumps(sorted(within))))


def _without(filters: Filters, facet: str) -> Filters:
    if facet == "year":
        return replace(filters, after="", before="")
    own: dict[str, Any] = {facet: ()}
    return replace(filters, **own)


def _summed(name: str, rows: list[Row]) -> list[tuple[str, str, int]]:
    """Matters or clients whose names are compared as one are one."""
    shown: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        if row[name]:
            key = folded(name, row[name])
            shown[key] = row[name]
            counts[key] += row["documents"]
    return [(name, shown[key], count) for key, count in counts.items()]


def _facet(name: str, counts: Counter[str]) -> Facet:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Facet(name, tuple(ordered[:MOST_VALUES]), max(0, len(ordered) - MOST_VALUES))
