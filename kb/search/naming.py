"""Which documents a query names, and which passages say more than the query does."""

from collections.abc import Iterable, Mapping

from kb.domain import Chunk, Document, DocumentId
from kb.store.keywords import Match, idf
from kb.words import content_terms, terms

MOST_MEANT = 5
"""Documents that a question can mean at once; names that fit more tell nothing."""
LEAST_NEW = 5
"""Content words beyond the query's own; a passage with fewer is a heading or a signature."""


def carried(
    names: Iterable[str], match: Match, documents: Mapping[DocumentId, Document]
) -> dict[DocumentId, float]:
    """How much of these names' weight each document carries, from 0 to 1.

    A name is carried where it stands in the text, the title, the file's name or
    the matter's; its weight is its rarity over the scope's documents.
    """
    labels = {known: set(terms(f"{d.name} {d.matter}")) for known, d in documents.items()}
    score = dict.fromkeys(documents, 0.0)
    whole = 0.0
    for name in sorted(names):
        holders = match.holders(name)
        weight = idf(match.documents, len(holders))
        whole += weight
        for known, label in labels.items():
            if known in holders or name in label:
                score[known] += weight
    return {known: value / whole for known, value in score.items()} if whole else {}


def meant(shares: Mapping[DocumentId, float]) -> list[DocumentId]:
    """The few documents that carry nearly all of the names that any carries; none if many do."""
    most = max(shares.values(), default=0.0)
    best = sorted(known for known, share in shares.items() if most and share >= 0.95 * most)
    return best if len(best) <= MOST_MEANT else []


def substance(chunk: Chunk, query: Iterable[str]) -> float:
    """From 0 to 1: how far the passage says something that the query does not say itself."""
    new = set(content_terms(chunk.text)).difference(query)
    return min(1.0, len(new) / LEAST_NEW)
