"""What `kb serve` starts beside the server."""

from collections.abc import Callable
from typing import Protocol

from kb.app.bootstrap import KnowledgeBase


class Stoppable(Protocol):
    def stop(self) -> None: ...


StartWorker = Callable[[KnowledgeBase], Stoppable]
