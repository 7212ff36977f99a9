"""The folder of a store: told from others, written to or only read, closed to other users.

What this program writes is its user's alone. A folder that was made by hand, copied or put
back from a backup may be open to others of the machine; its owner closes it at the start.
"""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from kb.errors import StoreProblem
from kb.store.blobs import ASIDE
from kb.store.remains import Kept

log = logging.getLogger("kb")

CATALOGUE = "catalogue.db"
TRAIL = "audit.db"
MODELS = "models"
_SWEPT = ("originals", ASIDE, "scratch", "codes", "vectors", "attended")
"""What is made beside a catalogue and never before it, and tidied as ours."""
_FILES = (
    f"{CATALOGUE}.batches",
    "owner.lock",
    "store.json",
    "store.new",
    "kb.sock",
    "kb.sock.path",
)
_DATABASES = tuple(f"{name}{part}" for name in (CATALOGUE, TRAIL) for part in ("", "-wal", "-shm"))
OURS = frozenset((*_DATABASES, *_SWEPT, *_FILES, *Kept, MODELS))
"""The names of all that lies in a store."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def data_folder(folder: Path) -> Path:
    """The folder, made if need be. Raises `StoreProblem` for one that is no store of ours."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreProblem(
            f"The data folder {folder} cannot be made ({error.strerror}). "
            "Name another with KB_DATA_DIR."
        ) from error
    try:
        ours = [name for name in _SWEPT if (folder / name).exists()]
        lost = bool(ours) and not (folder / CATALOGUE).exists()
    except PermissionError as error:
        raise StoreProblem(
            f"The data folder {folder} is another user's and closed to you. Run this as its owner, "
            "or name another with KB_DATA_DIR."
        ) from error
    if lost:
        raise StoreProblem(
            f"{folder} holds “{ours[0]}” and no catalogue.db, so it is not a store of this "
            "program, or its catalogue was lost. Nothing in it was touched. Name another with "
            "KB_DATA_DIR, or put the catalogue back."
        )
    return folder


def writable(folder: Path) -> bool:
    """Whether a file could be made there; of a folder that is not there, whether it could be."""
    place = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return os.access(place, os.W_OK)


def written_to(folder: Path) -> bool:
    """False for a store that is only read: a backup, a file system without writing."""
    catalogue = folder / CATALOGUE
    return not catalogue.exists() or (writable(folder) and os.access(catalogue, os.W_OK))


def open_to_others(folder: Path) -> Iterator[Path]:
    """What of a store other users of the machine may read or write; what is inside comes first.

    Nothing that lies in the folder and is not ours is looked at, and then the folder itself
    is not either: it may be meant for others. A closed folder is not looked into.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if _is_ours(entry):
            yield from _open_below(entry)
    place = folder.resolve()  # it may be named by a link
    if all(_is_ours(entry) for entry in entries) and _is_open(place):
        yield place


def close_to_others(folder: Path) -> None:
    """Take what others may do with a store from them; what cannot be closed is left and told."""
    closed, left = 0, 0
    for path in open_to_others(folder):
        if _close(path):
            closed += 1
        else:
            left += 1
    if closed:
        log.warning(
            "%d files and folders of %s were open to other users of this machine; "
            "they are closed now.",
            *(closed, folder),
        )
    if left:
        log.warning("%s", still_open(folder, left))


def still_open(folder: Path, count: int) -> str:
    """What a person is told of so many files and folders that could not be closed."""
    return (
        f"{count} files or folders of {folder} are open to other users of this machine and are "
        f"not this user's to close. Have their owner do it: `chmod -R go= {folder}`."
    )


def _is_ours(entry: Path) -> bool:
    """Others keep models in a folder of that name too: ours has what only we put into one."""
    if entry.name != MODELS:
        return entry.name in OURS
    return any((entry / name).exists() for name in ("models.json", "embedder", "chat"))


def _open_below(entry: Path) -> Iterator[Path]:
    if not _is_open(entry):
        return
    for place, folders, files in os.walk(entry, topdown=False):
        yield from (path for name in (*files, *folders) if _is_open(path := Path(place, name)))
    yield entry


def _is_open(path: Path) -> bool:
    """False for a link, which leads elsewhere, and for what has just gone."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and bool(mode & _OTHERS)


def _close(path: Path) -> bool:
    """By a descriptor of its name, so that a link which takes its place is not followed.

    The file itself is not opened: closing one drops every lock that this process has on it,
    SQLite's as well (fcntl(2)), and then another process believes that it is alone.
    """
    try:
        descriptor = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        held = os.fstat(descriptor)
        if held.st_uid != os.geteuid():
            return False
        os.chmod(f"/proc/self/fd/{descriptor}", stat.S_IMODE(held.st_mode) & ~_OTHERS)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
