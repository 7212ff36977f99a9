"""Which passages hold what was found, and in which order they are shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.search.connectors.evaluation import Matches
from kb.store.lexical.position_reader import Chosen, Places, PlacesInScope
from kb.store.lexical.positions import CHUNKS

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spot:
    """One passage: the chunk of a document, counted from 0, that begins at a token of it.

    `spans` are the first and last tokens of what was found in it, counted from its first.
    """

    document: int
    chunk: int
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """How many documents match and how many passages there are, and some of these in order."""

    documents: int
    passages: int
    spots: tuple[Spot, ...]


def ranked(places: PlacesInScope, found: Matches, *, limit: int, offset: int) -> Ranked:
    """The passages from `offset` on, `limit` at most.

    First those that hold most of the expression's different words and phrases, then those
    in which they stand most often, then those of the document that came last; those of one
    document in the order of its text. A document in which nothing is to be shown, since it
    matches by a field alone, has its first passage.
    """
    chunks = places.of_words([CHUNKS], found.documents)
    matching = int(np.count_nonzero(found.documents))
    if not len(chunks):
        return Ranked(matching, 0, ())
    owners = places.document_of(chunks)
    held = np.searchsorted(chunks, found.hits.first, side="right") - 1
    different, often = _counts(found, held, len(chunks))
    often[_silent(found.documents, owners, often)] = 1
    shown = np.flatnonzero(often)
    worth = (different * (often.max() + 1) + often) * len(found.documents) + owners
    best = shown[np.argsort(-worth[shown], kind="stable")[offset : offset + limit]]
    opens = np.flatnonzero(np.append(True, np.diff(owners)))  # chunks of a document lie together
    spots = tuple(
        Spot(int(owners[at]), int(at - opens[opens <= at][-1]), _spans(found, held, chunks, at))
        for at in best.tolist()
    )
    return Ranked(matching, len(shown), spots)


def _counts(found: Matches, held: Numbers, chunks: int) -> tuple[Numbers, Numbers]:
    """For each chunk how many different leaves and how many spans it holds."""
    leaves = int(found.hits.leaf.max(initial=0)) + 1
    pairs = np.unique(held * leaves + found.hits.leaf)
    different = np.bincount(pairs // leaves, minlength=chunks)
    return different, np.bincount(held, minlength=chunks)


def _silent(documents: Chosen, owners: Numbers, often: Numbers) -> Numbers:
    """The first chunks of the documents that have no span in any chunk."""
    loud = np.zeros(len(documents), dtype=bool)
    loud[owners[often > 0]] = True
    first = np.unique(owners, return_index=True)[1]
    return first[~loud[owners[first]]]


def _spans(found: Matches, held: Numbers, chunks: Places, at: int) -> tuple[tuple[int, int], ...]:
    first, last = np.searchsorted(held, [at, at + 1])  # spans are in order, so are their chunks
    begins = found.hits.first[first:last] - chunks[at]
    ends = found.hits.last[first:last] - chunks[at]
    return tuple(sorted(set(zip(begins.tolist(), ends.tolist(), strict=True))))
