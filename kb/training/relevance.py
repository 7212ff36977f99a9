"""Questions that the documents answer or not, with what was found for each, to set a floor by.

Every question that the documents answer is asked as it is; with the documents that
answer it behind a wall; and, where it names somebody, about somebody else. Questions
that they do not answer, or that assume something false, are asked as they are. Contracts are
asked for each kind of clause, whether they have it or not, in several styles. Only what
the documents answer should be answered, however near what is left may sound.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from kb.answer.evidence import Looking
from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Scope
from kb.evaluation.corpus_store import Shelf
from kb.evaluation.sets.clauses import UNNAMED, Contract, clause_questions
from kb.evaluation.sets.corpora import ANSWERABLE, Corpus, half, half_of
from kb.evaluation.sets.named_sets import NamedQuestion, NamedSet
from kb.ports import Embedder, Tokens, Vectors
from kb.training.pairs import another_name, names_in

PASSAGES = 8
CONTRACTS = "contracts"


@dataclass(frozen=True, slots=True)
class Example:
    """One question in one scope: is it answerable there, and what evidence was found.

    `one_form`: it is of a set whose questions are all put alike.
    """

    corpus: str
    kind: str
    document: str
    half: int
    values: dict[str, float]
    one_form: bool = False

    @property
    def answerable(self) -> bool:
        return self.kind.startswith(ANSWERABLE)


class Remembering:
    """An `Embedder` that reads each text once: clauses of one contract share their passages."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[tuple[str, bool], Vectors] = {}
        self._tokens: dict[tuple[str, bool], Tokens] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if (text, query) not in self._vectors]
        made = self._embedder.embed(new, query=query)
        self._vectors.update(zip([(text, query) for text in new], made, strict=True))
        return np.stack([self._vectors[text, query] for text in texts])

    def tokens(self, texts: Sequence[str], *, query: bool = False) -> list[Tokens]:
        new = [text for text in dict.fromkeys(texts) if (text, query) not in self._tokens]
        made = self._embedder.tokens(new, query=query)
        self._tokens.update(zip([(text, query) for text in new], made, strict=True))
        return [self._tokens[text, query] for text in texts]


def examples(
    kb: KnowledgeBase, corpus: Corpus, shelf: Shelf, *, seed: int = 7
) -> Iterator[Example]:
    """Up to three examples for each question. Halves are by document, else by question."""
    scope, rng = shelf.scope, random.Random(seed)
    embedder = cast("Embedder", Remembering(kb.embedder))
    names = names_in(question.text for question in corpus.questions)
    for question in corpus.questions:
        gold = frozenset(shelf.documents[file] for file in question.files)
        which = min(question.files, default=question.text), half_of(corpus, question)
        shown = _values(kb, embedder, question.text, scope)
        if question.kind != ANSWERABLE:
            yield Example(corpus.name, question.kind, *which, shown)
            continue
        yield Example(corpus.name, ANSWERABLE, *which, shown)
        walled = Scope(scope.user_id, scope.matters, gold)
        yield Example(corpus.name, "walled", *which, _values(kb, embedder, question.text, walled))
        text = " ".join(kb.library.text(one, scope) for one in sorted(gold))
        other = another_name(question.text, names, rng, of=text)
        if other:
            yield Example(corpus.name, "renamed", *which, _values(kb, embedder, other, scope))


def clause_examples(
    kb: KnowledgeBase, contracts: Sequence[Contract], shelf: Shelf, questions: int
) -> Iterator[Example]:
    """So many questions on clauses, half of them on clauses that are there. Halves by contract."""
    embedder = cast("Embedder", Remembering(kb.embedder))
    halves = {one.file: half(one.text) for one in contracts}
    asked = list(clause_questions(contracts))
    random.Random(7).shuffle(asked)
    there, absent = ([q for q in asked if bool(q.spans) is held] for held in (True, False))
    for one in (*there[: questions // 2], *absent[: questions // 2]):
        within = frozenset([shelf.documents[one.file]]) if one.style == UNNAMED else None
        values = _values(kb, embedder, one.text, shelf.scope, within)
        kind = ANSWERABLE if one.spans else "absent"
        yield Example(CONTRACTS, f"{kind}, {one.style}", one.file, halves[one.file], values)


def named_examples(
    kb: KnowledgeBase, asked: NamedSet, shelf: Shelf, questions: int
) -> Iterator[Example]:
    """So many questions that name their document, at most half of them on what it lacks.

    Halves by document.
    """
    embedder = cast("Embedder", Remembering(kb.embedder))
    halves = {file: half(text) for file, text in asked.documents.items()}
    rng = random.Random(7)
    there, absent = (
        [q for q in asked.questions if bool(q.spans) is held] for held in (True, False)
    )
    for one in (*_some(there, questions // 2, rng), *_some(absent, questions // 2, rng)):
        kind = ANSWERABLE if one.spans else "absent"
        values = _values(kb, embedder, one.text, shelf.scope)
        style = f"{kind}, {one.style}"
        yield Example(asked.name, style, one.file, halves[one.file], values, one_form=True)


def _some(questions: Sequence[NamedQuestion], most: int, rng: random.Random) -> list[NamedQuestion]:
    return rng.sample(questions, min(most, len(questions)))


def _values(
    kb: KnowledgeBase,
    embedder: Embedder,
    question: str,
    scope: Scope,
    within: frozenset[DocumentId] | None = None,
) -> dict[str, float]:
    """As an answer sees them, of one look."""
    found = kb.retriever.find(question, scope, limit=PASSAGES, within=within).of_named()
    looking = Looking(kb.retriever, kb.reader, kb.readers)
    return looking.examined(found, scope, PASSAGES, embedder)[1].values
