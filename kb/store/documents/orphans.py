"""Original bytes that no document needs: erased where that was asked, else set aside.

What was erased is written down in the transaction that erases it, and removed at the next
start if not at once. Any other original that nobody promises was left by a crash, or is of
a document that this catalogue has lost: it is kept aside for a while, never removed.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kb.errors import StoreProblem
from kb.store.blobs import FileStore
from kb.store.database import Database
from kb.store.identity import Identity

log = logging.getLogger("kb")

UNPROMISED_S = 600
"""Bytes wait at most this long, in seconds, for the row that promises them: a transaction."""
KEPT_DAYS = 30
"""How long what was set aside is kept."""
MOST_ASIDE = 100
MOST_SHARE = 0.1
"""More originals than this, or than this share of all, are no crash's: they stay where they are."""
LEFT_BY_A_CRASH = 4
"""So few are, whatever their share: a store may have five documents."""


class Orphans:
    """Bytes go inside a transaction, so that no row can promise them in between."""

    def __init__(self, database: Database, files: FileStore, identity: Identity) -> None:
        self._db = database
        self._files = files
        self._identity = identity

    def concern(self) -> str | None:
        """Why the catalogue may not know all that the store has, as a sentence."""
        return self._identity.concern() or self._refused(*self._left())

    def tidy(self) -> None:
        """What an owner does at its start: finish what was erased, set aside what was left.

        Nothing is touched where the catalogue may not know all that the store has.
        """
        concern = self._identity.concern()
        if concern is None:
            self._identity.advance()
            erased = [row[0] for row in self._db.rows("SELECT sha256 FROM unneeded")]
            remove(self._db, self._files, erased)
            self._files.drop_aside(_today() - timedelta(days=KEPT_DAYS))
            concern = self._set_aside()
        if concern:
            log.warning("%s", concern)

    def ended(self) -> None:
        """What an owner does at its end; on a full disk its start has to do."""
        with suppress(StoreProblem):
            if self._identity.concern() is None:
                self._identity.advance()

    def unpromised(self) -> list[str]:
        """Originals that no document has, those set aside included."""
        known = {name for name, _ in self._files.stored()} | {n for n, _ in self._files.aside()}
        return sorted(known - self._promised())

    def accept(self) -> None:
        """From now on this catalogue is the one that the store has."""
        self._identity.advance()

    def _set_aside(self) -> str | None:
        left, stored = self._left()
        if refused := self._refused(left, stored):
            return refused
        for sha256 in left:
            with self._db.write() as connection:
                if not _needed(connection, sha256):
                    self._files.set_aside(sha256, _today())
        if left:
            log.warning("%d originals that no document needs were set aside", len(left))
        return None

    def _left(self) -> tuple[list[str], int]:
        """What nobody promises, and how many originals there are.

        Another process may be storing just now, so what is younger than `UNPROMISED_S` is none.
        """
        before = time.time() - UNPROMISED_S
        stored = list(self._files.stored())
        promised = self._promised()
        return [n for n, since in stored if n not in promised and since < before], len(stored)

    def _refused(self, left: Sequence[str], stored: int) -> str | None:
        if len(left) <= min(MOST_ASIDE, max(LEFT_BY_A_CRASH, int(stored * MOST_SHARE))):
            return None
        return (
            f"{len(left)} of {stored} originals are promised by no document of this catalogue, "
            "more than a crash leaves. They stay where they are. If the catalogue was lost or "
            "restored, put the right one back; else have them taken in again: `kb doctor --adopt`."
        )

    def _promised(self) -> set[str]:
        return {row[0] for row in self._db.rows("SELECT sha256 FROM document")}


def remove(database: Database, files: FileStore, hashes: Iterable[str]) -> None:
    """Remove originals that no document has. Raises `StoreProblem` when the disk refuses."""
    for sha256 in hashes:
        with database.write() as connection:
            if not _needed(connection, sha256):
                files.remove(sha256)
            connection.execute("DELETE FROM unneeded WHERE sha256 = ?", (sha256,))


def _needed(connection: Any, sha256: str) -> bool:
    found = connection.execute("SELECT 1 FROM document WHERE sha256 = ?", (sha256,))
    return found.fetchone() is not None


def _today() -> date:
    return datetime.now(UTC).date()
