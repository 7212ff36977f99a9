"""The shapes of jobs, for OpenAPI; `kb.serializers.jobs` and `api.streaming.jobs` fill them."""

from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from api.schemas.base import Reply

Ending = Literal[
    "ready", "unchanged", "duplicate-of", "skipped", "failed", "quarantined", "pending"
]
"""`kb.domain.jobs.Outcome`, or none yet."""

_COUNTS = {"ready": 480, "unchanged": 12, "failed": 3}
_JOB: dict[str, JsonValue] = {
    "id": "j4f0c2a9d1e7b385",
    "kind": "upload",
    "created_at": "2026-11-22T09:30:00.000000+00:00",
    "open": False,
    "total": 500,
    "pending": 5,
    "words": 490,
    "counts": {**_COUNTS},
}
_ITEM: dict[str, JsonValue] = {
    "path": "Harbour Road/lease.pdf",
    "matter": "Harbour Road leases",
    "document_id": None,
    "outcome": "failed",
    "problem": "“lease.pdf” is larger than 200 MB. Split it and add the parts.",
    "code": "too-large",
    "pages": None,
    "chunks": 0,
    "order": 7,
}


class JobReply(Reply):
    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [_JOB]})

    id: str
    kind: str = Field(description="What began it: `upload` for files sent here.")
    created_at: str
    open: bool = Field(description="More files may come.")
    total: int = Field(description="Files offered so far.")
    pending: int = Field(description="Of these, how many are on their way.")
    words: int = Field(description="Documents whose words can be searched already.")
    counts: dict[str, int] = Field(description="How many ended, by outcome.", examples=[_COUNTS])


class JobsReply(Reply):
    jobs: list[JobReply] = Field(description="Newest first.")


class JobItemReply(Reply):
    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [_ITEM]})

    path: str
    matter: str = Field(description="The matter's name.")
    document_id: str | None = Field(description="Null for a file that could not be taken in.")
    outcome: Ending
    problem: str | None = Field(description="Why it failed, or which part could not be read.")
    code: str | None
    pages: int | None
    chunks: int
    order: int = Field(description="It ended as the n-th of its job; 0 while it is on its way.")


class JobItemsReply(Reply):
    items: list[JobItemReply] = Field(description="In the order in which they were offered.")
    next: int | None = Field(description="Pass it as `after` for the next page; null at the end.")


class SendAgainReply(Reply):
    path: str = Field(examples=["Harbour Road/lease.pdf"])
    matter: str = Field(examples=["Harbour Road leases"])


class RetryReply(Reply):
    job: JobReply
    queued: int = Field(description="Documents that are tried once more.", examples=[2])
    send_again: list[SendAgainReply] = Field(
        description="Files that never came in: only their sender can send them again, to this job."
    )
