"""The same text in several documents, shown once."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.domain import Chunk

SHINGLE = 4
"""Words in a row that are compared as one."""
NEARLY = 0.85
"""Share of all their shingles that two passages have in common to be one text.

Broder, On the resemblance and containment of documents, 1997.
"""
_TURNING = frozenset(
    "and but except if may must neither never no none nor not only or shall should unless until "
    "will without".split()
)
"""Words that make another clause of one."""
_WORD = re.compile(r"\w[\w.,'’-]*\w|\w")


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it is compared: its shingles, its words, and those that must be as many."""

    shingles: frozenset[str]
    words: Counter[str]
    telling: frozenset[str]


def plain(text: str) -> str:
    """Text whose case and layout do not count."""
    return " ".join(text.casefold().split())


def folded(
    chunks: Iterable[Chunk], *, limit: int, look: int | None = None
) -> list[tuple[Chunk, list[Chunk]]]:
    """The first `limit` different texts in their order, each with its doubles elsewhere.

    A double is of another document; the same clause twice in one document is shown twice.
    Beyond the first `look`, none is looked at once there are enough.
    """
    shown: list[tuple[Chunk, list[Chunk]]] = []
    known: list[Wording] = []
    for seen, chunk in enumerate(chunks):
        if len(shown) == limit and look is not None and seen >= look:
            break
        own = wording(chunk.text)
        first = next((n for n, other in enumerate(known) if alike(own, other)), None)
        if first is not None and _elsewhere(chunk, shown[first]):
            shown[first][1].append(chunk)
        elif len(shown) < limit:
            shown.append((chunk, []))
            known.append(own)
    return shown


def alike(one: Wording, other: Wording) -> bool:
    """Whether two texts are one to a reader.

    Nearly all that they say is said in the same words, and they differ in no number, no
    name and no word such as “not”: an amount or a client makes another clause.
    """
    less, more = sorted((len(one.shingles), len(other.shingles)))
    if less < NEARLY * more:
        return False
    common = len(one.shingles & other.shingles)
    if common < NEARLY * (less + more - common):
        return False
    return all(one.words[word] == other.words[word] for word in one.telling | other.telling)


def wording(text: str) -> Wording:
    found = _WORD.findall(text)
    words = [word.casefold() for word in found]
    last = max(1, len(words) - SHINGLE + 1)
    shouted = text.isupper()
    telling = {
        word
        for written, word in zip(found, words, strict=True)
        if word in _TURNING
        or any(letter.isdigit() for letter in word)
        or (written[0].isupper() and not shouted)
    }
    return Wording(
        frozenset(" ".join(words[n : n + SHINGLE]) for n in range(last)),
        Counter(words),
        frozenset(telling),
    )


def _elsewhere(chunk: Chunk, entry: tuple[Chunk, Sequence[Chunk]]) -> bool:
    first, others = entry
    return all(chunk.document_id != one.document_id for one in (first, *others))
