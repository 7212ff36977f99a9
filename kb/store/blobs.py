"""Original bytes on disk, named by their SHA-256; written whole or not at all."""

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, BinaryIO

from kb.errors import OriginalChanged, OriginalMissing, OriginalUnreadable, StoreProblem, TooLarge

_BLOCK = 1 << 20
ASIDE = "set-aside"
"""A folder for each day with originals that no document needed then."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes that are safely on disk; `size` in bytes, `path` where they are."""

    sha256: str
    size: int
    path: Path


def written(path: Path) -> str:
    """A path as text; what of it is not UTF-8 is spelled out, for no row can hold it."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


class FileStore:
    def __init__(self, folder: Path, *, writes: bool = True) -> None:
        """`folder` is made if it `writes`; what is set aside lies beside. Raises `StoreProblem`."""
        self._folder = folder
        self._aside = folder.parent / ASIDE
        self._incoming = folder / "incoming"
        if not writes:
            return
        try:
            self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreProblem(
                f"The folder {folder} cannot be made ({error.strerror or error}). "
                "Make room on the disk, or name another with KB_DATA_DIR."
            ) from error

    def put(self, chunks: Iterable[bytes], *, limit: int, name: str) -> StoredFile:
        """Store bytes durably: fsync, then rename, then fsync of the folder.

        `limit` is in bytes. Raises `TooLarge`, or `StoreProblem` when the disk refuses;
        nothing is left behind in either case.
        """
        with self._on_disk(name), closing(self.incoming(limit=limit, name=name)) as coming:
            for chunk in chunks:
                coming.write(chunk)
            return coming.settle()

    def incoming(self, *, limit: int, name: str) -> "Incoming":
        """A file to write bytes to as they come. Close it in any case. Raises as `put`."""
        return Incoming(self, limit=limit, name=name)

    def put_file(self, path: Path, *, limit: int) -> StoredFile:
        """Store a file from the file system. Raises as `put` and `OSError` when unreadable.

        It is read once before, so that bytes which are there already are not written again.
        """
        with path.open("rb") as file:
            known = self._known(file.fileno(), limit)
            if known is not None:
                return known
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            return self.put(_blocks(file.fileno()), limit=limit, name=Path(written(path)).name)

    def open_verified(self, sha256: str, *, name: str) -> BinaryIO:
        """Bytes for reading, at their beginning, after all of them were read and found right.

        What is read then is of the same open file, whatever takes its place. `name` is what
        people are told. Raises `OriginalMissing`, `OriginalChanged`, `OriginalUnreadable`.
        """
        try:
            with ExitStack() as stack:
                file = stack.enter_context(open(self.path(sha256), "rb", opener=_no_link))
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    raise OriginalChanged(name)
                file.seek(0)
                stack.pop_all()
                return file
        except (FileNotFoundError, NotADirectoryError):
            raise OriginalMissing(name) from None
        except OSError as error:
            if error.errno in (errno.EISDIR, errno.ELOOP):
                raise OriginalChanged(name, "a folder or a link stands in its place") from None
            raise OriginalUnreadable(name, error.strerror or str(error)) from error

    def state(self, sha256: str) -> tuple[int, ...] | None:
        """What changes when another file takes its place or it is written to; None without one."""
        try:
            known = os.lstat(self.path(sha256))
        except OSError:
            return None
        return known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns, known.st_ctime_ns

    def digest(self, path: Path) -> str:
        """The SHA-256 of a file, as its name here would be. Raises `OSError`."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            for block in _blocks(file.fileno()):
                digest.update(block)
        return digest.hexdigest()

    def _known(self, descriptor: int, limit: int) -> StoredFile | None:
        digest, size = hashlib.sha256(), 0
        for block in _blocks(descriptor):
            size += len(block)
            if size > limit:
                return None
            digest.update(block)
        there = self.path(digest.hexdigest())
        if not there.is_file():
            return None
        self._sync(there)  # who stored it may have been killed before
        return StoredFile(digest.hexdigest(), size, there)

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def remove(self, sha256: str) -> None:
        """Also where it was set aside. Raises `StoreProblem` when the disk refuses."""
        try:
            for place in (self.path(sha256), *self._aside.glob(f"*/{sha256}")):
                place.unlink(missing_ok=True)
        except OSError as error:
            raise StoreProblem(
                f"The bytes {self.path(sha256)} of what was erased could not be removed "
                f"({error.strerror or error}). They are removed at a later start; look to the disk."
            ) from error

    def set_aside(self, sha256: str, day: date) -> None:
        """Move it to that day's folder. Raises `StoreProblem` when the disk refuses."""
        place = self._aside / day.isoformat()
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path(sha256).rename(place / sha256)
            _sync_folder(place)
            _sync_folder(self.path(sha256).parent)
        except OSError as error:
            raise StoreProblem(
                f"The bytes {self.path(sha256)} could not be set aside ({error.strerror}). "
                "They stay where they are; look to the disk."
            ) from error

    def take_back(self, sha256: str) -> StoredFile:
        """One that is here or was set aside, in its place. Raises `StoreProblem` if it is not."""
        final = self.path(sha256)
        try:
            if not final.exists():
                _, place = next((n, p) for n, p in self.aside() if n == sha256)
                final.parent.mkdir(exist_ok=True, mode=0o700)
                place.rename(final)
                self._sync(final)
            return StoredFile(sha256, final.stat().st_size, final)
        except (OSError, StopIteration) as error:
            raise StoreProblem(f"The original {sha256} could not be taken back.") from error

    def aside(self) -> Iterator[tuple[str, Path]]:
        """The hash and place of each original that was set aside."""
        for place in sorted(self._aside.glob("*/*")):
            yield place.name, place

    def drop_aside(self, before: date) -> None:
        """Remove what was set aside before that day."""
        with suppress(OSError):  # what cannot go now goes at a later start
            for day in self._aside.iterdir():
                if day.name < before.isoformat():
                    shutil.rmtree(day)

    def stored(self) -> Iterator[tuple[str, float]]:
        """The hash of each file that is here, and when it was written, in seconds since 1970."""
        with suppress(OSError):
            for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
                for file in folder.iterdir():
                    with suppress(FileNotFoundError):  # it has just been erased
                        yield file.name, file.stat().st_mtime

    def sweep(self) -> None:
        """Remove what an interrupted `put` left behind; what a living process writes stays."""
        with suppress(OSError):  # what cannot go now goes at a later start
            for left in self._incoming.iterdir():
                with suppress(FileNotFoundError):  # another process has just stored it
                    _remove_left(left)

    def _opened(self) -> IO[bytes]:
        """A new file, locked for as long as this process lives and has it open."""
        while True:
            file = tempfile.NamedTemporaryFile(dir=self._incoming, delete=False)  # noqa: SIM115
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                return file
            file.close()  # swept between its making and its lock

    @contextmanager
    def _on_disk(self, name: str) -> Iterator[None]:
        """Turns what the disk refuses into a sentence on the file of that name."""
        try:
            yield
        except OSError as error:
            raise StoreProblem(
                f"“{name}” could not be stored in {self._folder} ({error.strerror or error}). "
                "Make room on the disk, then offer the file again."
            ) from error

    def _settle(self, incoming: Path, sha256: str) -> None:
        final = self.path(sha256)
        if not final.exists():
            final.parent.mkdir(exist_ok=True, mode=0o700)
            incoming.rename(final)
        self._sync(final)

    def _sync(self, final: Path) -> None:
        for folder in (final.parent, self._folder):
            _sync_folder(folder)


