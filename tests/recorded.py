"""A cross-encoder that keeps what it is given to read."""

from collections.abc import Sequence

import numpy as np

from kb.ports import Vectors


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
