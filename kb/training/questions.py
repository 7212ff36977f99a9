"""Development questions with the documents that answer them, less what evaluations hold."""

from collections.abc import Iterable

from kb.evaluation.sets.corpora import Corpus, GoldQuestion, half, normalised, read_corpus

__all__ = ["Corpus", "GoldQuestion", "half", "normalised", "read_corpus", "without"]


def without(corpus: Corpus, evaluation: Iterable[str]) -> Corpus:
    """The corpus less every document whose normalised text is in an evaluation set."""
    forbidden = {normalised(text) for text in evaluation}
    kept = {n: t for n, t in corpus.documents.items() if normalised(t) not in forbidden}
    asked = tuple(q for q in corpus.questions if all(file in kept for file in q.files))
    return Corpus(corpus.name, kept, asked)
