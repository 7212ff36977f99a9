"""What people are told when SQLite cannot open, read or write a file of the store.

`name` is what the file is called, the catalogue or the audit trail. May import sqlcipher3
beside `kb.store.database`, for its kinds of errors alone.
"""

from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from kb.errors import StoreProblem

_OURS = (sqlite.IntegrityError, sqlite.ProgrammingError)
"""What SQLite refuses because of what it was told, not because of the file."""


def unopened(name: str, path: Path, error: Exception) -> StoreProblem:
    if isinstance(error, sqlite.OperationalError) and "locked" in str(error):
        return StoreProblem(
            f"Another process has been writing to the {name} {path} for longer than anybody waits. "
            "Nothing is wrong with it: try again."
        )
    return StoreProblem(
        f"The {name} {path} cannot be opened ({error}). If the disk is full, make room and try "
        "again; otherwise restore the file from a backup."
    )


def damaged(name: str, path: Path, told: object) -> str:
    return (
        f"The {name} {path} is damaged ({told}). Stop what works on it and put the newest backup "
        "in its place; `kb doctor --adopt` then takes in again what came since."
    )


def unreadable(name: str, path: Path, error: Any) -> Any:
    """What a person is told; a fault of ours, such as a wrong statement, stays what it is."""
    if isinstance(error, _OURS):
        return error
    if not isinstance(error, sqlite.OperationalError):
        return StoreProblem(damaged(name, path, error))
    return StoreProblem(
        f"The {name} cannot be read ({error}). Look to the disk, then run the same again: "
        "nothing that was promised is lost."
    )


def unwritten(name: str, path: Path, error: Any) -> Any:
    """As `unreadable`."""
    if isinstance(error, sqlite.OperationalError):
        return StoreProblem(
            f"The {name} cannot be written ({error}). Make room on the disk, then run the same "
            "again: nothing that was promised is lost."
        )
    return unreadable(name, path, error)


def only_read(folder: Path) -> StoreProblem:
    """What is raised where a store that can only be read would be written to."""
    return StoreProblem(
        f"The store {folder} can only be read here, so nothing in it is changed. Copy it to where "
        "it can be written, or let its user write there."
    )
