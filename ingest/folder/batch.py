"""Following a job to its end, in whichever process its documents are worked on."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.folder.scan import Offer, Offering, find
from ingest.pipeline import Engine
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.domain import JobId, Scope
from kb.domain.jobs import JobItem
from kb.errors import KBError, StoreProblem
from kb.interrupts import undisturbed
from kb.store.documents.sources import Vanished
from kb.store.jobs.jobs import new_job

POLL_S = 0.1
"""How often a follower looks for new ends."""


@dataclass(slots=True)
class Batch:
    """Offers on their way as one job. `run` yields each item once, when it has ended.

    An older `job` is taken up again with `after`, the order of the last end it had.
    """

    kb: KnowledgeBase
    offers: Sequence[Offer]
    kind: str = "ingest"
    workers: int = 0
    engine: Callable[[KnowledgeBase], Engine] | None = None
    worker: Worker | None = None
    job: JobId | None = None
    after: int = 0

    def run(self) -> Generator[JobItem, None, None]:
        """Offer and follow. Works the queue itself when no other process owns the store."""
        job = self.job or new_job()
        with self.kb.attendance.attending(job):
            if self.job is None:
                self.job = self.kb.jobs.begin(self.kind, self.kb.access.local_user(), job)
            yield from self._run(job)

    def _run(self, job: JobId) -> Generator[JobItem, None, None]:
        limit = self.kb.settings.max_file_mb << 20
        offering = Offering(self.kb.library, self.kb.sources, self.kb.files, limit)
        try:
            for offer in self.offers:
                self._offer(offering, offer, job)
                yield from self._ended(job)
            self.kb.jobs.close(job)
            yield from self._follow(job)
        except BaseException:
            if self.worker:
                self.worker.abandon()
            raise
        if self.worker:
            self.worker.stop()

    def _offer(self, offering: Offering, offer: Offer, job: JobId) -> None:
        try:
            offering.receive(offer, job, self.kb.access.local_user())
        except Vanished as error:
            self.kb.jobs.refuse(offering.offered(offer, job), error.message, error.code)
        except StoreProblem:
            raise
        except KBError as error:
            self.kb.jobs.refuse(offering.offered(offer, job), error.message, error.code)
        except OSError as error:
            problem = f"The file cannot be read ({error.strerror}). Check its permissions."
            self.kb.jobs.refuse(offering.offered(offer, job), problem, "unreadable")
        self._take_over()

    def _follow(self, job: JobId) -> Iterator[JobItem]:
        while True:
            waiting = self.kb.jobs.waiting(job)
            yield from self._ended(job)
            if not waiting:
                return
            self._take_over()
            if self.worker and self.worker.trouble:
                raise StoreProblem(
                    f"Documents cannot be stored now: {self.worker.trouble} "
                    "What is queued goes on at the next start."
                )
            time.sleep(POLL_S)

    def _take_over(self) -> None:
        """Become the one who works when no other process does, or no longer."""
        if self.worker is None and self.kb.own():
            with undisturbed():  # its threads run before it is made: nobody else could end them
                engine = self.engine(self.kb) if self.engine else None
                self.worker = Worker(self.kb, size=self.workers, engine=engine)

    def _ended(self, job: JobId) -> Iterator[JobItem]:
        if self.kb.jobs.last(job) == self.after:  # asked ten times a second: one row, found by key
            return
        while items := self.kb.jobs.ended(job, self._scope(), after=self.after):
            self.after = items[-1].order
            yield from items

    def _scope(self) -> Scope:
        return self.kb.access.scope(self.kb.access.local_user())


def take_in(kb: KnowledgeBase, paths: Sequence[Path]) -> None:
    """Ingest to the end, without a word; for evaluations, which need only the result."""
    for _ in Batch(kb, find(paths, None)).run():
        pass
