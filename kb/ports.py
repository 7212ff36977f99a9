"""The seams to what is slow, heavy or non-deterministic; each has a fake in tests/."""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kb.domain import ChunkId, MatterId

Vectors = NDArray[np.float32]
"""Shape (n, dimensions); of an embedder each row has unit length."""
Tokens: TypeAlias = tuple[Vectors, list[tuple[int, int]]]
"""A row for each token of a text, and its span in characters."""

UNREADABLE = 0.3
"""Share of a text's letters that a model cannot read from which on it is not asked about it.

Texts in the Latin alphabet have at most 0.21 with the English models, Chinese ones at
least 0.34 (docs/languages.md)."""


class TokenCounter(Protocol):
    """Counts a model's tokens. It pickles, so another process can count as the model does."""

    def count(self, text: str) -> int:
        """Tokens of `text`, special tokens not counted."""

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Character span of each token of `text`."""

    @property
    def preload(self) -> tuple[str, str, str] | None:
        """Module, function and argument that have it ready before in another process, if any."""


class Embedder(Protocol):
    """Text to unit vectors. A vector depends on its text, on `query` and on `name` alone.

    `query`: the texts are questions, which some models have to be told.
    """

    @property
    def name(self) -> str:
        """Model, quantisation and instruction set: the key of the embedding cache."""

    @property
    def dimensions(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Longest text in tokens, special tokens included; longer texts are cut off."""

    @property
    def counter(self) -> TokenCounter:
        """What counts its tokens, here or in another process."""

    @property
    def multilingual(self) -> bool:
        """Whether a text is near what says the same in another language."""

    def unread(self, text: str) -> float:
        """The share of the text's letters, from 0 to 1, that its vocabulary cannot read."""

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors: ...

    def tokens(self, texts: Sequence[str], *, query: bool = False) -> list[Tokens]:
        """For each text the meaning of its tokens in their context, and their character spans.

        A matrix of shape (n, dimensions) with rows of unit length; special tokens
        are left out, and what is beyond `max_tokens` too.
        """


class Reranker(Protocol):
    """Reads a question beside a passage (a cross-encoder).

    A score depends on the two texts and `name` alone.
    """

    @property
    def name(self) -> str: ...

    def reads(self, text: str) -> bool:
        """Whether its vocabulary has what is written there."""

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        """Logits of shape (n, 1) or (n, 2): is the text relevant, and does it state what is asked?

        The second column is absent where a model tells relevance alone.
        """


@dataclass(frozen=True, slots=True)
class Rerankers:
    """Who has a say in the order of passages, by the form of the query.

    `led` is asked what a query asks of the documents that a clause of its own names, `free`
    any other query as a whole; `multilingual` takes the place of both, beside an embedder that
    is so, where the query or a passage is not in English.
    """

    led: Reranker
    free: Reranker
    multilingual: Reranker | None = None


class ChatModel(Protocol):
    """A language model that streams text."""

    @property
    def name(self) -> str: ...

    @property
    def context(self) -> int:
        """Tokens of prompt and answer together."""

    @property
    def parameters(self) -> int:
        """How many weights it has; 0 before it has been started or where that is not known."""

    def prepare(self) -> None:
        """Begin what takes time before the first answer, and return at once. Raises nothing."""

    def count(self, text: str) -> int:
        """Tokens of `text` by the served model's own tokenizer."""

    def stream(
        self, messages: Sequence[tuple[str, str]], *, max_tokens: int, stop: Event
    ) -> Generator[str, None, None]:
        """Yield text as it is generated, until `stop` is set from any thread.

        `messages` are (role, content) with role system, user or assistant. The
        model is free again within a second of `stop`, also while it still reads
        the prompt. One caller at a time. Raises `ModelFailed`.
        """

    def close(self) -> None: ...


class VectorIndex(Protocol):
    """Nearest neighbours by cosine. Holds ids, vectors and matter ids, never text."""

    def changing(self) -> AbstractContextManager[None]:
        """Hold this over a change of vectors and of the rows that go with them."""

    def add(self, ids: Sequence[ChunkId], vectors: Vectors, matters: Sequence[MatterId]) -> None:
        """Add or replace."""

    def delete(self, ids: Sequence[ChunkId]) -> None: ...

    def search(
        self, vector: Vectors, matters: frozenset[MatterId] | None, limit: int
    ) -> list[tuple[ChunkId, float]]:
        """The nearest ids in these matters, or in all, with their cosine, best first."""

    def ids(self) -> set[ChunkId]: ...

    def close(self) -> None: ...
