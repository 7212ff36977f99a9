"""Files of a folder offered to the store: bytes kept, rows queued, nothing parsed yet."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.domain import Document, Status, UserId
from kb.errors import BadRequest
from kb.store.files import FileStore
from kb.store.library import Library

NO_MATTER = "general"


@dataclass(frozen=True, slots=True)
class Offer:
    """One file found below a path that was named, and the matter that its folder names."""

    path: Path
    matter: str


def find(paths: Sequence[Path], matter: str | None) -> list[Offer]:
    """The files at and below `paths`, sorted. Hidden ones and links are left out.

    Without `matter`, the first folder below a path names it, else "general".
    Raises `BadRequest` for a path that is not there.
    """
    offers: dict[str, Offer] = {}
    for path in paths:
        if not path.exists():
            raise BadRequest(f"There is no file or folder {path}. Check the path.")
        base = Path(os.path.abspath(path))
        for file in [base] if base.is_file() else _walk(base):
            below = file.relative_to(base).parts
            named = matter or (below[0] if len(below) > 1 else NO_MATTER)
            offers.setdefault(str(file), Offer(file, named))
    return list(offers.values())


class Offering:
    """Receives offers into one store."""

    def __init__(self, library: Library, files: FileStore, user: UserId, limit: int) -> None:
        self._library = library
        self._files = files
        self._user = user
        self._limit = limit

    def receive(self, offer: Offer) -> tuple[Document, bool]:
        """The queued document, or the one that is there already; and whether it is unchanged.

        Raises `KBError` when the bytes cannot be kept and `OSError` when they cannot be read.
        """
        stored = self._files.put_file(offer.path, limit=self._limit)
        matter = self._library.add_matter(offer.matter)
        document = self._library.receive(
            stored,
            matter_id=matter.id,
            name=offer.path.name,
            path=str(offer.path),
            added_by=self._user,
        )
        if not self._files.path(stored.sha256).is_file():  # deleted between the two steps
            self._files.put_file(offer.path, limit=self._limit)
        return document, document.status is Status.READY


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(parent, name)
            if not name.startswith(".") and not file.is_symlink() and file.is_file():
                yield file
