"""Fields of an expression: which documents of a scope have such a title, court or date.

A field means what the filter of its name means (`kb.text.normalization`), so that both find the
same; a title and a file's name are searched as text is.
"""

from collections.abc import Iterable, Sequence

from kb.domain import DocumentId, Scope
from kb.domain.filters import BY_FACT
from kb.search.connectors.matching import Matcher
from kb.search.connectors.periods import compares, period
from kb.search.connectors.syntax import Field, Leaf
from kb.store.database import Database
from kb.store.lexical.position_reader import Chosen, PlacesInScope
from kb.store.scope import IN_SCOPE, scope_parameters
from kb.text.normalization import bates_numbers, folded, is_day, wanted
from kb.text.tokens import tokens

_COLUMN = {"title": "d.title", "name": "d.name", "matter": "m.name", "client": "m.client"}
_NUMBER = 18
"""Digits of a folded Bates number."""


class KnownFields:
    """What is known about the documents of one scope."""

    def __init__(self, database: Database, scope: Scope, places: PlacesInScope) -> None:
        self._db = database
        self._scope = scope
        self._places = places

    def holding(self, field: Field) -> Chosen:
        """The documents of which one value fits one of those that the field asks for."""
        fits: dict[str, bool] = {}
        numbers = []
        for value, known in self._values(field.name):
            if value not in fits:
                fits[value] = any(_fits(field, asked, value) for asked in field.values)
            if fits[value] and (number := self._places.index.get(DocumentId(known))) is not None:
                numbers.append(number)
        return self._places.chosen(numbers)

    def _values(self, name: str) -> Iterable[Sequence[str]]:
        """Pairs of a value and a document's id; facts are folded as they are stored."""
        if name in _COLUMN:
            return self._db.rows(
                f"SELECT {_COLUMN[name]}, d.id FROM document d "
                f"JOIN matter m ON m.id = d.matter_id WHERE {IN_SCOPE}",
                scope_parameters(self._scope),
            )
        return self._db.rows(
            "SELECT f.folded, d.id FROM document d CROSS JOIN document_fact f "
            f"ON f.document_id = d.id AND f.name = ?3 WHERE {IN_SCOPE} AND f.folded <> ''",
            (*scope_parameters(self._scope), name),
        )


def _fits(field: Field, asked: Leaf, value: str) -> bool:
    text = asked.written.strip('"')
    if field.name == "date":
        days = period(text)
        return days is not None and is_day(value) and compares((value, value), field.sign, days)
    if field.name == "bates":
        prefix, first, last = bates_numbers(text)
        own = value[: -2 * _NUMBER - 2]
        theirs = value[-2 * _NUMBER - 1 : -_NUMBER - 1], value[-_NUMBER:]
        return prefix in ("", own) and theirs[0] <= last and theirs[1] >= first
    if field.name in ("title", "name") or _placeholders(asked):
        return _holds(tokens(value), asked.spellings)
    spelling = value if field.name in BY_FACT else folded(field.name, value)
    return wanted(field.name, text).fits(spelling)


def _placeholders(asked: Leaf) -> bool:
    return any(matcher.root for spelling in asked.spellings for matcher in spelling)


def _holds(words: Sequence[str], spellings: Iterable[tuple[Matcher, ...]]) -> bool:
    return any(
        all(matcher.matches(words[at + n]) for n, matcher in enumerate(spelling))
        for spelling in spellings
        for at in range(len(words) - len(spelling) + 1)
    )
