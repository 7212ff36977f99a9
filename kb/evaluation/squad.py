"""SQuAD-style files: does one of the first passages hold a gold answer whole, in its place?"""

from collections.abc import Callable, Iterator, Sequence

from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId
from kb.evaluation.corpus_store import Shelf, first_passages, place_of
from kb.evaluation.metrics import Row
from kb.evaluation.sets.corpora import Corpus
from kb.evaluation.sets.spans import Place
from kb.text.analyzer import content_terms, sought, terms

DEPTHS = (1, 3, 5, 10, 20)


Finder = Callable[[str, frozenset[DocumentId] | None], Sequence[Place]]
"""The first places for a question, best first; in these documents alone, where some are given."""


def by_search(kb: KnowledgeBase, shelf: Shelf) -> Finder:
    """As the public search finds them."""

    def found(question: str, within: frozenset[DocumentId] | None) -> list[Place]:
        passages = first_passages(kb.retriever, question, shelf.scope, DEPTHS[-1], within=within)
        return [place_of(passage) for passage in passages]

    return found


def by_words(kb: KnowledgeBase, shelf: Shelf) -> Finder:
    """By the list of words alone, without a model."""

    def found(question: str, within: frozenset[DocumentId] | None) -> list[Place]:
        words = content_terms(question) or terms(question)
        match = kb.keywords.match(sought(question, words), shelf.scope)
        ranked = [known for known, _ in match.ranked(words, DEPTHS[-1], within=within)]
        chunks = kb.chunks.by_id(ranked, shelf.scope)
        there = [chunks[known] for known in ranked if known in chunks]
        return [(chunk.document_id, chunk.char_start, chunk.char_end) for chunk in there]

    return found


def run(
    find: Finder, corpus: Corpus, shelf: Shelf, *, within_article: bool = False
) -> Iterator[Row]:
    """A file's questions over its own paragraphs, each of which is a document.

    `within_article`: over the paragraphs of the question's own article alone.
    """
    whole = {
        file: frozenset(shelf.documents[one] for one in held)
        for held in (corpus.articles if within_article else ())
        for file in held
    }
    for question in corpus.questions:
        gold = [(shelf.documents[file], start, end) for file, start, end in question.spans]
        found = find(question.text, whole.get(min(question.files)))
        holding = [
            any(d == document and first <= start and end <= last for d, start, end in gold)
            for document, first, last in found
        ]
        values = {f"found@{depth}": float(any(holding[:depth])) for depth in DEPTHS}
        golden = {document for document, _, _ in gold}
        there = [document in golden for document, _, _ in found]
        values |= {f"paragraph@{depth}": float(any(there[:depth])) for depth in DEPTHS}
        yield Row(corpus.name, min(question.files), values)
