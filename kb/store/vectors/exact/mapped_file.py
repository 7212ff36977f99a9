"""A matter's coded vectors in one file, mapped into memory: a cache of SQLite, never the truth.

A file is written beside its place, synced and renamed into it, so a process that
has mapped the old one goes on with it. Only an erasure changes a file in place:
it puts zeros where the document was. A sum over the whole file tells a torn one,
also when it was torn in the middle of an erasure; then it is as if it were not
there. Documents are known by their stamps (`document.stamp` in the catalogue),
which change with any change of their vectors.
"""

import mmap
import os
import struct
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.store.vectors.exact.quantization import Bytes, Codes, Mask, encode, join

_HEAD = struct.Struct("<8sIIqq")
"""Mark, sum, dimensions, documents, rows; then stamps, counts, keys, steps, losses, codes."""
_MARK = b"kbcodes1"
_SUMMED_FROM = 12
"""The first byte that the sum is made of: what stands behind it."""

Numbers = NDArray[np.int64]
Identity = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """Coded chunks by document: `counts[i]` rows, in order, are of the document `stamps[i]`.

    `keys` are the chunks' keys in the catalogue. A stamp of 0 is a document that was erased.
    """

    stamps: Numbers
    counts: Numbers
    keys: Numbers
    codes: Codes

    def __len__(self) -> int:
        return len(self.keys)

    def of(self, documents: Mask) -> "Rows":
        """The rows of these documents alone; copied."""
        chosen = np.repeat(documents, self.counts)
        return Rows(
            np.array(self.stamps[documents]),
            np.array(self.counts[documents]),
            self.keys[chosen],
            self.codes.rows(chosen),
        )


def no_rows(dimensions: int) -> Rows:
    none = np.zeros(0, dtype=np.int64)
    return Rows(none, none, none, encode(np.zeros((0, dimensions), dtype=np.float32)))


def together(parts: list[Rows], dimensions: int) -> Rows:
    """All rows of these, in order."""
    if not parts:
        return no_rows(dimensions)
    return Rows(
        np.concatenate([part.stamps for part in parts]),
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.keys for part in parts]),
        join([part.codes for part in parts], dimensions),
    )


def write(path: Path, rows: Rows) -> None:
    """Put a whole file in place. Raises `OSError`."""
    dimensions = rows.codes.codes.shape[1]
    body = [
        rows.stamps.astype("<i8").tobytes(),
        rows.counts.astype("<i8").tobytes(),
        rows.keys.astype("<i8").tobytes(),
        rows.codes.step.astype("<f4").tobytes(),
        rows.codes.lost.astype("<f4").tobytes(),
        np.ascontiguousarray(rows.codes.codes).data if len(rows) else b"",
    ]
    head = _HEAD.pack(_MARK, 0, dimensions, len(rows.stamps), len(rows))
    total = zlib.crc32(head[_SUMMED_FROM:])
    for part in body:
        total = zlib.crc32(part, total)
    pending = path.with_suffix(".new")
    with open(os.open(pending, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(_HEAD.pack(_MARK, total, dimensions, len(rows.stamps), len(rows)))
        for part in body:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    pending.rename(path)


def read_rows(path: Path) -> Rows | None:
    """The file, mapped; None when there is none or it is not whole."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _HEAD.size:
                return None
            held = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
    except OSError:
        return None
    mark, total, dimensions, documents, rows = _HEAD.unpack_from(held)
    if mark != _MARK or size != _size(dimensions, documents, rows):
        return None
    if zlib.crc32(memoryview(held)[_SUMMED_FROM:]) != total:
        return None
    return _views(held, dimensions, documents, rows)


def identity(path: Path) -> Identity | None:
    """What changes when another file takes this one's place or an erasure changes it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def erase(path: Path, *, but: Collection[int]) -> int:
    """Put zeros in the place of all documents but these; how many. Raises `OSError`.

    Whoever is interrupted here leaves a file whose sum is wrong, which counts for nothing.
    """
    rows = read_rows(path)
    if rows is None:
        path.unlink(missing_ok=True)  # torn, but vectors may be in it
        return 0
    chosen = ~np.isin(rows.stamps, [0, *but])
    if not chosen.any():
        return 0
    with path.open("r+b") as file:
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_WRITE)
        _, _, dimensions, documents, count = _HEAD.unpack_from(held)
        there = _views(held, dimensions, documents, count)
        mine = np.repeat(chosen, there.counts)
        there.stamps[chosen] = 0
        for one in (there.codes.codes, there.codes.step, there.codes.lost, there.keys):
            one[mine] = 0
        total = zlib.crc32(memoryview(held)[_SUMMED_FROM:])
        struct.pack_into("<I", held, len(_MARK), total)
        held.flush()
        os.utime(file.fileno())
    return int(chosen.sum())


def _size(dimensions: int, documents: int, rows: int) -> int:
    return _HEAD.size + 16 * documents + (16 + dimensions) * rows


def _views(held: mmap.mmap, dimensions: int, documents: int, rows: int) -> Rows:
    at = _HEAD.size

    def view(kind: str, count: int) -> NDArray[np.generic]:
        nonlocal at
        found = np.frombuffer(held, dtype=kind, count=count, offset=at)
        at += found.nbytes
        return found

    stamps, counts = view("<i8", documents), view("<i8", documents)
    keys, step, lost = view("<i8", rows), view("<f4", rows), view("<f4", rows)
    codes: Bytes = view("i1", rows * dimensions).astype(np.int8, copy=False)
    shaped = codes.reshape(rows, dimensions)
    return Rows(
        stamps.astype(np.int64, copy=False),
        counts.astype(np.int64, copy=False),
        keys.astype(np.int64, copy=False),
        Codes(shaped, step.astype(np.float32, copy=False), lost.astype(np.float32, copy=False)),
    )
