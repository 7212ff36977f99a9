"""Whether originals are what was taken in: read by their SHA-256, and marked where they are not.

The name of an original is its hash, so nothing else has to be trusted. A mark is of the
bytes, not of a document: it is shown with each document that has them, and taken away when
they are found right again.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from kb.domain import DocumentId
from kb.errors import OriginalDamaged, StoreProblem
from kb.store.blobs import FileStore
from kb.store.clock import now
from kb.store.database import Database
from kb.store.scope import ERASING


@dataclass(frozen=True, slots=True)
class Original:
    """Bytes that at least one document promises; `size` in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Share:
    """One part of `of`: the day decides which, so that as many days in a row read all."""

    of: int
    part: int

    @classmethod
    def on(cls, day: date, of: int) -> "Share":
        return cls(of, day.toordinal() % of)

    def has(self, sha256: str) -> bool:
        return int(sha256[:12], 16) % self.of == self.part


class Verification:
    """Safe to share between threads, and to use beside any owner."""

    def __init__(self, database: Database, files: FileStore) -> None:
        self._db = database
        self._files = files

    def promised(self, share: Share) -> list[Original]:
        """The originals that documents have, by hash; those of the share alone."""
        rows = self._db.rows(
            "SELECT sha256, max(size) FROM document WHERE status <> ? GROUP BY sha256", (ERASING,)
        )
        return [Original(row[0], row[1]) for row in rows if share.has(row[0])]

    def path(self, original: Original) -> Path:
        return self._files.path(original.sha256)

    def documents(self, original: Original) -> list[DocumentId]:
        """The ids of the documents that have these bytes: keys, not yet for a reader."""
        rows = self._db.rows(
            "SELECT id FROM document WHERE sha256 = ? AND status <> ? ORDER BY seq",
            (original.sha256, ERASING),
        )
        return [DocumentId(row[0]) for row in rows]

    def examine(self, original: Original) -> OriginalDamaged | None:
        """Read it through and mark what was found; None is as it was taken in.

        What was erased meanwhile is not damaged.
        """
        try:
            with self.opened(original.sha256, original.sha256[:12]) as file:
                # what searches read shall stay in memory, not what is read once a week
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                return None
        except OriginalDamaged as found:
            return found if self.documents(original) else None

    @contextmanager
    def opened(self, sha256: str, name: str) -> Iterator[BinaryIO]:
        """The bytes, verified before the first is read. Marks, and raises `OriginalDamaged`."""
        try:
            file = self._files.open_verified(sha256, name=name)
        except OriginalDamaged as found:
            self._mark(sha256, found.code)
            raise
        with file:
            self._mark(sha256, None)
            yield file

    @contextmanager
    def held(self, sha256: str, name: str) -> Iterator[Path]:
        """The path, for a child that opens it again: verified before, and after where it moved.

        Marks, and raises `OriginalDamaged`, then too when the child has ended.
        """
        before = self._files.state(sha256)
        with self.opened(sha256, name):
            pass
        yield self._files.path(sha256)
        if self._files.state(sha256) != before:
            with self.opened(sha256, name):
                pass

    def damaged(self) -> int:
        """How many originals are marked."""
        return int(self._db.rows("SELECT count(*) FROM damaged_original")[0][0])

    def _mark(self, sha256: str, code: str | None) -> None:
        row = self._db.row("SELECT code FROM damaged_original WHERE sha256 = ?", (sha256,))
        if (row["code"] if row else None) == code:
            return
        with suppress(StoreProblem), self._db.write() as connection:  # what was found holds anyway
            if code is None:
                connection.execute("DELETE FROM damaged_original WHERE sha256 = ?", (sha256,))
                return
            connection.execute(
                "INSERT INTO damaged_original SELECT ?1, ?2, ?3 WHERE EXISTS "
                "(SELECT 1 FROM document WHERE sha256 = ?1) "
                "ON CONFLICT DO UPDATE SET code = excluded.code, found_at = excluded.found_at",
                (sha256, code, now()),
            )
