"""Files of a folder offered to the store: bytes kept, rows queued, nothing parsed yet.

A folder that cannot be looked into is an offer of its own, which ends as unreadable: what
it holds is unknown, and not gone. So is a store of this program, which is left out: its
originals are of all matters.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.domain import JobId, MatterId, UserId
from kb.domain.jobs import Offered
from kb.errors import BadRequest, IsStore
from kb.store.blobs import FileStore, written
from kb.store.documents.library import LONGEST_NAME, Library
from kb.store.documents.sources import FoundFile, Sources, Vanished

NO_MATTER = "general"


@dataclass(frozen=True, slots=True)
class Offer:
    """One file found below a path that was named, and the matter that its folder names."""

    path: Path
    matter: str

    @property
    def written(self) -> str:
        """The path as it is stored and shown."""
        return written(self.path)


def absolute_path(path: Path) -> Path:
    """A path as every process and every run writes it: from the root, without “..”."""
    return Path(os.path.abspath(path))


def find(paths: Sequence[Path], matter: str | None) -> list[Offer]:
    """The files at and below `paths`, sorted. Hidden ones and links are left out.

    Without `matter`, the first folder below a path names it, else "general".
    Raises `BadRequest` for a path that is not there, `IsStore` for one inside a store.
    """
    offers: dict[str, Offer] = {}
    for path in paths:
        if not path.exists():
            raise BadRequest(f"There is no file or folder {path}. Check the path.")
        base = absolute_path(path)
        if store := next((one for one in (base, *base.parents) if is_store(one)), None):
            raise IsStore(str(store))
        for file in [base] if base.is_file() else _walk(base):
            offers.setdefault(str(file), Offer(file, matter_below(base, file, matter)))
    return list(offers.values())


def is_store(folder: Path) -> bool:
    """Whether a store of this program keeps its files there, this one's or another's."""
    return (folder / "catalogue.db").is_file() and (folder / "originals").is_dir()


def matter_below(base: Path, file: Path, matter: str | None) -> str:
    """The matter of a file found below `base`: the one that is named, else its first folder."""
    below = Path(written(file.relative_to(base))).parts
    folder = " ".join(below[0].split()) if len(below) > 1 else ""
    if len(folder) > LONGEST_NAME:  # cut, but still no other folder's
        digest = hashlib.sha256(folder.encode()).hexdigest()[:8]
        folder = f"{folder[: LONGEST_NAME - 9]} {digest}"
    return matter or folder or NO_MATTER


class Offering:
    """Receives offers into one store, as items of one job."""

    def __init__(self, library: Library, sources: Sources, files: FileStore, limit: int) -> None:
        self._library = library
        self._sources = sources
        self._files = files
        self._limit = limit
        self._matters: dict[str, MatterId] = {}

    def receive(self, offer: Offer, job: JobId, user: UserId) -> None:
        """Keep the bytes and queue a row.

        Raises `KBError` when the bytes cannot be kept and `OSError` when they cannot be read.
        """
        offered = self.offered(offer, job)
        if is_store(offer.path):
            raise IsStore(offer.written)
        for last in (False, True):
            stored = self._files.put_file(offer.path, limit=self._limit)
            try:
                name = Path(offer.written).name
                self._sources.receive(FoundFile(offered, stored, name, user))
                return
            except Vanished:  # erased between the two steps
                if last:
                    raise

    def offered(self, offer: Offer, job: JobId) -> Offered:
        """What the job remembers of an offer; its matter is made when it is not there."""
        if offer.matter not in self._matters:
            self._matters[offer.matter] = self._library.add_matter(offer.matter).id
        return Offered(job, self._matters[offer.matter], offer.written)


def _walk(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []

    def note(error: OSError) -> None:
        closed.append(Path(error.filename))

    for parent, folders, names in os.walk(folder, onerror=note):
        if is_store(Path(parent)):
            folders[:] = []
            yield Path(parent)
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(parent, name)
            if not name.startswith(".") and _offered(file):
                yield file
        yield from closed
        closed.clear()
    yield from closed


def _offered(file: Path) -> bool:
    """Whether it is a file and no link, or cannot be looked at, which reading it will tell."""
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except FileNotFoundError:  # it went meanwhile
        return False
    except OSError:
        return True
