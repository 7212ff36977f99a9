"""Hand-written stand-ins for the ports."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from kb.ports import Tokens, Vectors
from kb.settings import Settings

_WORD = re.compile(r"\S+")


class FakeEmbedder:
    """An `Embedder` whose tokens are words: texts that share words are near each other."""

    name = "fake-64"
    dimensions = 64
    max_tokens = 256
    multilingual = False

    @property
    def counter(self) -> "FakeEmbedder":
        return self

    @property
    def preload(self) -> None:
        return None

    def count(self, text: str) -> int:
        return len(_WORD.findall(text))

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [word.span() for word in _WORD.finditer(text)]

    def unread(self, text: str) -> float:
        """It reads what Europe writes: Chinese and the like are unknown to it."""
        letters = [letter for letter in text if letter.isalpha()]
        return sum(letter > "\u0530" for letter in letters) / max(1, len(letters))

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                number = int.from_bytes(digest, "little")
                row[number % self.dimensions] += 1 if number >> 32 & 1 else -1
            if not row.any():
                row[0] = 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / lengths, dtype=np.float32)

    def tokens(self, texts: Sequence[str], *, query: bool = False) -> list[Tokens]:
        return [self._tokens(text) for text in texts]

    def _tokens(self, text: str) -> Tokens:
        words = list(re.finditer(r"\w+", text))[: self.max_tokens]
        return self.embed([word.group(0) for word in words]), [word.span() for word in words]


def load_fake(_: Settings) -> FakeEmbedder:
    """As `load_embedder`, for processes that are told what to load by name."""
    return FakeEmbedder()
