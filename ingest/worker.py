"""Working off the queue: several read and embed, one at a time commits."""

import logging
import os
import shutil
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ingest.embedding import Embedding
from ingest.formats.base.parts import few
from ingest.pipeline import Engine, LocalEngine, Original
from kb.app.bootstrap import SCRATCH, KnowledgeBase
from kb.domain import Part
from kb.errors import IndexUnavailable, KBError, LimitExceeded, StoreProblem, TooLarge
from kb.interrupts import undisturbed
from kb.priorities import give_way
from kb.sandbox.scratch import trusted
from kb.store.blobs import StoredFile
from kb.store.changes.content import Parsed
from kb.store.changes.progress import Claim, Family
from kb.store.documents.orphans import remove
from kb.store.documents.sources import BeingErased
from kb.store.write_batches import Abandoned

log = logging.getLogger("kb.ingest")

PATIENCE_S = 2.0
"""Longest that an orderly end waits for what is in hand."""
TROUBLE_S = 3.0
"""How long the store may refuse before a waiting command is told."""
IDLE_S = 0.3
"""How often an idle worker looks at the queue."""
TEND_S = 900.0
"""How often it sees, when idle, whether the index has to be built anew."""
PURGE_S = 10.0
"""How often at most it writes anew, when idle, what may hold something of erased documents."""


