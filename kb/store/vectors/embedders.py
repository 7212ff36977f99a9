"""Which embedder reads a query: the one that made the store's vectors, also when it changes."""

from collections.abc import Callable
from typing import TypeVar

from kb.errors import StoreProblem
from kb.ports import Embedder, TokenCounter
from kb.store.vectors.embeddings import Embeddings

T = TypeVar("T")
Former = Callable[[str, str], Embedder | None]
"""Loads the embedder of a name from a folder; None where it is not to be had."""


class Embedders:
    """The one that the settings name (`wanted`), and the one whose vectors are in the store."""

    def __init__(self, embeddings: Embeddings, wanted: Embedder, former: Former) -> None:
        self._embeddings = embeddings
        self.wanted = wanted
        self._known = {wanted.name: wanted}
        made_by = embeddings.model()
        if made_by not in ("", wanted.name):
            other = former(made_by, embeddings.folder())
            if other is not None:
                self._known[other.name] = other

    @property
    def counters(self) -> list[TokenCounter]:
        """Of all that may read documents, now or from a moment on."""
        return [one.counter for one in self._known.values()]

    def now(self) -> Embedder:
        """The embedder of the vectors in the store. Raises `StoreProblem` where it is gone."""
        made_by = self._embeddings.model()
        return self.by_model(made_by) if made_by else self.wanted

    def by_model(self, model: str) -> Embedder:
        """Raises `StoreProblem` where that model is not loaded."""
        if model not in self._known:
            raise StoreProblem(
                f"The vectors of this store were made by {model} and the embedder is now "
                f"{self.wanted.name}. `kb reindex` embeds everything again; if that was done "
                "by another process, start this one again."
            )
        return self._known[model]

    def steady(self, work: Callable[[Embedder], T]) -> T:
        """The result of `work`, done again where other vectors took over meanwhile.

        A query's vector says nothing beside those of another model.
        """
        while True:
            embedder = self.now()
            try:
                done = work(embedder)
            except Exception:
                if self.now() is embedder:
                    raise
                continue
            if self.now() is embedder:
                return done
