"""Which store a catalogue belongs to, and whether it is the newest that this store has had.

The catalogue has an id and a generation, and so has a file beside it. An owner counts
both up when it begins and when it ends, the catalogue first. A catalogue that was put
back from a backup is behind the file; an empty or another one has another id.
"""

import json
import os
from pathlib import Path

from kb.errors import StoreProblem
from kb.store.database import Database

FILE = "store.json"


class Identity:
    def __init__(self, database: Database, folder: Path) -> None:
        self._db = database
        self._path = folder / FILE

    def concern(self) -> str | None:
        """Why this catalogue may not know all that the store has, as a sentence; None if it may."""
        known = self._beside()
        if known is None:
            return None
        id_, generation = self._own()
        if known[0] != id_:
            return (
                f"The catalogue is not the one that {self._path.parent} had: it is new, or another "
                "store's. Nothing was removed. Put the right catalogue.db back, or have what it "
                "does not know taken in again: `kb doctor --adopt`."
            )
        if known[1] > generation:
            return (
                "The catalogue is older than the store, as after a restore: documents that came "
                "since are not in it, and those erased since are. Nothing was removed. Put a newer "
                "catalogue.db back, or have what it does not know taken in again: `kb doctor "
                "--adopt`."
            )
        return None

    def advance(self) -> None:
        """Count both up. Raises `StoreProblem` when they cannot be written."""
        _, theirs = self._beside() or ("", 0)
        with self._db.write() as connection:
            connection.execute("UPDATE identity SET generation = max(generation, ?) + 1", (theirs,))
        id_, generation = self._own()
        told = json.dumps({"id": id_, "generation": generation})
        new = self._path.with_suffix(".new")
        try:
            with new.open("w", encoding="utf-8") as file:
                file.write(told)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as error:  # the catalogue is ahead then, which says nothing against it
            raise StoreProblem(
                f"{self._path} cannot be written ({error.strerror}). Make room on the disk, then "
                "run the same again: nothing that was promised is lost."
            ) from error

    def _own(self) -> tuple[str, int]:
        row = self._db.row("SELECT id, generation FROM identity")
        return (str(row["id"]), int(row["generation"])) if row else ("", 0)

    def _beside(self) -> tuple[str, int] | None:
        """What the file says; None where it is not there or was torn."""
        try:
            told = json.loads(self._path.read_text("utf-8"))
            return str(told["id"]), int(told["generation"])
        except (OSError, ValueError, LookupError, TypeError):
            return None