class Incoming:
    """Bytes on their way into a store. Methods raise `StoreProblem` when the disk refuses."""

    def __init__(self, store: FileStore, *, limit: int, name: str) -> None:
        self._store, self._limit, self._name = store, limit, name
        self._digest, self._size = hashlib.sha256(), 0
        with store._on_disk(name):
            self._file = store._opened()

    def write(self, chunk: bytes) -> None:
        """Raises `TooLarge` once there are more bytes than the limit."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise TooLarge(self._name, self._limit >> 20)
        self._digest.update(chunk)
        with self._store._on_disk(self._name):
            self._file.write(chunk)

    def settle(self) -> StoredFile:
        """Put what came in its place, durably."""
        sha256 = self._digest.hexdigest()
        with self._store._on_disk(self._name):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._store._settle(Path(self._file.name), sha256)
        return StoredFile(sha256, self._size, self._store.path(sha256))

    def close(self) -> None:
        """Remove what was not settled. Closing twice is closing once."""
        with self._store._on_disk(self._name):
            try:
                Path(self._file.name).unlink(missing_ok=True)
            finally:
                self._file.close()


def _remove_left(path: Path) -> None:
    """Remove a file unless a living process holds its lock."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _no_link(path: str, flags: int) -> int:
    """As `os.open`, but not through a link, and without waiting for who writes to a pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _blocks(descriptor: int) -> Iterator[bytes]:
    while block := os.read(descriptor, _BLOCK):
        yield block


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
