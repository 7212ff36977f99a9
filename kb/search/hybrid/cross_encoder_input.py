"""How a question and a passage are put before a cross-encoder that reads them together."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.domain import Chunk, Document, DocumentId
from kb.ports import Reranker, Vectors
from kb.store.lexical.bm25 import Match
from kb.text.analyzer import content_terms, terms
from kb.text.context import context_line, embedded_text

WORD = re.compile(r"\w+(?:[.,'’]\w+)*")


@dataclass(frozen=True, slots=True)
class Posed:
    """A question; `names` are its terms that are written as names or figures."""

    text: str
    names: frozenset[str]
    match: Match


def read_by(
    reader: Reranker,
    posed: Posed,
    passages: Sequence[tuple[Document, Chunk]],
    beside: Sequence[Document] = (),
) -> Vectors:
    """What the reader says of each passage: logits of shape (n, 1) or (n, 2), see `Reranker`.

    `beside` are further documents whose passages were found, and are not to be read.

    A passage stands under its title and headings, after names of the question that only other
    parts of its document have. In a comparison each is read for its own document alone.
    """
    titles = named_by_title(posed.names, [*beside, *(document for document, _ in passages)])
    asks: dict[str, list[int]] = {}
    for at, (document, _) in enumerate(passages):
        question = without_terms(posed.text, of_others(titles, document.id))
        asks.setdefault(question, []).append(at)
    texts = [_shown(posed, *passage) for passage in passages]
    rows = [reader.score(question, [texts[at] for at in those]) for question, those in asks.items()]
    places = [at for those in asks.values() for at in those]
    said: Vectors = np.concatenate(rows)[np.argsort(places)]
    return said


def probable(logits: Vectors) -> NDArray[np.float64]:
    """Logits as probabilities."""
    found: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -50, 50)))
    return found


def named_by_title(
    names: frozenset[str], documents: Iterable[Document]
) -> dict[DocumentId, set[str]]:
    """Those of the names that are in each document's name, title and matter."""
    return {d.id: set(terms(f"{d.name} {d.title} {d.matter}")) & names for d in documents}


def of_others(titles: Mapping[DocumentId, set[str]], document: DocumentId) -> frozenset[str]:
    """In a comparison, the names that belong to other documents than this; else none."""
    own = titles[document]
    everywhere = {name for name in own if all(name in held for held in titles.values())}
    if own == everywhere:
        return frozenset()
    return frozenset(name for held in titles.values() for name in held) - own


def without_terms(question: str, left_out: frozenset[str]) -> str:
    """The question less the words of these terms."""
    kept = WORD.sub(
        lambda word: "" if left_out.intersection(content_terms(word[0])) else word[0], question
    )
    return " ".join(kept.split())


def introduced(question: str, names: Collection[str], text: str, held: Collection[str]) -> str:
    """A text after those `names` of the question that it lacks and its document has: `held`.

    A lease that says once who the tenant is says it for each of its clauses.
    """
    elsewhere = set(held).intersection(names).difference(terms(text))
    words = [w[0] for w in WORD.finditer(question) if elsewhere.intersection(content_terms(w[0]))]
    return f"{' '.join(words)}\n{text}" if words else text


def _shown(posed: Posed, document: Document, chunk: Chunk) -> str:
    text = embedded_text(context_line(document.title, chunk.heading), chunk.text)
    around = set(terms(f"{document.name} {document.matter}"))
    held = [n for n in posed.names if n in around or document.id in posed.match.holders(n)]
    return introduced(posed.text, posed.names, text, held)
