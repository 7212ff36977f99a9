"""Writing anew what may hold something of erased documents, once nobody erases any more.

An erasure leaves no row, no word and no vector that a search could find. What the files
themselves may keep for a while goes here: by one pass after many erasures, in the process
that owns the store. Interrupted anywhere, the marks stay, and the next owner does it.
"""

import os
import threading
import time
from collections.abc import Callable

from kb.errors import IndexUnavailable
from kb.store.changes.deletion import erasing
from kb.store.database import Database
from kb.store.remains import Kept, Remains
from kb.store.vectors.owned_index import OwnedIndex

QUIET_S = 20.0
"""So long after the last erasure nobody is likely to erase more."""
RARELY_S = 3600.0
"""The same for an index of more than `AT_ONCE` vectors: what embeds waits meanwhile."""
AT_ONCE = 20_000
"""Vectors; building an index anew takes 8 to 12 s for 10,000 of 384 numbers on two cores."""
MOST_BYTES = 512 * 1024**2
"""A catalogue of this size takes 5 s and as much memory; whatever writes waits meanwhile."""


class Purging:
    """`index` is None in a process that does not own the store; it does nothing there."""

    def __init__(self, database: Database, index: OwnedIndex | None, remains: Remains) -> None:
        self._db = database
        self._index = index
        self.remains = remains
        self._compacted = 0.0
        """When the catalogue was last written anew, as `time.time` has it."""

    def due(self) -> bool:
        """Whether there is something to write anew, and nothing was erased for a while."""
        if self._index is None or erasing(self._db):
            return False
        return any(self._ripe(kept) for kept in Kept)

    def run(self, stopping: threading.Event | None = None, *, now: bool = False) -> bool:
        """Write anew what is due; whether no file holds anything of what was erased then.

        `now` does not wait until nobody erases any more. `stopping` ends it, and all stays as
        it was. Raises `IndexUnavailable` and `StoreProblem`, on a full disk for instance.
        """
        index = self._index
        if index is None or erasing(self._db):
            return False
        if self._ripe(Kept.INDEX, now=now):
            with index.changing():  # an erasure comes before all of this, or after
                index.renew(stopping)
                self.remains.clear(Kept.INDEX)
        if self._ripe(Kept.CATALOGUE, now=now):
            with index.changing():
                self._compact(MOST_BYTES)
        return all(self.remains.age(kept) is None for kept in Kept)

    def reindex(self, model: str, switch: Callable[[], None]) -> int:
        """As `OwnedIndex.rebuild`; then the catalogue, where it is due and fits into memory."""
        index = self._index
        if index is None:
            raise IndexUnavailable("Another process owns this store. Ask it, or stop it first.")
        with index.changing():
            count = index.rebuild(model, switch)
            self.remains.clear(Kept.INDEX)
            if self.remains.age(Kept.CATALOGUE) is not None:
                self._compact(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)
        return count

    def _compact(self, most: int) -> None:
        """Where a reader kept the log from being emptied, that alone is done again later."""
        age = self.remains.age(Kept.CATALOGUE) or 0.0
        if self._db.size() <= most and self._compacted < time.time() - age:
            self._db.compact()
            self._compacted = time.time()
        if self._compacted >= time.time() - age and self._db.empty_log():
            self.remains.clear(Kept.CATALOGUE)

    def _ripe(self, kept: Kept, *, now: bool = False) -> bool:
        age = self.remains.age(kept)
        if age is None:
            return False
        if kept is Kept.CATALOGUE:
            return (now or age > QUIET_S) and self._db.size() <= MOST_BYTES
        few = self._vectors() <= AT_ONCE
        return few if now else age > (QUIET_S if few else RARELY_S)

    def _vectors(self) -> int:
        return int(self._db.rows("SELECT count(*) FROM chunk")[0][0])
