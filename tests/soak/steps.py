"""The named steps of a command at which it can be killed, before or after the n-th call."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """`where` is module:qualified name; the process ends itself at the `nth` call."""

    where: str
    after: bool = False
    nth: int = 1

    @property
    def name(self) -> str:
        return f"{'after' if self.after else 'before'} {self.where.rpartition(':')[2]}"


STORING = (
    "kb.store.blobs:FileStore.put",
    "kb.store.blobs:FileStore._settle",
    "kb.store.blobs:_sync_folder",
    "kb.store.documents.sources:Sources.receive",
    "kb.store.jobs.jobs:Jobs.begin",
    "kb.store.jobs.jobs:Jobs.close",
    "kb.store.changes.queue:Queue.claim_to_read",
    "ingest.pipeline:LocalEngine.read",
    "ingest.digest:chunk",
    "ingest.chunking.chunker:_packed",
    "ingest.worker:Worker._keep",
    "kb.store.changes.queue:Queue.words",
    "kb.store.changes.progress:adding",
    "kb.store.changes.content:posting",
    "kb.store.changes.content:placing",
    "kb.store.changes.queue:Queue.settle",
    "kb.store.changes.queue:Queue.claim_to_embed",
    "kb.store.vectors.embeddings:Embeddings.embed",
    "kb.store.vectors.chroma:ChromaVectors.add",
    "kb.store.changes.queue:Queue.keep",
    "kb.store.changes.queue:Queue.finish",
    "kb.store.vectors.owned_index:OwnedIndex.close",
    "kb.app.bootstrap:KnowledgeBase.close",
)
"""Steps of every ingestion that has something new."""
OPENING = (
    "kb.store.blobs:FileStore.sweep",
    "kb.store.changes.queue:Queue.recover",
    "kb.store.vectors.chroma:ChromaVectors.__init__",
    "kb.store.vectors.chroma:ChromaVectors._open",
    "kb.store.vectors.owned_index:OwnedIndex._open",
    "kb.store.vectors.owned_index:OwnedIndex._sound",
    "kb.store.documents.orphans:Orphans.tidy",
    "kb.store.identity:Identity.advance",
)
"""Steps of a start that works on the queue."""
LEAVING = (
    "kb.store.documents.sources:Sources.forget",
    "kb.guard.erasure:Eraser.delete",
    "kb.store.changes.deletion:Deleting.delete",
    "kb.store.changes.deletion:_hide",
    "kb.store.changes.deletion:_parting",
    "kb.store.changes.deletion:clearing",
    "kb.store.changes.deletion:bringing_back",
    "kb.store.vectors.chroma:ChromaVectors.delete",
    "kb.store.changes.deletion:remove",
    "kb.store.blobs:FileStore.remove",
    "kb.store.database:Database.forget",
)
"""Steps of taking something out."""
RESTORED = (
    "kb.store.changes.queue:Queue.recover",
    "kb.store.changes.deletion:Deleting.resume",
    "kb.store.documents.orphans:Orphans.tidy",
)
"""Steps of a start on an older catalogue than the store has had."""
MOVING = ("kb.store.documents.sources:Sources.move",)
RENEWING = (
    "kb.store.vectors.embeddings:Embeddings.embed",
    "kb.store.vectors.reembedding:Renewal.fill",
    "kb.store.vectors.reembedding:Renewal._begin",
    "kb.store.vectors.reembedding:Renewal._keep",
    "kb.store.vectors.reembedding:Renewal.switch",
    "kb.store.vectors.reembedding:Renewal._drop_unused",
    "kb.store.vectors.reembedding:tell_again",
    "kb.store.vectors.chroma:ChromaVectors.rebuild",
    "kb.store.vectors.chroma:_add",
    "pathlib:Path.rename",
    "shutil:rmtree",
)
"""Steps of `kb reindex`."""


def arm(step: Step) -> Callable[[], None]:
    """What a process calls to end itself by SIGKILL at this step."""

    def wrap() -> None:
        owner, name, whole = find(step.where)
        lock, calls = threading.Lock(), [0]

        def stepping(*args: Any, **options: Any) -> Any:
            with lock:
                calls[0] += 1
                due = calls[0] == step.nth
            if due and not step.after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = whole(*args, **options)
            if due:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(owner, name, stepping)

    return wrap


def find(where: str) -> tuple[Any, str, Any]:
    """The owner of a function, its name there, and the function."""
    module, _, path = where.partition(":")
    *owners, name = path.split(".")
    owner = reduce(getattr, owners, import_module(module))
    return owner, name, getattr(owner, name)
