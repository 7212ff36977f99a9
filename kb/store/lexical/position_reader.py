"""Reading where words stand, within one scope: places as sorted 64-bit numbers.

A place is its block's number among those of the scope, times 2**32, plus its place in
the block. Places of one document lie together and grow with the text; those of two
documents are far from each other.
"""

import json
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kb.domain import DocumentId, Scope
from kb.store.database import Database, Row
from kb.store.lexical.positions import SLOT_BITS, SLOTS
from kb.store.scope import IN_SCOPE, scope_parameters, searchable

Places: TypeAlias = NDArray[np.int64]
"""Sorted places, shape (n,)."""
Chosen: TypeAlias = NDArray[np.bool_]
"""For each document of the scope, oldest first, whether it counts; one False at the end."""

_BLOCK_BITS = 32
_LAST = "\U0010ffff"


class PlacesInScope:
    """What a scope holds, at one moment: open it inside `Database.snapshot`.

    `documents` are the searchable ones, oldest first, `within` those that are asked about.
    """

    def __init__(
        self, database: Database, scope: Scope, within: frozenset[DocumentId] | None = None
    ) -> None:
        self._db = database
        self._scope = scope
        rows = database.rows(
            "SELECT d.id, w.block, w.slot, w.slots FROM document d "
            "JOIN word_document w ON w.document_id = d.id "
            f"WHERE {IN_SCOPE} AND {searchable(scope)} ORDER BY d.seq",
            scope_parameters(scope),
        )
        if within is not None:
            rows = [row for row in rows if row[0] in within]
        self.documents = [DocumentId(row[0]) for row in rows]
        self.index = {known: number for number, known in enumerate(self.documents)}
        where = np.array([(row[1], row[2], row[3]) for row in rows], dtype=np.int64)
        blocks, slots, counts = where.reshape(-1, 3).T
        self._blocks, dense = np.unique(blocks, return_inverse=True)
        self._dense = dense.reshape(-1)
        self._of_slot = np.full(len(self._blocks) * SLOTS + 1, -1, dtype=np.int64)
        first = self._dense * SLOTS + slots
        for more in range(int(counts.max(initial=0))):  # more than one for giants alone
            held = counts > more
            self._of_slot[first[held] + more] = np.flatnonzero(held)

    def everything(self) -> Chosen:
        return self.chosen(np.arange(len(self.documents)))

    def chosen(self, numbers: NDArray[np.int64] | Sequence[int]) -> Chosen:
        """The documents of these numbers."""
        mask = np.zeros(len(self.documents) + 1, dtype=bool)
        mask[np.asarray(numbers, dtype=np.int64)] = True
        mask[-1] = False
        return mask

    def document_of(self, places: Places) -> NDArray[np.int64]:
        """For each place the number of its document, -1 outside of all."""
        return np.asarray(self._of_slot[places >> SLOT_BITS])

    def of_words(self, words: Sequence[str], chosen: Chosen) -> Places:
        """Where any of these words stands in the chosen documents."""
        rows = self._db.rows(
            "SELECT block, places FROM word_place WHERE block IN (SELECT value FROM json_each(?)) "
            "AND word IN (SELECT value FROM json_each(?))",
            (self._needed(chosen), json.dumps(list(words))),
        )
        return self._joined(rows, chosen)

    def beginning(self, root: str, chosen: Chosen) -> list[tuple[str, int, bytes]]:
        """The rows (word, block, places) of words of the chosen documents' blocks with a root.

        A row may be of documents that are not chosen: `joined` leaves them out.
        """
        return self._db.rows(
            "SELECT word, block, places FROM word_place "
            "WHERE block IN (SELECT value FROM json_each(?)) AND word >= ? AND word < ?",
            (self._needed(chosen), root, root + _LAST),
        )

    def joined(self, rows: Sequence[tuple[str, int, bytes]], chosen: Chosen) -> Places:
        """The places of some rows of `beginning`, in the chosen documents."""
        return self._joined([row[1:] for row in rows], chosen)

    def _needed(self, chosen: Chosen) -> str:
        needed = np.unique(self._dense[chosen[:-1]])
        return json.dumps(self._blocks[needed].tolist())

    def _joined(self, rows: Sequence[Row], chosen: Chosen) -> Places:
        if not rows:
            return np.zeros(0, dtype=np.int64)
        flat = np.frombuffer(b"".join([row[1] for row in rows]), dtype="<u4").astype(np.int64)
        blocks = np.searchsorted(self._blocks, [row[0] for row in rows])
        flat += np.repeat(blocks << _BLOCK_BITS, [len(row[1]) // 4 for row in rows])
        kept = flat[chosen[self.document_of(flat)]]
        kept.sort(kind="stable")
        return kept
