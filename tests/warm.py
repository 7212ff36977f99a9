"""Parsers that are lent from one test to the next.

A parser is a child process that takes seconds to import what it reads with. It is made
to live for hundreds of documents, so tests that are not about its life may share it.
"""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kb.errors import LimitExceeded
from kb.sandbox.confinement.limits import Limits
from kb.sandbox.fork_server import Access
from kb.sandbox.pool import Child, Pool, Preload

T = TypeVar("T")

_idle: dict[tuple[Limits, Preload | None], list[Child]] = {}


class WarmPool(Pool):
    """A `Pool` whose children were somebody else's, and go on to the next when it is closed.

    They may write below the folder for temporary files, in which all stores of tests lie.
    """

    def __init__(
        self,
        size: int,
        *,
        writable: Path | None = None,
        preload: Preload | None = None,
        **limits: int,
    ) -> None:
        super().__init__(0)
        root = Path(tempfile.gettempdir())
        assert writable is None or root in writable.parents, f"{writable} is not below {root}"
        self._kind = Limits(**limits), preload
        idle = _idle.setdefault(self._kind, [])
        self._children = [
            idle.pop() if idle else Child(writable=root, limits=self._kind[0], preload=preload)
            for _ in range(size)
        ]
        self._lending = threading.Lock()
        self._called: set[Child] = set()
        self._free = list(self._children)

    def call(
        self,
        function: Callable[..., T],
        *args: object,
        timeout_s: float,
        file: str = "",
        scratch: str = "",
        **options: object,
    ) -> T:
        child = self._take(Access(file, scratch))
        with self._lending:
            if self.closed:
                self._give_back(child)
                raise LimitExceeded("The parsers have been shut down. Try again after a restart.")
            self._called.add(child)
        try:
            return child.call(
                function, *args, timeout_s=timeout_s, file=file, scratch=scratch, **options
            )
        finally:
            self._called.discard(child)
            self._give_back(child)

    def close(self) -> None:
        with self._lending:
            self.closed = True
        for child in self._children:
            if child in self._called:
                child.close()
            else:
                _idle[self._kind].append(child)
        self._children = []


def end() -> None:
    """End those that are lent to nobody."""
    for children in _idle.values():
        while children:
            children.pop().close()
