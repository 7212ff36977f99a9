"""A cross-encoder that keeps what it is given to read."""

from collections.abc import Iterator, Sequence

import numpy as np

from kb.answer.abstention import Readers
from kb.app.bootstrap import KnowledgeBase
from kb.ports import Vectors
from kb.settings import Settings
from tests.fakes import FakeEmbedder


class Recorded:
    """Gives every passage two logits of 0."""

    name = "recorded"

    def reads(self, _: str) -> bool:
        return True

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.texts: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.questions.append(question)
        self.texts.extend(texts)
        return np.zeros((len(texts), 2), dtype=np.float32)


def opened(settings: Settings) -> Iterator[KnowledgeBase]:
    """A knowledge base with such readers, closed afterwards."""
    readers = Readers(Recorded(), Recorded())
    kb = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None, readers=readers)
    yield kb
    kb.close()
