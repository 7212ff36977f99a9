"""Which files may still hold something of what was erased: a mark for each, beside them.

Chromadb keeps deleted vectors in its files, and SQLite may leave a copy of a row that it
moved in the unused part of a page. A mark is as old as the last erasure; it is made
before that begins and goes once the files were written anew, so a crash leaves one too many.
"""

import os
import time
from enum import StrEnum
from pathlib import Path

from kb.errors import StoreProblem


class Kept(StrEnum):
    """What is written anew, by the name of its mark in the data folder."""

    INDEX = "vectors.erased"
    CATALOGUE = "catalogue.erased"


class Remains:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self) -> None:
        """Something is about to be erased: on disk when this returns. Raises `StoreProblem`."""
        try:
            for kept in Kept:
                (self._folder / kept).touch(mode=0o600)
            _sync(self._folder)
        except OSError as error:
            raise StoreProblem(
                f"Nothing can be written in {self._folder} ({error.strerror}), so nothing was "
                "erased. Make room on the disk, then run the same again."
            ) from error

    def age(self, kept: Kept) -> float | None:
        """Seconds since the last erasure of which these files may hold something; None without."""
        try:
            return abs(time.time() - (self._folder / kept).stat().st_mtime)
        except FileNotFoundError:
            return None

    def clear(self, kept: Kept) -> None:
        """Raises `StoreProblem`; the mark stays, and the files are written anew once more."""
        try:
            (self._folder / kept).unlink(missing_ok=True)
        except OSError as error:
            raise StoreProblem(
                f"{kept} cannot be removed from {self._folder} ({error.strerror}). What it tells "
                "of was done and is done again. Mend the folder's permissions or its disk."
            ) from error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
