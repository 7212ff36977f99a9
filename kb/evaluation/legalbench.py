"""LegalBench-RAG: how much of the gold text the first passages hold, character by character.

Pipitone and Houir Alami, LegalBench-RAG, arXiv 2408.10343: all benchmarks' documents are
searched together; precision and recall are shares of characters, averaged over questions,
and each benchmark weighs the same.
"""

from collections.abc import Iterator, Sequence

from kb.domain import Scope
from kb.evaluation.corpus_store import Shelf, first_passages, place_of
from kb.evaluation.metrics import Row
from kb.evaluation.sets.corpora import Corpus, GoldQuestion
from kb.evaluation.sets.spans import Place, merged, overlap
from kb.search.hybrid.retriever import Retriever

DEPTHS = (1, 2, 4, 8, 16, 32, 64)
WRONG = "wrong_document_at_8"
FIRST = 8


def run(retriever: Retriever, corpora: Sequence[Corpus], shelf: Shelf) -> Iterator[Row]:
    for corpus in corpora:
        for question in corpus.questions:
            found = _found(retriever, question, shelf.scope)
            gold = [(shelf.documents[file], start, end) for file, start, end in question.spans]
            yield Row(corpus.name, min(question.files), measured(gold, found))


def measured(gold: Sequence[Place], found: Sequence[Place]) -> dict[str, float]:
    """Precision and recall at each depth, and of the first eight the share of wrong documents.

    With fewer passages than the depth, those that there are count; with none all is 0,
    and the documents are wrong.
    """
    wanted = merged(gold)
    total = sum(end - start for _, start, end in wanted)
    told: dict[str, float] = {}
    for measure in ("precision", "recall"):
        for depth in DEPTHS:
            shown = found[:depth]
            held = overlap(wanted, merged(shown))
            whole = sum(end - start for _, start, end in shown) if measure == "precision" else total
            told[f"{measure}@{depth}"] = held / whole if whole else 0.0
    right = {document for document, _, _ in gold}
    first = [document not in right for document, _, _ in found[:FIRST]]
    told[WRONG] = sum(first) / len(first) if first else 1.0
    return told


def _found(retriever: Retriever, question: GoldQuestion, scope: Scope) -> list[Place]:
    passages = first_passages(retriever, question.text, scope, DEPTHS[-1])
    return [place_of(passage) for passage in passages]
