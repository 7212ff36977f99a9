"""Folders that parsers write in: made, swept, and what may be taken out of them."""

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kb.domain import Part
from kb.errors import ParseFailed

_PREFIX = "kb-parser-"


@dataclass(frozen=True, slots=True)
class Temporary:
    """A folder of one document's own. It is locked while the process that made it lives."""

    path: str
    lock: int  # a descriptor of the folder

    def empty(self) -> None:
        """Take out what lies in it."""
        with suppress(OSError), os.scandir(self.path) as found:
            for one in found:
                if one.is_dir(follow_symlinks=False):
                    shutil.rmtree(one.path, ignore_errors=True)
                else:
                    os.unlink(one.path)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)


def make_temporary(folder: str) -> Temporary:
    """A new folder in `folder`, for this user alone. Raises `OSError`."""
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        path = tempfile.mkdtemp(prefix=_PREFIX, dir=folder)
        with suppress(OSError):  # swept by another process before it was locked
            return Temporary(path, _locked(path))


def sweep(folder: str) -> None:
    """Remove what processes that were killed have left in `folder`; others keep theirs."""
    for path in Path(folder).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another's, or it lives
            lock = _locked(str(path))
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _locked(path: str) -> int:
    opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(opened).st_nlink == 0 or not os.path.isdir(path):
            raise FileNotFoundError(path)
    except OSError:
        os.close(opened)
        raise
    return opened


def trusted(part: Part, scratch: Path, *, most_bytes: int = 1 << 30) -> Path:
    """The path of `part`'s bytes, when it is what an honest parser leaves.

    That is a regular file of one name, directly in `scratch`, which is a real folder,
    owned by us and of at most `most_bytes`. A link would let a parser that was taken
    over hand us any file of ours as if it had been found inside the document.
    Raises `ParseFailed` ("damaged"). The check is worth most when the child that wrote
    the file has no further call: it may still change what is in its own folder.
    """
    path = Path(os.path.abspath(part.path))
    try:
        folder, found = scratch.lstat(), path.lstat()
    except (OSError, ValueError):
        raise _refusal(part) from None
    if (
        path.parent != Path(os.path.abspath(scratch))
        or not stat.S_ISDIR(folder.st_mode)
        or not stat.S_ISREG(found.st_mode)
        or found.st_nlink != 1
        or found.st_uid != folder.st_uid
        or found.st_size > most_bytes
    ):
        raise _refusal(part)
    return path


def _refusal(part: Part) -> ParseFailed:
    return ParseFailed(
        f"“{part.name}”, which lies inside it, could not be taken out. "
        "Take it out yourself and add it.",
        "damaged",
    )
