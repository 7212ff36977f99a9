"""What is held of each matter for the exact search: its file, mapped, and what came since.

The catalogue says which documents are searchable and by which stamp; whatever
the file does not have of these is read from the catalogue and kept in memory
until it is worth another file. Only the owner of the store writes files; another
process maps them, and is right without them too.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from kb.domain import ChunkId, DocumentId, MatterId, Scope
from kb.store.documents.chunks import Chunks, Ready, document_of
from kb.store.vectors.exact import mapped_file
from kb.store.vectors.exact.mapped_file import Identity, Numbers, Rows
from kb.store.vectors.exact.quantization import Mask, encode

log = logging.getLogger("kb")

WORTH_A_FILE = 64
"""Rows in memory from which on a matter's file is written."""
WORTH_ANOTHER = 4
"""It is written again when more than one row in so many is new or gone."""
LOADED_AT_ONCE = 200
"""Documents whose vectors are read from the catalogue at a time."""
SUFFIX = ".codes"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows, and for each of their documents its place among those of the shelf, -1 if gone."""

    rows: Rows
    place: Numbers


@dataclass(frozen=True, slots=True)
class Shelf:
    """One matter as it was at one generation."""

    generation: int
    ready: Ready
    filed: Part
    since: Part
    file: Identity | None
    plain: bool
    """Whether all that its parts hold is current."""

    @property
    def parts(self) -> list[Part]:
        return [part for part in (self.filed, self.since) if len(part.rows)]

    def meant(self, scope: Scope, within: frozenset[DocumentId] | None) -> Mask | None:
        """Which of its documents are searched, None for all that its parts hold.

        One more place at the end stands for those that are gone.
        """
        ready = self.ready
        if within is None and not scope.walled and self.plain:
            return None
        meant = np.ones(len(ready.ids) + 1, dtype=np.bool_)
        meant[-1] = False
        if not scope.superseded:
            meant[:-1] &= ready.current
        if scope.walled:
            meant[:-1] &= np.array([one not in scope.walled for one in ready.ids], dtype=np.bool_)
        if within is not None:
            meant[:-1] &= np.array([one in within for one in ready.ids], dtype=np.bool_)
        return meant


class Shelves:
    """Safe to share between threads. `writes` is True in the process that owns the store."""

    def __init__(self, chunks: Chunks, folder: Path, *, writes: bool) -> None:
        self._chunks = chunks
        self._folder = folder
        self._writes = writes
        self._held: dict[MatterId, Shelf] = {}
        self._locks: defaultdict[MatterId, Lock] = defaultdict(Lock)
        self._locking = Lock()
        self._erased: set[int] = set()
        if writes:
            self._sweep()

    def of(self, matters: frozenset[MatterId], dimensions: int) -> list[Shelf]:
        """The shelves of these matters as the catalogue has them now, in order of their ids."""
        found = []
        for matter, generation in sorted(self._chunks.generations(matters).items()):
            shelf = self._held.get(matter)
            if shelf is None or not self._stands(shelf, matter, generation, dimensions):
                shelf = self._renewed(matter, generation, dimensions)
            found.append(shelf)
        return found

    def forget(self, ids: Sequence[ChunkId]) -> None:
        """Leave no byte of the documents of these chunks in a file, nor put it there again.

        To be called before their rows go: where they stay after all, they are read
        from the catalogue.
        """
        for matter, going in self._chunks.stamps({document_of(one) for one in ids}).items():
            with self._lock(matter):
                self._erased.update(going)
                self._held.pop(matter, None)  # its rows are mapped, and are zeros from now on
                path = self._path(matter)
                if path.exists():
                    staying = set(self._chunks.ready(matter).stamps.tolist()).difference(going)
                    mapped_file.erase(path, but=staying)

    def _stands(self, shelf: Shelf, matter: MatterId, generation: int, dimensions: int) -> bool:
        """Whether it is as the catalogue says, and no other process has changed its file."""
        return (
            shelf.generation == generation
            and _width(shelf) == dimensions
            and (self._writes or shelf.file == mapped_file.identity(self._path(matter)))
        )

    def _lock(self, matter: MatterId) -> Lock:
        with self._locking:
            return self._locks[matter]

    def _renewed(self, matter: MatterId, generation: int, dimensions: int) -> Shelf:
        with self._lock(matter):
            held = self._held.get(matter)
            if held and self._stands(held, matter, generation, dimensions):
                return held  # another thread was quicker
            ready = self._chunks.ready(matter)
            filed, file = self._filed(matter, held, dimensions)
            since = held.since.rows if held and _width(held) == dimensions else None
            since = self._since(ready, filed, since, dimensions)
            if self._writes and _worth(ready, filed, since):
                filed, since, file = self._rewritten(matter, ready, filed, since)
            parts = _part(filed, ready), _part(since, ready)
            plain = bool(ready.current.all()) and all((part.place >= 0).all() for part in parts)
            shelf = Shelf(generation, ready, *parts, file, plain)
            self._held[matter] = shelf
            return shelf

    def _filed(
        self, matter: MatterId, held: Shelf | None, dimensions: int
    ) -> tuple[Rows, Identity | None]:
        """What lies in the file, mapped again only when the file is another one."""
        path = self._path(matter)
        file = mapped_file.identity(path)
        if held and held.file == file and _width(held) == dimensions:
            return held.filed.rows, file
        rows = mapped_file.read_rows(path) if file else None
        if rows is None or rows.codes.codes.shape[1] != dimensions:
            return mapped_file.no_rows(dimensions), None
        return rows, file

    def _since(self, ready: Ready, filed: Rows, held: Rows | None, dimensions: int) -> Rows:
        """The documents that the file does not have: those held in memory, and the new ones."""
        known = set(filed.stamps.tolist())
        parts = []
        if held is not None:
            kept = np.isin(held.stamps, ready.stamps) & ~np.isin(held.stamps, filed.stamps)
            parts.append(held if kept.all() else held.of(kept))
            known.update(parts[0].stamps.tolist())
        missing = [
            (one, stamp)
            for one, stamp in zip(ready.ids, ready.stamps.tolist(), strict=True)
            if stamp not in known
        ]
        for start in range(0, len(missing), LOADED_AT_ONCE):
            parts.append(self._loaded(missing[start : start + LOADED_AT_ONCE], dimensions))
        return mapped_file.together(parts, dimensions)

    def _loaded(self, documents: Sequence[tuple[DocumentId, int]], dimensions: int) -> Rows:
        ids = [known for known, _ in documents]
        counts, keys, vectors = self._chunks.vectors_of(ids, dimensions=dimensions)
        stamps = np.array([stamp for _, stamp in documents], dtype=np.int64)
        return Rows(stamps, np.array(counts, dtype=np.int64), keys, encode(vectors))

    def _rewritten(
        self, matter: MatterId, ready: Ready, filed: Rows, since: Rows
    ) -> tuple[Rows, Rows, Identity | None]:
        """Put what is there now into another file; without room for it, all stays as it was."""
        width = filed.codes.codes.shape[1]
        erased = list(self._erased)
        parts = [
            rows.of(np.isin(rows.stamps, ready.stamps) & ~np.isin(rows.stamps, erased))
            for rows in (filed, since)
        ]
        path = self._path(matter)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            mapped_file.write(path, mapped_file.together(parts, width))
        except OSError as error:
            log.warning("the vectors of a matter stay in memory (%s)", error.strerror)
            return filed, since, mapped_file.identity(path)
        rows = mapped_file.read_rows(path)
        if rows is None:
            return mapped_file.no_rows(width), mapped_file.together(parts, width), None
        return rows, since.of(np.isin(since.stamps, erased)), mapped_file.identity(path)

    def _path(self, matter: MatterId) -> Path:
        return self._folder / f"{matter}{SUFFIX}"

    def _sweep(self) -> None:
        """Remove what an interrupted owner left half written, and files of no matter."""
        if not self._folder.is_dir():
            return
        known = self._chunks.generations(None)
        for file in self._folder.iterdir():
            if file.suffix != SUFFIX or MatterId(file.stem) not in known:
                file.unlink(missing_ok=True)


def _width(shelf: Shelf) -> int:
    return int(shelf.filed.rows.codes.codes.shape[1])


def _part(rows: Rows, ready: Ready) -> Part:
    places = {stamp: place for place, stamp in enumerate(ready.stamps.tolist())}
    return Part(rows, np.array([places.get(s, -1) for s in rows.stamps.tolist()], dtype=np.int64))


def _worth(ready: Ready, filed: Rows, since: Rows) -> bool:
    gone = filed.counts[~np.isin(filed.stamps, ready.stamps)].sum()
    changed = len(since) + int(gone)
    return changed >= max(WORTH_A_FILE, len(filed) // WORTH_ANOTHER)
