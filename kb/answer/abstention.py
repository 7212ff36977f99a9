"""How probably does what was found answer the question? Below a floor the answer abstains.

Trees and a line over a few features of what was found, set by `kb train relevance` on one
half of the development documents and reported on the other; model and figures are in
data/models/relevance.json.
"""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from kb.answer.blend import Blend, read_blend
from kb.answer.coverage import Candidate, read_closely
from kb.answer.question import AnalysedQuestion, Kind, take_apart
from kb.domain import ChunkId, Passage
from kb.paths import MODELS
from kb.ports import Embedder, Reranker, Vectors
from kb.search.hybrid.cross_encoder_input import Posed, probable, read_by
from kb.search.hybrid.retriever import Retrieved
from kb.store.lexical.bm25 import Match
from kb.text.analyzer import terms

WEIGHTS = MODELS / "relevance.json", MODELS / "relevance-multilingual.json"
"""Of questions and passages in English, and of others beside a multilingual embedder."""
FEATURES = (
    "passage_cosine",
    "sentence_cosine",
    "coverage",
    "fitting_coverage",
    "exact_coverage",
    "unseen",
    "names_missing",
    "name_unseen",
    "relevant",
    "answers",
    "reranked_relevant",
    "reranked_answers",
    "whole_relevant",
    "whole_answers",
    "names",
    "led",
)
READ = FEATURES[8:14]
"""Those that the cross-encoders give, as logits."""
MOST_NAMES = 6
"""What `names` counts to."""
UNREAD = -6.0
"""Their value where there is nothing to read."""
STATED = "stated"
"""Beside FEATURES: 1.0 where a sentence plainly states what is asked, and no name is missing."""
ALL = 0.99
"""The share of the question's words from which a sentence has all of them."""
FIRST_PASSAGES = 5
"""A name that none of their documents carries is missing."""
PASSAGES_READ = 8
"""The first so many passages are read by the reader."""
PASSAGES_RERANKED = 4
"""The first so many by the reranker: the whole question, and what is left of it without names."""


@dataclass(frozen=True, slots=True)
class Examined:
    """The sentences of what was found, measured, and the features of the whole.

    `abroad`: the question or what was found for it is not in English.
    """

    sentences: list[Candidate]
    values: dict[str, float]
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class Readers:
    """Two cross-encoders, trained differently: the reader, on whether a passage states what is
    asked, and the reranker, on what passage belongs to a question that names no document.
    `multilingual` is both where the question or a passage is not in English."""

    reader: Reranker
    reranker: Reranker
    multilingual: Reranker | None = None

    def abroad(self) -> "Readers":
        return Readers(self.multilingual, self.multilingual) if self.multilingual else self


def examine(found: Retrieved, readers: Readers, embedder: Embedder) -> Examined:
    """Read the passages that were found for a question against what it asks."""
    abroad = found.query.abroad(p.chunk for p in found.result.passages[:PASSAGES_READ])
    readers = readers.abroad() if abroad else readers
    asked = take_apart(found.query, found.match, embedder)
    sentences = read_closely(asked, found.result.passages, found.match, embedder)
    whole = Posed(asked.text, asked.names, found.match)
    rest = Posed(found.query.asked.rest, frozenset(), found.match)
    known = found.readings.of(readers.reranker)  # of the whole question
    of_whole = _logits(readers.reranker, whole, found, known, PASSAGES_RERANKED)
    logits = Logits(
        _logits(readers.reader, whole, found, found.readings.of(readers.reader), PASSAGES_READ),
        of_whole
        if rest.text == whole.text
        else _logits(readers.reranker, rest, found, {}, PASSAGES_RERANKED),
        of_whole,
    )
    told = features(asked, sentences, found, logits)
    return Examined(_relevant(sentences, logits.reranker), told, abroad)


@dataclass(frozen=True, slots=True)
class Logits:
    """What each cross-encoder says of the first passages: relevant, and states what is asked.

    The reranker, asked without the names in the question, and `whole`.
    """

    reader: Vectors
    reranker: Vectors
    whole: Vectors


