"""Setting the weights of retrieval on one half of the documents, reported on the other.

The evidence for each question is gathered once; then weights are tried on it, one at a
time, while the questions of the fitting half get better (coordinate ascent, Metzler and
Croft, Linear feature-based models for information retrieval, 2007).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from kb.domain import DocumentId, Scope
from kb.errors import BadRequest
from kb.evaluation import beir
from kb.evaluation.corpus_store import Shelf
from kb.evaluation.metrics import Row, report
from kb.evaluation.sets.corpora import Corpus, Graded, half
from kb.evaluation.sets.spans import Place, merged, overlap
from kb.search.hybrid.reranking import first
from kb.search.hybrid.retriever import Retriever
from kb.search.hybrid.scoring import (
    Calibration,
    CandidateEvidence,
    Numbers,
    Weights,
    calibrated,
    scored,
)

STEPS: dict[str, tuple[float, ...]] = {
    "meaning": (0.0, 0.25, 0.5, 0.75, 1.0),
    "bare_meaning": (0.0, 0.25, 0.5, 0.75, 1.0),
    "words": (0.0, 0.1, 0.2, 0.3, 0.5),
    "bare_words": (0.0, 0.1, 0.2, 0.3, 0.5),
    "document": (0.0, 0.2, 0.4, 0.8, 1.5, 2.5, 4.0),
    "sharpness": (1.0, 2.0),
    "document_words": (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5),
    "profile": (0.0, 0.2, 0.5, 1.0),
    "neighbours": (0.0, 0.1, 0.2),
    "substance": (0.0, 0.05, 0.1, 0.2, 0.3),
    "reranker": (0.0, 0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4),
}
"""What is tried of each weight."""
ALONE = "reranker"
"""Set by itself: what a reranker reads is what the other weights put first."""
Look = Callable[[str, Scope], CandidateEvidence]
"""How a question's evidence is found."""
BEGIN = {
    "meaning": 0.5, "bare_meaning": 0.5, "words": 0.2, "bare_words": 0.2, "document": 0.4,
    "sharpness": 1.0, "document_words": 0.0, "profile": 0.0, "neighbours": 0.0, "substance": 0.1,
}  # fmt: skip
"""Where the search for weights begins, for queries of either form: no question was looked at."""
ROUNDS = 3
LEAST = 20
"""Questions of a form in a half below which a set says nothing: sets weigh the same."""
LEAST_GAIN = 1e-4
"""Mean goodness, from 0 to 1, that a change must bring; less is chance."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question's evidence, and how good an order of its candidates is, from 0 to 1.

    `document` is what it asks about.
    """

    set: str
    document: str
    half: int
    evidence: CandidateEvidence
    goodness: Callable[[Sequence[int]], float]


def looking(retriever: Retriever, only: Collection[str]) -> Look:
    """The evidence that setting these weights needs; a reranker reads for its own alone."""

    def look(query: str, scope: Scope) -> CandidateEvidence:
        gathered = retriever.gather(query, scope)
        if ALONE not in only:
            return gathered.evidence
        return retriever.read(gathered, first(gathered.evidence, calibrated()))[0]

    return look


def from_legalbench(look: Look, corpora: Sequence[Corpus], shelf: Shelf) -> Iterator[Example]:
    """Goodness is the mean of precision@1, recall@8, recall@64 and right documents in eight."""
    for corpus in corpora:
        for question in corpus.questions:
            evidence = look(question.text, shelf.scope)
            gold = [(shelf.documents[file], start, end) for file, start, end in question.spans]
            which = half(corpus.documents[min(question.files)])
            good = _by_characters(evidence, gold)
            yield Example(corpus.name, min(question.files), which, evidence, good)


def from_squad(look: Look, corpus: Corpus, shelf: Shelf) -> Iterator[Example]:
    """Goodness is the mean of found in the first passage and in the first five."""
    for question in corpus.questions:
        evidence = look(question.text, shelf.scope)
        gold = [(shelf.documents[file], start, end) for file, start, end in question.spans]
        holds = np.array([_holds(chunk_place(evidence, i), gold) for i in _places(evidence)])
        which = half(corpus.documents[min(question.files)])
        yield Example(corpus.name, min(question.files), which, evidence, _by_finding(holds))


def from_beir(look: Look, graded: Graded, shelf: Shelf) -> Iterator[Example]:
    """Goodness is nDCG@10 over documents. Halves are by query: documents are shared."""
    for query, grades in graded.queries:
        evidence = look(query, shelf.scope)
        known = {shelf.documents[file]: grade for file, grade in grades.items()}
        yield Example(graded.name, query, half(query), evidence, _by_gain(evidence, known))


def fit(
    examples: Sequence[Example], now: Calibration, only: Collection[str] = ()
) -> dict[str, Any]:
    """Weights set on the first half, and what each half says of the other.

    The weights that are in use `now` are reported beside them; their places of names and,
    unless it is set alone, the reranker's share are kept. `only` sets these alone, and
    begins at the weights in use. A reranker keeps a share only for queries of a form where
    its gain on the half that it was not set on is beyond chance.
    """
    start = replace(now, led=replace(now.led, **BEGIN), free=replace(now.free, **BEGIN))
    start = now if only else start
    names = only or [name for name in STEPS if name != ALONE]
    told = {}
    fitted = {}
    for here in (0, 1):
        fitted[here] = _fitted([e for e in examples if e.half == here], start, names)
        there = [e for e in examples if e.half != here]
        gains: dict[str, Any] = {}
        if ALONE in names:
            fitted[here], gains = _where_it_gains(there, fitted[here])
        told[f"fitted_on_{'AB'[here]}_reported_on_{'BA'[here]}"] = {
            "begun": _by_set(there, start),
            "in_use": _by_set(there, now),
            "fitted": _by_set(there, fitted[here]),
            **gains,
        }
    return {
        "weights": fitted[0].json(),
        "weights_of_the_other_half": fitted[1].json(),
        "questions": len(examples),
        "report": told,
    }


