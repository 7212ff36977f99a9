"""What each part of retrieval is worth: the same questions with one part off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from kb.evaluation.corpus_store import Shelf
from kb.evaluation.legalbench import DEPTHS, measured
from kb.evaluation.metrics import Row
from kb.evaluation.sets.corpora import Corpus
from kb.evaluation.sets.spans import Place
from kb.search.hybrid.reranking import at_most, first
from kb.search.hybrid.retriever import Retriever
from kb.search.hybrid.scoring import Calibration, CandidateEvidence, Weights, calibrated, ordered


def _whole(weights: Weights) -> Weights:
    """What the bare question counts goes to the whole one."""
    return replace(
        weights,
        meaning=weights.meaning + weights.bare_meaning,
        words=weights.words + weights.bare_words,
        bare_meaning=0.0,
        bare_words=0.0,
    )


OFF: Mapping[str, Callable[[Weights], Weights]] = {
    "nothing": lambda weights: weights,
    "documents": lambda weights: replace(weights, document=0.0),
    "bare question": _whole,
    "words": lambda weights: replace(weights, words=0.0, bare_words=0.0, document_words=0.0),
    "vectors": lambda weights: replace(weights, meaning=0.0, bare_meaning=0.0),
    "neighbours": lambda weights: replace(weights, neighbours=0.0),
    "substance": lambda weights: replace(weights, substance=0.0),
    "reranker": lambda weights: replace(weights, reranker=0.0),
}
"""Parts by name, and the weights without each."""


def run(retriever: Retriever, corpora: Sequence[Corpus], shelf: Shelf) -> Iterator[tuple[str, Row]]:
    """For each part a row a question; evidence is gathered once, so candidates are the same.

    The reranker reads what comes first without the part.
    """
    without = {part: _calibration(off) for part, off in OFF.items()}
    for corpus in corpora:
        for question in corpus.questions:
            gathered = retriever.gather(question.text, shelf.scope)
            firsts = {part: first(gathered.evidence, known) for part, known in without.items()}
            reread = sorted(set(chain.from_iterable(firsts.values())))
            evidence, _ = retriever.read(gathered, reread)
            gold = [(shelf.documents[file], start, end) for file, start, end in question.spans]
            for part, calibration in without.items():
                known = at_most(evidence, firsts[part])
                found = [_place(known, at) for at in ordered(known, calibration)]
                values = measured(gold, found[: DEPTHS[-1]])
                yield part, Row(corpus.name, min(question.files), values)


def _calibration(off: Callable[[Weights], Weights]) -> Calibration:
    known = calibrated()
    return replace(known, led=off(known.led), free=off(known.free))


def _place(evidence: CandidateEvidence, at: int) -> Place:
    chunk = evidence.chunks[at]
    return chunk.document_id, chunk.char_start, chunk.char_end
