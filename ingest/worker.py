"""Working off the queue: several parse and embed, one at a time commits."""

import logging
import os
import threading
import time
import traceback
from contextlib import suppress

from ingest.pipeline import Pipeline
from kb.errors import KBError, LimitExceeded
from kb.sandbox import Pool
from kb.store.queue import Claim, Finished
from kb.wiring import KnowledgeBase

log = logging.getLogger("kb.ingest")

TROUBLE_S = 3.0
"""How long the store may refuse before a waiting command is told."""
IDLE_S = 0.3
"""How often an idle worker looks at the queue."""


class Worker:
    """Threads that claim queued documents until `stop`. Needs a store that this process owns."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        size = kb.settings.workers or min(4, os.cpu_count() or 1)
        self._pool = Pool(size, memory_mb=kb.settings.parse_memory_mb)
        self._pipeline = Pipeline(kb.settings, self._pool, kb.embedder, kb.embeddings)
        self._stopping = threading.Event()
        self._committing = threading.Lock()
        self._state = threading.Lock()
        self._since: float | None = None
        self._trouble: str | None = None
        self._threads = [
            threading.Thread(target=self._run, name=f"ingest-{n}", daemon=True) for n in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is in hand, then end. What is queued stays queued."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self._pool.close()

    def abandon(self) -> None:
        """End at once: parsers are killed, and documents in hand are queued again."""
        self._stopping.set()
        self._pool.close()
        for thread in self._threads:
            thread.join(timeout=5)
        with suppress(Exception):  # a store that cannot be written recovers at its next start
            self._kb.queue.recover()

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written for a while now, None when all is well."""
        with self._state:
            long = self._since is not None and time.monotonic() - self._since > TROUBLE_S
            return self._trouble if long else None

    def _run(self) -> None:
        held: Claim | None = None
        while not self._stopping.is_set():
            try:
                if held is not None:
                    self._kb.queue.release(held)
                held = self._kb.queue.claim()
                if held is not None:
                    self._work(held)
                self._note(None)
                idle, held = held is None, None
            except Exception as error:  # noqa: BLE001 - the store's own door: a full disk, say
                self._note(error)
                idle = True
            if idle:
                self._stopping.wait(IDLE_S)

    def _note(self, error: Exception | None) -> None:
        with self._state:
            if error is None:
                self._since = None
            elif self._since is None:
                self._since = time.monotonic()
                self._trouble = str(error) if isinstance(error, KBError) else type(error).__name__
                log.error("the store cannot be written (%s); trying again", type(error).__name__)

    def _work(self, claim: Claim) -> None:
        """One document to its end. Raises what the store raises when it cannot be written."""
        started = time.perf_counter()
        try:
            finished = self._pipeline.process(claim, self._kb.files.path(claim.sha256))
        except LimitExceeded as error:
            outcome = self._fail(claim, error.message, error.code, killed=True)
        except KBError as error:
            outcome = self._fail(claim, error.message, error.code)
        except Exception as error:  # noqa: BLE001 - the job's door: one stops no other
            # the message of an error may quote the document, so only its kind and place
            place = traceback.extract_tb(error.__traceback__)[-1]
            told = (type(error).__name__, place.name, place.lineno)
            log.error("document %s failed: %s in %s:%s", claim.document_id, *told)
            problem = (
                f"An unexpected error ({type(error).__name__}) stopped “{claim.name}”. "
                "Offer it again; if it fails again, report it with the log."
            )
            outcome = self._fail(claim, problem, "internal")
        else:
            self._commit(claim, finished)
            outcome = "ready"
        elapsed = (time.perf_counter() - started) * 1000
        log.info("document %s %s in %.0f ms", claim.document_id, outcome, elapsed)

    def _commit(self, claim: Claim, finished: Finished) -> None:
        """Vectors first, then the rows that make them count."""
        index, ids = self._kb.index, [chunk.id for chunk in finished.chunks]
        with self._committing:
            if ids and index:
                index.add(ids, finished.vectors, [claim.matter_id] * len(ids))
            if not self._kb.queue.finish(claim, finished) and ids and index:
                # it was deleted while it was parsed, and perhaps offered again
                index.delete(sorted(set(ids) - self._kb.chunks.ids()))

    def _fail(self, claim: Claim, problem: str, code: str, *, killed: bool = False) -> str:
        if self._stopping.is_set() and killed:
            return "interrupted"
        return self._kb.queue.fail(claim, problem, code, killed=killed)
