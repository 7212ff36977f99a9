"""Original bytes that no document needs: taken away without losing any that is just promised."""

import logging
import time
from collections.abc import Iterable

from kb.store.blobs import FileStore
from kb.store.database import Database

log = logging.getLogger("kb")

UNPROMISED_S = 600
"""Bytes wait at most this long, in seconds, for the row that promises them: a transaction."""


class Orphans:
    """Bytes go inside a transaction, so that no row can promise them in between."""

    def __init__(self, database: Database, files: FileStore) -> None:
        self._db = database
        self._files = files

    def remove(self, hashes: Iterable[str]) -> None:
        """Remove those that no document has. Raises `StoreProblem` when the disk refuses."""
        for sha256 in hashes:
            with self._db.write() as connection:
                needed = connection.execute(
                    "SELECT 1 FROM document WHERE sha256 = ?", (sha256,)
                ).fetchone()
                if needed is None:
                    self._files.remove(sha256)

    def sweep(self) -> int:
        """Remove what a crash left between bytes and rows; how many files.

        Only an owner at its start may ask for it. Another process may be storing at
        the same time, so what is younger than `UNPROMISED_S` stays.
        """
        promised = {row[0] for row in self._db.rows("SELECT sha256 FROM document")}
        before = time.time() - UNPROMISED_S
        left = [
            name for name, since in self._files.stored() if name not in promised and since < before
        ]
        self.remove(left)
        if left:
            log.warning("%d files that no document needs were removed", len(left))
        return len(left)
