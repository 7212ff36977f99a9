"""Search by words: Okapi BM25 whose statistics come from the scope alone.

FTS5's own bm25() counts every row of the table, so documents that a reader may
not see would change the order of those that they may. Here the entries of a term
(`kb.store.lexical.postings`) are read in the scope's matters, those of other documents
are left out, and counts, lengths and the number of passages are the scope's.
"""

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kb.domain import ChunkId, DocumentId, Scope
from kb.store.database import Database
from kb.store.lexical.document_cache import Standing, StandingDocuments
from kb.store.lexical.postings import ENTRY, Entries
from kb.text.analyzer import Forms

K1 = 1.2
B = 0.75
CONTEXT_WEIGHT = 1.0
"""What a term in the context line (title, heading) adds to its count in the text, once."""


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The chunks of a scope in which a term stands, shape (n,)."""

    entries: Entries

    def __len__(self) -> int:
        return len(self.entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Postings) and self.entries.tobytes() == other.entries.tobytes()

    __hash__ = None  # type: ignore[assignment] # compared by content, never a key


NONE = Postings(np.zeros(0, dtype=ENTRY))


@dataclass(frozen=True, slots=True)
class Match:
    """Where the terms of one query stand within one scope. Lengths are in terms."""

    chunks: int
    documents: int
    mean_length: float
    postings: dict[str, Postings]
    near: dict[str, Postings]
    """Compounds that a term is a part of, and parts of the compound that it is: `Forms`."""
    standing: Standing = field(repr=False, compare=False)
    named: Callable[[Sequence[int]], dict[int, ChunkId]] = field(repr=False, compare=False)
    """The ids of chunks by their keys, as far as they are still there."""

    def ranked(
        self,
        terms: Iterable[str],
        limit: int,
        *,
        within: frozenset[DocumentId] | None = None,
    ) -> list[tuple[ChunkId, float]]:
        """The best chunks for these of the terms, with their BM25 scores, best first.

        Ties go to the older chunk. `within` leaves only the chunks of these documents.

        Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009.
        """
        score = self._scores(terms, within)
        keys = _best(score, limit)
        named = self.named(keys.tolist())
        return [(named[key], float(score[key])) for key in keys.tolist() if key in named]

    def scored(self, terms: Iterable[str], keys: Sequence[int]) -> NDArray[np.float64]:
        """The BM25 scores of these chunks, by their keys, for these of the terms."""
        score = self._scores(terms, None)
        wanted = np.asarray(keys, dtype=np.int64)
        found = np.zeros(len(wanted))
        there = wanted < len(score)
        found[there] = score[wanted[there]]
        return found

    def scored_whole(
        self, terms: Iterable[str], documents: Collection[DocumentId]
    ) -> dict[DocumentId, float]:
        """The BM25 scores of these documents as if each were one passage, whatever its length.

        A term counts as often as it stands in all chunks, and once more where one has it in its
        context; counts and rarities are those of the scope's documents. A firm's long documents
        say more than its short ones, not the same in more words (the scope hypothesis: Robertson
        and Zaragoza, 2009), so length is not held against them.
        """
        score = np.zeros(len(self.standing.none()))
        for entries in self._known(terms):
            often = np.bincount(entries["document"], entries["text"], len(score)).astype(np.float64)
            often[np.unique(entries["document"][entries["context"] > 0])] += CONTEXT_WEIGHT
            there = np.flatnonzero(often)
            score[there] += idf(self.documents, len(there)) * _saturated(often[there])
        seqs = np.flatnonzero(self.standing.chosen(documents))
        return dict(zip(self.standing.ids_of(seqs), score[seqs].tolist(), strict=True))

    def _known(self, terms: Iterable[str]) -> list[Entries]:
        """Where these of the terms stand, as far as they stand anywhere."""
        lists = [
            held.get(term) for term in sorted(set(terms)) for held in (self.postings, self.near)
        ]
        return [postings.entries for postings in lists if postings]

    def _scores(
        self, terms: Iterable[str], within: frozenset[DocumentId] | None
    ) -> NDArray[np.float64]:
        """By key, the score of every chunk up to the last in which one of the terms stands."""
        known = self._known(terms)
        most = max((int(entries["key"].max()) for entries in known), default=-1)
        chosen = None if within is None else self.standing.chosen(within)
        score = np.zeros(most + 1)
        for entries in known:
            rarity = idf(self.chunks, len(entries))
            kept = entries if chosen is None else entries[chosen[entries["document"]]]
            context = np.minimum(kept["context"], 1).astype(np.float64)
            length = kept["length"] / max(self.mean_length, 1.0)
            score[kept["key"]] += rarity * _saturated(
                kept["text"] + CONTEXT_WEIGHT * context, length
            )
        return score

    def rarity(self, term: str) -> float:
        """Inverse document frequency over the scope's chunks, natural log, never negative."""
        return idf(self.chunks, len(self.postings.get(term, NONE)))

    def holding(self, term: str, keys: Sequence[int]) -> list[bool]:
        """Of each of these chunks, by its key, whether the term stands in it or its context."""
        held: list[bool] = np.isin(keys, self.postings.get(term, NONE).entries["key"]).tolist()
        return held

    def holders(self, term: str) -> set[DocumentId]:
        """The documents in whose text, title or headings the term stands."""
        held = self.standing.none()
        held[self.postings.get(term, NONE).entries["document"]] = True
        return set(self.standing.ids_of(np.flatnonzero(held)))


