"""SQuAD-style files: does one of the first passages hold a gold answer whole, in its place?"""

from collections.abc import Iterator

from kb.evaluation.corpora import Corpus
from kb.evaluation.figures import Row
from kb.evaluation.shelves import Shelf, first_passages, place_of
from kb.search.retrieval import Retriever

DEPTHS = (1, 3, 5, 10, 20)


def run(retriever: Retriever, corpus: Corpus, shelf: Shelf) -> Iterator[Row]:
    """A file's questions over its own paragraphs, each of which is a document."""
    for question in corpus.questions:
        gold = [(shelf.documents[file], start, end) for file, start, end in question.spans]
        found = [
            place_of(passage)
            for passage in first_passages(retriever, question.text, shelf.scope, DEPTHS[-1])
        ]
        holding = [
            any(d == document and first <= start and end <= last for d, start, end in gold)
            for document, first, last in found
        ]
        values = {f"found@{depth}": float(any(holding[:depth])) for depth in DEPTHS}
        yield Row(corpus.name, min(question.files), values)
