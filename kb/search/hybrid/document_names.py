"""Which documents a query names, and which passages say more than the query does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.domain import Chunk, Document, DocumentId
from kb.search.hybrid.query import Understood
from kb.store.lexical.bm25 import Match, idf
from kb.text.analyzer import content_terms, terms
from kb.text.designation import name_terms

OPENING = 2
"""Passages at the beginning of a document that say what it is and between whom."""
LEAST_NEW = 5
"""Content words beyond the query's own; a passage with fewer is a heading or a signature."""
_PIECE = 120  # characters


@dataclass(frozen=True, slots=True)
class Places:
    """How far a name counts as carried where it stands: in a label, the opening, anywhere.

    Labels are the title, the file's name, the matter's and what was found of the parties.
    `initials`: what a label adds that is the initials of a name.
    """

    label: float
    opening: float
    anywhere: float
    initials: float


@dataclass(frozen=True, slots=True)
class Called:
    """Documents with what they are called: facts of their parties, and their first chunks' keys."""

    documents: Mapping[DocumentId, Document]
    parties: Mapping[DocumentId, Sequence[str]]
    openings: Sequence[tuple[int, DocumentId]]


def carried(
    asked: Understood, match: Match, called: Called, places: Places
) -> dict[DocumentId, float]:
    """How much of the query's names each document carries, from 0 to 1.

    A name weighs by its rarity over the scope's documents; names that nearly all
    documents carry are so of no account. Documents that are called by their whole names are
    meant, and no others.
    """
    if asked.documents:
        return {known: float(known in asked.documents) for known in called.documents}
    labels = {k: label(d, called.parties.get(k, ())) for k, d in called.documents.items()}
    keys = [key for key, _ in called.openings]
    score = dict.fromkeys(called.documents, 0.0)
    whole = 0.0
    for name in sorted(asked.naming):
        anywhere = match.holders(name)
        held = match.holding(name, keys)
        opening = {known for (_, known), there in zip(called.openings, held, strict=True) if there}
        named = {known for known, words in labels.items() if name in words}
        weight = idf(match.documents, len(anywhere | named))
        whole += weight
        for known in score:
            score[known] += weight * max(
                places.label if known in named else 0.0,
                places.opening if known in opening else 0.0,
                places.anywhere if known in anywhere else 0.0,
            )
    if not whole:
        return {}
    shares = {known: value / whole for known, value in score.items()}
    for known, words in labels.items():
        if asked.initials & words:
            shares[known] = min(1.0, shares[known] + places.initials)
    return shares


def label(document: Document, parties: Sequence[str]) -> set[str]:
    """The terms of what a document is called; NDA-SqillerBeta.txt is nda, sqiller and beta too."""
    name = document.name.rsplit(".", 1)[0]
    called = f"{name} {document.title} {document.matter} {' '.join(parties)}"
    return set(terms(called)).union(name_terms(name))


def meant(shares: Mapping[DocumentId, float], most: int) -> list[DocumentId]:
    """The documents that carry most of the names, best first, at most so many."""
    best = sorted(
        (known for known, share in shares.items() if share > 0), key=lambda d: (-shares[d], d)
    )
    return best[:most]


def substance(chunk: Chunk, query: frozenset[str]) -> float:
    """From 0 to 1: how far the passage says something that the query does not say itself."""
    new: set[str] = set()
    for start in range(0, len(chunk.text), _PIECE):  # the first piece nearly always tells
        new.update(content_terms(chunk.text[start : start + _PIECE]))
        new -= query
        if len(new) >= LEAST_NEW:
            return 1.0
    return len(new) / LEAST_NEW
