"""The same text in several documents, shown once."""

from collections.abc import Iterable, Sequence

from kb.domain import Chunk

SHINGLE = 4
"""Words in a row that are compared as one."""
NEARLY = 0.85
"""Share of all their shingles that two passages have in common to be one text.

Broder, On the resemblance and containment of documents, 1997.
"""


def plain(text: str) -> str:
    """Text whose case and layout do not count."""
    return " ".join(text.casefold().split())


def folded(chunks: Sequence[Chunk], *, limit: int) -> list[tuple[Chunk, list[Chunk]]]:
    """The first `limit` different texts in their order, each with its doubles elsewhere.

    A double is of another document; the same clause twice in one document is shown twice.
    """
    shown: list[tuple[Chunk, list[Chunk]]] = []
    known: list[frozenset[str]] = []
    for chunk in chunks:
        own = _shingles(chunk.text)
        first = next((n for n, other in enumerate(known) if alike(own, other)), None)
        if first is not None and _elsewhere(chunk, shown[first]):
            shown[first][1].append(chunk)
        elif len(shown) < limit:
            shown.append((chunk, []))
            known.append(own)
    return shown


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of shingles are so much the same that their texts are one."""
    less, more = sorted((len(one), len(other)))
    if less < NEARLY * more:
        return False
    common = len(one & other)
    return common >= NEARLY * (less + more - common)


def _elsewhere(chunk: Chunk, entry: tuple[Chunk, Iterable[Chunk]]) -> bool:
    first, others = entry
    return all(chunk.document_id != one.document_id for one in (first, *others))


def _shingles(text: str) -> frozenset[str]:
    words = plain(text).split()
    last = max(1, len(words) - SHINGLE + 1)
    return frozenset(" ".join(words[n : n + SHINGLE]) for n in range(last))
