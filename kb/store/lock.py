"""Who owns a store: one process at a time, by an exclusive lock that dies with it."""

import fcntl
import os
from pathlib import Path

from kb.errors import StoreProblem


class Owner:
    """The lock of a data folder. Held from `acquire` to `release` or the process's end."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "owner.lock"
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """True when this process owns the store now, False when another does.

        Raises `StoreProblem` when the lock cannot be made.
        """
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreProblem(
                f"{self._path} cannot be written ({error.strerror}). Make room on the disk, "
                "or name another data folder with KB_DATA_DIR."
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
