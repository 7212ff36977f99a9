"""The documents that words are searched in: kept by matter until something changes there."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kb.domain import SEARCHABLE, DocumentId, MatterId, Scope
from kb.store.database import Database
from kb.text.languages import stemmed_languages

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Standing:
    """Documents by rising `seq`: their ids, and of each the numbers below, shape (n, 5).

    `languages` are those of which a stem or a part of a compound may be entered for them.
    """

    ids: NDArray[np.object_]
    numbers: Numbers
    languages: frozenset[str]

    @property
    def seqs(self) -> Numbers:
        return self.numbers[:, 0]

    @property
    def parts(self) -> Numbers:
        """In which part of the postings each is entered."""
        return self.numbers[:, 1]

    @property
    def chunks(self) -> Numbers:
        return self.numbers[:, 2]

    @property
    def lengths(self) -> Numbers:
        """Terms in all chunks of a document together."""
        return self.numbers[:, 3]

    @property
    def current(self) -> Mask:
        return self.numbers[:, 4] > 0

    def none(self) -> Mask:
        """By `seq`, a place for each of them, and one more at the end; all False."""
        return np.zeros(int(self.seqs[-1]) + 2 if len(self.seqs) else 1, dtype=np.bool_)

    def everything(self) -> Mask:
        """By `seq`, whether it is one of them."""
        mask = self.none()
        mask[self.seqs] = True
        return mask

    def chosen(self, documents: Collection[DocumentId]) -> Mask:
        """By `seq`, whether it is one of these."""
        mask = self.none()
        mask[self.seqs[[one in documents for one in self.ids]]] = True
        return mask

    def ids_of(self, seqs: Numbers) -> list[DocumentId]:
        found: list[DocumentId] = self.ids[np.searchsorted(self.seqs, seqs)].tolist()
        return found

    def only(self, chosen: Mask) -> "Standing":
        return Standing(self.ids[chosen], self.numbers[chosen], self.languages)


class StandingDocuments:
    """Safe to share between threads: what is kept of a matter is replaced whole."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept: dict[MatterId, tuple[int, Standing]] = {}
        self._joined: tuple[tuple[tuple[MatterId, int], ...], Standing] | None = None

    def of(self, scope: Scope) -> Standing:
        """What of the scope is searchable by words now."""
        rows = self._db.rows(
            "SELECT id, generation FROM matter WHERE id IN (SELECT value FROM json_each(?)) "
            "ORDER BY id",
            (json.dumps(sorted(scope.matters)),),
        )
        wanted = tuple((MatterId(row[0]), int(row[1])) for row in rows)
        joined = self._joined
        if joined is None or joined[0] != wanted:
            joined = wanted, _join([self._matter(*one) for one in wanted])
            self._joined = joined
        found = joined[1]
        if not scope.superseded and not found.current.all():
            found = found.only(found.current)
        if scope.walled:
            found = found.only(np.array([one not in scope.walled for one in found.ids], dtype=bool))
        return found

    def _matter(self, matter: MatterId, generation: int) -> Standing:
        kept = self._kept.get(matter)
        if kept is None or kept[0] != generation:
            kept = generation, self._read(matter)
            self._kept[matter] = kept
        return kept[1]

    def _read(self, matter: MatterId) -> Standing:
        rows = self._db.rows(
            "SELECT id, seq, part, posted, posted_length, current FROM document "
            "WHERE matter_id = ? AND part IS NOT NULL AND status IN (?, ?) "
            "ORDER BY seq",
            (matter, *SEARCHABLE),
        )
        found = _standing([tuple(row) for row in rows])
        return replace(found, languages=self._languages(found))

    def _languages(self, found: Standing) -> frozenset[str]:
        """Of all with a stemmer, looked for once in each part: absent ones are in none of them."""
        rows = self._db.rows(
            "SELECT c.value FROM json_each(?1) c WHERE EXISTS (SELECT 1 FROM json_each(?2) j "
            "CROSS JOIN posting p ON p.part = j.value AND p.term > c.value || '.' "
            "AND p.term < c.value || '/')",  # the character after the full stop
            (json.dumps(sorted(stemmed_languages())), json.dumps(np.unique(found.parts).tolist())),
        )
        return frozenset(row[0] for row in rows)


def _standing(rows: list[tuple[object, ...]]) -> Standing:
    ids = np.array([row[0] for row in rows], dtype=np.object_)
    numbers = np.array([row[1:] for row in rows], dtype=np.int64).reshape(-1, 5)
    return Standing(ids, numbers, frozenset())


def _join(parts: list[Standing]) -> Standing:
    """All documents of these, by rising `seq`."""
    if not parts:
        return _standing([])
    numbers = np.concatenate([part.numbers for part in parts])
    order = np.argsort(numbers[:, 0])
    ids = np.concatenate([part.ids for part in parts])[order]
    return Standing(ids, numbers[order], frozenset().union(*(part.languages for part in parts)))
