"""The nouns of jobs: files offered together, and how each of them ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kb.domain import DocumentId, JobId, MatterId

SKIPPED_CODES = ("unsupported", "empty", "a-store")
"""Codes of documents that hold nothing for us; the others that fail have failed."""


class Outcome(StrEnum):
    """How one file that was offered ended."""

    READY = "ready"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate-of"
    SKIPPED = "skipped"
    FAILED = "failed"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Offered:
    """What a job remembers of a file: where it was found, and for which matter."""

    job: JobId | None
    matter_id: MatterId
    path: str


@dataclass(frozen=True, slots=True)
class JobItem:
    """One file offered in a job. `outcome` is None while it is on its way.

    `order` counts the ends within the job, from 1, so that a follower knows what is new.
    `read_s` and `ocr_s` are seconds of reading, and of recognising pictures of text.
    """

    path: str
    matter: str
    document_id: DocumentId | None
    outcome: Outcome | None
    problem: str | None
    code: str | None
    order: int
    pages: int | None
    chunks: int
    read_s: float
    ocr_s: float


@dataclass(frozen=True, slots=True)
class Job:
    """`open`: more files may come. `counts` is by outcome, `words` how many documents
    are searchable by their words already."""

    id: JobId
    kind: str
    created_at: str
    open: bool
    total: int
    words: int
    counts: Mapping[str, int]

    @property
    def pending(self) -> int:
        return self.total - sum(self.counts.values())


def outcome_of_failure(code: str, *, quarantined: bool) -> Outcome:
    if quarantined:
        return Outcome.QUARANTINED
    return Outcome.SKIPPED if code in SKIPPED_CODES else Outcome.FAILED
