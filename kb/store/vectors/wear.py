"""How much of an index's folder is of what was deleted: chromadb keeps that."""

from pathlib import Path

from kb.domain import ChunkId
from kb.store.vectors.chroma import ChromaVectors

WORN = 1.5
"""Times the expected size at which an index is built anew."""


def worn(folder: Path, chroma: ChromaVectors, known: set[ChunkId]) -> bool:
    """Whether it takes much more of the disk than an index of these chunks does."""
    return _size(folder) > WORN * _expected(chroma, known)


def _size(folder: Path) -> int:
    """Bytes on disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _expected(chroma: ChromaVectors, known: set[ChunkId]) -> int:
    """About how many bytes an index with these chunks alone takes.

    Measured with chromadb 1.5.9, 300 and 3,000 vectors of 64 and 384 dimensions.
    """
    dimensions = chroma.vectors(sorted(known)[:1]).shape[-1] if known else 0
    return 300_000 + len(known) * (6 * dimensions + 700)