class Worker:
    """Threads that claim documents until `stop`. Needs a store that this process owns.

    Words come first: while anything waits to be read, only every second thread embeds.
    """

    def __init__(self, kb: KnowledgeBase, *, size: int = 0, engine: Engine | None = None) -> None:
        if kb.index is None:
            raise IndexUnavailable("Another process works on this store. Use it, or stop it first.")
        self._kb = kb
        self._index = kb.index
        self._index.open()
        size = size or kb.settings.workers or min(4, os.cpu_count() or 1)
        self._scratch = _folder(kb.settings.data_dir / SCRATCH)
        self._engine = engine or LocalEngine(kb.settings, kb.embedders, size)
        self._stopping = threading.Event()
        kb.queue.abandoned.clear()
        self._embedding = Embedding(kb, self._index, self._engine, self._stopping)
        self._state = threading.Lock()
        self._since: float | None = None
        self._trouble: str | None = None
        self._tending = threading.Lock()
        self._tended = time.monotonic()
        self._purged = 0.0
        self._put_off: set[int] = set()
        self._threads = [
            threading.Thread(target=self._run, args=(n,), name=f"ingest-{n}", daemon=True)
            for n in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, patience_s: float = PATIENCE_S) -> None:
        """Finish what is in hand, if that is soon, then end. What is queued stays queued.

        What takes longer than `patience_s` is abandoned, and begun again at the next start.
        """
        self._stopping.set()
        until = time.monotonic() + patience_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            self.abandon()
        self._engine.close()

    def abandon(self) -> None:
        """End at once: parsers are killed, and documents in hand are queued again."""
        with undisturbed():
            self._stopping.set()
            self._kb.queue.abandoned.set()
            self._engine.close()
            for thread in self._threads:
                thread.join(timeout=5)
            with suppress(Exception):  # a store that cannot be written recovers at its next start
                self._kb.queue.give_back()

    @property
    def trouble(self) -> str | None:
        """Why nothing can be written for a while now, None when all is well."""
        with self._state:
            long = self._since is not None and time.monotonic() - self._since > TROUBLE_S
            return self._trouble if long else None

    def _run(self, number: int) -> None:
        give_way()
        queue = self._kb.queue
        steps: list[tuple[Callable[[], Claim | None], Callable[[Claim], str]]] = [
            (lambda: queue.claim_to_read(tuple(self._put_off)), self._read),
            (queue.claim_to_embed, self._embedding.embed),
        ]
        if number % 2:
            steps.reverse()
        held: Claim | None = None
        while not self._stopping.is_set():
            try:
                if held is not None:
                    queue.release(held)
                    held = None
                for claim, step in steps:
                    held = claim()
                    if held is not None:
                        self._work(held, step)
                        break
                self._note(None)
                idle, held = held is None, None
            except Exception as error:  # noqa: BLE001 - the store's own door: a full disk, say
                self._note(error)
                idle = True
            if idle:
                self._stopping.wait(IDLE_S)
                self._tend()
        if held is not None:  # the store refused to the last: no attempt counts
            with suppress(KBError):
                queue.release(held)

    def _tend(self) -> None:
        """One thread does it, and the others go on."""
        if self._stopping.is_set() or not self._tending.acquire(blocking=False):
            return
        try:
            with suppress(KBError, OSError, Abandoned):  # stopped, or a full disk: all stays
                since = time.monotonic() - self._tended
                if since > TEND_S:
                    self._tended = time.monotonic()
                    self._kb.attendance.close_left()
                    self._index.tend(self._stopping)
                self._kb.eraser.finish()
                self._kb.queue.mend()
                if time.monotonic() - self._purged > PURGE_S:
                    self._purged = time.monotonic()
                    if self._kb.purging.due():
                        self._kb.purging.run(self._stopping)
        finally:
            self._tending.release()

    def _note(self, error: Exception | None) -> None:
        with self._state:
            if error is None:
                self._since = None
            elif self._since is None:
                self._since = time.monotonic()
                self._trouble = (
                    error.message
                    if isinstance(error, KBError)
                    else f"An error ({type(error).__name__}) stopped it."
                )
                log.error("the store cannot be written (%s); trying again", type(error).__name__)

    def _work(self, claim: Claim, step: Callable[[Claim], str]) -> None:
        """One step of one document. Raises what the store raises when it cannot be written."""
        started = time.perf_counter()
        outcome = step(claim)
        elapsed = (time.perf_counter() - started) * 1000
        log.info("document %s %s in %.0f ms", claim.document_id, outcome, elapsed)

    def _read(self, claim: Claim) -> str:
        """From bytes to searchable words; a document that cannot be read ends with a reason."""
        scratch = Path(tempfile.mkdtemp(dir=self._scratch))
        self._put_off.discard(claim.seq)
        try:
            return self._read_into(claim, scratch)
        except LimitExceeded as error:
            return self._fail(claim, error.message, error.code, killed=True)
        except Abandoned:
            return "interrupted"
        except BeingErased:  # what is inside it is just going, and is taken in again then
            self._put_off.add(claim.seq)
            self._kb.queue.release(claim)
            self._stopping.wait(IDLE_S)
            self._tend()
            return "waits"
        except (StoreProblem, IndexUnavailable):
            raise
        except KBError as error:
            return self._fail(claim, error.message, error.code)
        except Exception as error:  # noqa: BLE001 - the job's door: one stops no other
            # the message of an error may quote the document, so only its kind and place
            place = traceback.extract_tb(error.__traceback__)[-1]
            told = (type(error).__name__, place.name, place.lineno)
            log.error("document %s failed: %s in %s:%s", claim.document_id, *told)
            problem = (
                f"An unexpected error ({type(error).__name__}) stopped “{claim.name}”. "
                "Offer it again; if it fails again, report it with the log."
            )
            return self._fail(claim, problem, "internal")
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _read_into(self, claim: Claim, scratch: Path) -> str:
        depth = self._kb.queue.depth(claim)
        with self._kb.verification.held(claim.sha256, claim.name) as path:
            languages = self._kb.queue.languages_beside(claim)
            parsed = self._engine.read(Original(claim, path, scratch, depth, languages))
        parsed, family = self._with_parts(parsed, scratch)
        gone = self._kb.queue.words(claim, parsed, family)
        if gone is None:  # and so are the bytes of what was inside it
            remove(self._kb.database, self._kb.files, [one.sha256 for _, one in family.parts])
            return "deleted"
        if gone:
            self._index.delete(gone)
        return "words"

    def _with_parts(self, parsed: Parsed, scratch: Path) -> tuple[Parsed, Family]:
        """The files inside a file, stored; one that is too large is named and left out."""
        kept, large = [], []
        for part in parsed.reading.parts:
            try:
                kept.append((part, self._keep(part, scratch)))
            except TooLarge:
                large.append(part.name)
        if large:
            most = self._kb.settings.max_file_mb
            said = f"Left out, since larger than {most} MB (KB_MAX_FILE_MB): {few(large)}."
            told = " ".join(one for one in (parsed.reading.problem, said) if one)
            parsed = replace(parsed, reading=replace(parsed.reading, problem=told))
        return parsed, Family(kept)

    def _keep(self, part: Part, scratch: Path) -> StoredFile:
        """The bytes of a file inside a file, stored durably before its row promises them."""
        limit = self._kb.settings.max_file_mb << 20
        return self._kb.files.put_file(trusted(part, scratch), limit=limit)

    def _fail(self, claim: Claim, problem: str, code: str, *, killed: bool = False) -> str:
        if self._stopping.is_set() and killed:
            return "interrupted"
        return self._kb.queue.fail(claim, problem, code, killed=killed)


def _folder(folder: Path) -> Path:
    """Raises `StoreProblem` when it cannot be made."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreProblem(
            f"The folder {folder} cannot be made ({error.strerror or error}). "
            "Make room on the disk, then run the same again."
        ) from error
    return folder