def _where_it_gains(
    examples: Sequence[Example], found: Calibration
) -> tuple[Calibration, dict[str, Any]]:
    """Without the reranker where the interval of its gain is not above 0, and the gains."""
    gains = {}
    for form in ("led", "free"):
        weights: Weights = getattr(found, form)
        alone = replace(weights, reranker=0.0)
        rows = [
            Row(
                e.set,
                e.document,
                {
                    "gain": e.goodness(_order(e.evidence, weights))
                    - e.goodness(_order(e.evidence, alone))
                },
            )
            for e in _telling(examples, led=form == "led")
        ]
        told = report(rows)
        gains[form] = {"share": weights.reranker, **told}
        if not rows or told["overall"]["intervals_95"]["gain"][0] <= 0:
            found = replace(found, led=alone) if form == "led" else replace(found, free=alone)
    return found, {"reranker": gains}


def named(only: Collection[str]) -> tuple[str, ...]:
    """Weights by their names. Raises `BadRequest` for those that `fit` does not set, or not so."""
    if unknown := sorted(set(only) - set(STEPS)):
        raise BadRequest(f"There is no weight {unknown[0]}. There are {', '.join(STEPS)}.")
    if ALONE in only and len(set(only)) > 1:
        raise BadRequest(f"The weight {ALONE} is set alone. Set the others before it.")
    return tuple(only)


def goodness(examples: Sequence[Example], weights: Weights) -> float:
    """The mean over sets of the mean over their questions."""
    sets: defaultdict[str, list[float]] = defaultdict(list)
    for example in examples:
        sets[example.set].append(example.goodness(_order(example.evidence, weights)))
    return float(np.mean([np.mean(values) for values in sets.values()])) if sets else 0.0


def _fitted(examples: Sequence[Example], start: Calibration, names: Collection[str]) -> Calibration:
    led, free = (_telling(examples, led=form) for form in (True, False))
    return replace(
        start, led=_climbed(led, start.led, names), free=_climbed(free, start.free, names)
    )


def _telling(examples: Sequence[Example], *, led: bool) -> list[Example]:
    """Those of one form, of the sets that have enough of them."""
    those = [example for example in examples if example.evidence.led is led]
    counts = Counter(example.set for example in those)
    return [example for example in those if counts[example.set] >= LEAST]


def _climbed(examples: Sequence[Example], weights: Weights, names: Collection[str]) -> Weights:
    best = goodness(examples, weights)
    for _ in range(ROUNDS):
        before = best
        for name in names:
            for step in STEPS[name]:
                tried = Weights(**{**asdict(weights), name: step})
                found = goodness(examples, tried)
                if found > best + LEAST_GAIN:
                    best, weights = found, tried
        if best - before < LEAST_GAIN:
            break
    return weights


def _by_set(examples: Sequence[Example], calibration: Calibration) -> dict[str, float]:
    told = {}
    for name in sorted({example.set for example in examples}):
        those = [example for example in examples if example.set == name]
        parts = [
            example.goodness(
                _order(
                    example.evidence, calibration.led if example.evidence.led else calibration.free
                )
            )
            for example in those
        ]
        told[name] = round(float(np.mean(parts)), 4)
    return told


def _order(evidence: CandidateEvidence, weights: Weights) -> Sequence[int]:
    return np.argsort(-scored(evidence, weights), kind="stable").tolist()  # type: ignore[no-any-return]


def _places(evidence: CandidateEvidence) -> range:
    return range(len(evidence.chunks))


def chunk_place(evidence: CandidateEvidence, at: int) -> Place:
    chunk = evidence.chunks[at]
    return chunk.document_id, chunk.char_start, chunk.char_end


def _holds(place: Place, gold: Sequence[Place]) -> bool:
    return any(d == place[0] and place[1] <= a and b <= place[2] for d, a, b in gold)


def _by_characters(
    evidence: CandidateEvidence, gold: Sequence[Place]
) -> Callable[[Sequence[int]], float]:
    wanted = merged(gold)
    total = sum(end - start for _, start, end in wanted)
    places = [chunk_place(evidence, at) for at in _places(evidence)]
    held = np.array([overlap(wanted, [place]) for place in places], dtype=float)
    long = np.array([end - start for _, start, end in places], dtype=float)
    right = np.array([place[0] in {document for document, _, _ in gold} for place in places])

    def good(order: Sequence[int]) -> float:
        first, eight = order[0], list(order[:8])
        recalls = held[eight].sum() / total + held[list(order[:64])].sum() / total
        return float(held[first] / long[first] + recalls + right[eight].mean()) / 4

    return good if places else _nothing


def _by_finding(holds: Numbers) -> Callable[[Sequence[int]], float]:
    def good(order: Sequence[int]) -> float:
        return float(holds[order[0]]) / 2 + float(holds[list(order[:5])].any()) / 2

    return good if len(holds) else _nothing


def _by_gain(
    evidence: CandidateEvidence, grades: dict[DocumentId, int]
) -> Callable[[Sequence[int]], float]:
    def good(order: Sequence[int]) -> float:
        ranked = dict.fromkeys(evidence.chunks[at].document_id for at in order)
        return beir.measured(grades, list(ranked))[f"ndcg@{beir.NDCG_DEPTH}"]

    return good


def _nothing(_: Sequence[int]) -> float:
    return 0.0