class Keywords:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._standing = StandingDocuments(database)

    def match(self, wanted: Iterable[str] | Mapping[str, Forms], scope: Scope) -> Match:
        """Look every term up once, within the scope: by itself, or by the forms told of it."""
        standing = self._standing.of(scope)
        parts = json.dumps(np.unique(standing.parts).tolist())
        chosen = standing.everything()
        forms = (
            wanted if isinstance(wanted, Mapping) else {w: Forms(frozenset({w})) for w in wanted}
        )
        forms = _likely(forms, standing.languages)
        same = {term: self._postings(forms[term].same, parts, chosen) for term in sorted(forms)}
        near = {term: self._postings(forms[term].near, parts, chosen) for term in sorted(forms)}
        return Match(
            chunks=int(standing.chunks.sum()),
            documents=int(np.count_nonzero(standing.chunks)),
            mean_length=float(standing.lengths.sum() / max(1, standing.chunks.sum())),
            postings=same,
            near=near,
            standing=standing,
            named=self._named,
        )

    def _postings(self, forms: frozenset[str], parts: str, chosen: NDArray[np.bool_]) -> Postings:
        if not forms:
            return NONE
        rows = self._db.rows(
            "SELECT p.entries FROM json_each(?1) j CROSS JOIN json_each(?2) f CROSS JOIN posting p "
            "ON p.part = j.value AND p.term = f.value",
            (parts, json.dumps(sorted(forms))),
        )
        entries = np.frombuffer(b"".join([row[0] for row in rows]), dtype=ENTRY)
        kept = chosen[np.minimum(entries["document"], len(chosen) - 1)]
        entries = entries if kept.all() else entries[kept]
        return Postings(entries if len(forms) == 1 else _merged(entries))

    def _named(self, keys: Sequence[int]) -> dict[int, ChunkId]:
        rows = self._db.rows(
            "SELECT key, id FROM chunk WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        return {row[0]: ChunkId(row[1]) for row in rows}


def _saturated(
    frequency: NDArray[np.float64], length: NDArray[np.float64] | float = 1.0
) -> NDArray[np.float64]:
    """What a term counts by how often it stands in a text, and by the text's share of the mean."""
    return np.asarray(frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length)))


def _likely(forms: Mapping[str, Forms], languages: frozenset[str]) -> Mapping[str, Forms]:
    """Without the forms of languages in which nothing is entered.

    A query that shows no language has forms in fourteen, and each is looked up in each part.
    """

    def there(told: frozenset[str]) -> frozenset[str]:
        return frozenset(one for one in told if (code := _language(one)) in languages or not code)

    return {term: Forms(there(told.same), there(told.near)) for term, told in forms.items()}


def _language(form: str) -> str:
    """The code that stands before a stem or a part of a compound; "" before a word as it is."""
    code, stop, _ = form.partition(".")
    return code if stop and code.isalpha() else ""


def _merged(entries: Entries) -> Entries:
    """One entry a chunk: its counts are those of the form that stands there most often."""
    order = np.argsort(entries["key"], kind="stable")
    ordered = entries[order]
    starts = np.flatnonzero(np.diff(ordered["key"], prepend=0))
    merged = ordered[starts]
    if len(merged) < len(ordered):
        for column in ("text", "context"):
            merged[column] = np.maximum.reduceat(ordered[column], starts)
    return merged


def _best(score: NDArray[np.float64], limit: int) -> NDArray[np.int64]:
    """The keys of the highest scores above zero, best first, then by key."""
    keys = np.flatnonzero(score)
    found = score[keys]
    if len(keys) > limit:
        least = np.partition(found, len(keys) - limit)[len(keys) - limit]
        keys = keys[found >= least]
    order = np.argsort(-score[keys], kind="stable")
    return keys[order[:limit]]


def idf(total: int, having: int) -> float:
    """Inverse document frequency as in BM25, never negative."""
    return math.log(1 + (total - having + 0.5) / (having + 0.5))