def features(
    asked: AnalysedQuestion, sentences: Sequence[Candidate], found: Retrieved, logits: Logits
) -> dict[str, float]:
    """One number for each of FEATURES, and STATED.

    The nearest passage and sentence by cosine; the best coverage by a sentence, by one of
    the fitting kind, by equal words; the share of the question's weight in words that stand
    nowhere in the scope; the share of its names that neither the first passages nor their
    documents carry; whether a name stands nowhere in the scope; the best logits of both
    cross-encoders on relevance and on stating what is asked; how many names the question has, and
    whether a clause of its own names documents.
    """
    passages, match = found.result.passages, found.match
    total = float(asked.weights.sum()) or 1.0
    unseen = sum(
        float(weight)
        for term, weight in zip(asked.terms, asked.weights, strict=True)
        if not match.postings.get(term)
    )
    values = (
        max((passage.similarity or 0.0 for passage in passages), default=0.0),
        max((sentence.cosine for sentence in sentences), default=0.0),
        max((sentence.covered for sentence in sentences), default=0.0),
        max((sentence.covered for sentence in sentences if sentence.fits), default=0.0),
        max((sentence.exact for sentence in sentences), default=0.0),
        unseen / total,
        _missing(asked.naming, passages, match),
        float(any(not match.postings.get(name) for name in asked.naming if not name[0].isdigit())),
        *_best(logits.reader),
        *_best(logits.reranker),
        *_best(logits.whole),
        float(min(len(asked.naming), MOST_NAMES)),
        float(found.query.asked.led),
    )
    told = dict(zip(FEATURES, values, strict=True))
    known = not (told["names_missing"] or told["name_unseen"])  # another's fact states nothing
    return {**told, STATED: float(known and _stated(asked, sentences))}


def _best(logits: Vectors) -> list[float]:
    best: list[float] = logits.max(axis=0).tolist() if len(logits) else [UNREAD, UNREAD]
    return best


def _relevant(sentences: Sequence[Candidate], logits: Vectors) -> list[Candidate]:
    """The sentences with how relevant the reranker finds their passages, those that it has read."""
    said = probable(logits[:, 0]).tolist() if len(logits) else []
    known = dict(enumerate(said, start=1))
    return [replace(one, relevance=known.get(one.passage.rank, 0.0)) for one in sentences]


def _missing(names: Collection[str], passages: Sequence[Passage], match: Match) -> float:
    first = passages[:FIRST_PASSAGES]
    documents = {passage.document.id for passage in first}
    shown = labelled(first)
    lacking = [name for name in names if name not in shown and not match.holders(name) & documents]
    return len(lacking) / len(names) if names else 0.0


def labelled(passages: Sequence[Passage]) -> set[str]:
    """The terms of what their documents are called and where they are filed."""
    documents = {p.document.id: p.document for p in passages}.values()
    return set(terms(" ".join(f"{d.name} {d.title} {d.matter}" for d in documents)))


def _stated(asked: AnalysedQuestion, found: Sequence[Candidate]) -> bool:
    """Whether one sentence has all words of a question of some kind, and shows that kind."""
    known = asked.kind is not Kind.ANYTHING
    return known and any(one.fits and one.exact >= ALL for one in found)


def _logits(
    reader: Reranker, posed: Posed, found: Retrieved, known: Mapping[ChunkId, Vectors], most: int
) -> Vectors:
    """Of shape (passages, 2); a reader that tells relevance alone says the same twice.

    `known` is what it said already, while passages were put in order: not asked again.
    """
    said = dict(known)
    passages = [(p.document, p.chunk) for p in found.result.passages[:most]]
    if left := [one for one in passages if one[1].id not in said]:
        rows = read_by(reader, posed, left, [one for one, _ in passages])
        said.update({chunk.id: row for (_, chunk), row in zip(left, rows, strict=True)})
    if not passages:
        return np.zeros((0, 2), dtype=np.float32)
    told = np.stack([said[chunk.id][[0, -1]] for _, chunk in passages])
    return np.asarray(told, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Model:
    """A model of FEATURES, and two probabilities.

    An answer abstains where its confidence is below `floor`; below `sure` it is uncertain.
    """

    blend: Blend
    floor: float
    sure: float

    def confidence(self, values: Mapping[str, float]) -> float:
        """How probably the passages answer, from 0 to 1; where it is STATED, at least `sure`."""
        said = 1 / (1 + math.exp(-self.blend.logit(values)))
        return max(said, self.sure) if values[STATED] else said


def calibrated(*, abroad: bool) -> Model:
    """The model that the project ships, as `Examined` says of which."""
    return _read(WEIGHTS[abroad])


@cache
def _read(file: Path) -> Model:
    told = json.loads(file.read_text("utf-8"))
    return Model(read_blend(told), told["floor"], told["sure"])
