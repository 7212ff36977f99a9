"""Working off the queue: several parse and embed, one at a time commits."""

import logging
import os
import threading
import time
import traceback

from ingest.pipeline import Pipeline
from kb.errors import KBError, LimitExceeded
from kb.sandbox import Pool
from kb.store.queue import Claim
from kb.wiring import KnowledgeBase

log = logging.getLogger("kb.ingest")

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
        self._commit = threading.Lock()
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
        self._kb.queue.recover()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                claim = self._kb.queue.claim()
            except Exception as error:  # noqa: BLE001 - the job's door: a full disk, say
                log.error("the queue cannot be read (%s)", type(error).__name__)
                claim = None
            if claim is None:
                self._stopping.wait(IDLE_S)
                continue
            self._work(claim)

    def _work(self, claim: Claim) -> None:
        started = time.perf_counter()
        try:
            finished = self._pipeline.process(claim, self._kb.files.path(claim.sha256))
            with self._commit:
                ids = [chunk.id for chunk in finished.chunks]
                if ids and self._kb.index:
                    matters = [claim.matter_id] * len(ids)
                    self._kb.index.add(ids, finished.vectors, matters)
                if not self._kb.queue.finish(claim, finished) and ids and self._kb.index:
                    self._kb.index.delete(
                        sorted(set(ids) - self._kb.chunks.ids())
                    )  # it was deleted while it was parsed
            outcome = "ready"
        except LimitExceeded as error:
            outcome = self._fail(claim, error.message, error.code, killed=True)
        except KBError as error:
            outcome = self._fail(claim, error.message, error.code)
        except Exception as error:  # noqa: BLE001 - the job's door: one document never stops the others
            # the message of an error may quote the document, so only its kind and place
            place = traceback.extract_tb(error.__traceback__)[-1]
            told = (type(error).__name__, place.name, place.lineno)
            log.error("document %s failed: %s in %s:%s", claim.document_id, *told)
            problem = (
                f"An unexpected error ({type(error).__name__}) stopped “{claim.name}”. "
                "Offer it again; if it fails again, report it with the log."
            )
            outcome = self._fail(claim, problem, "internal")
        elapsed = (time.perf_counter() - started) * 1000
        log.info("document %s %s in %.0f ms", claim.document_id, outcome, elapsed)

    def _fail(self, claim: Claim, problem: str, code: str, *, killed: bool = False) -> str:
        if self._stopping.is_set() and killed:
            return "interrupted"
        return self._kb.queue.fail(claim, problem, code, killed=killed)
