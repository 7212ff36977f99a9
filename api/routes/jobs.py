"""Jobs: files sent together, followed to their ends, tried again, written down."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import Response, StreamingResponse

from api.dependencies import CurrentUser, Kb, Readable
from api.schemas.base import errors
from api.schemas.jobs import Ending, JobItemsReply, JobReply, JobsReply, RetryReply
from api.streaming.jobs import Following, JobEvents, ended_json
from api.streaming.manifest import as_csv, as_lines
from kb.serializers.jobs import job_json
from kb.store.jobs.leases import SENT

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

EVENTS = (
    "Server-sent events, each with JSON data: `item` for each file that ended, with its order "
    "as the event's id; `progress` with the job whenever its counts change; `done` with the job "
    "when it is closed and nothing is on its way, or `error` {code, problem}; these end the "
    "stream. A comment comes when nothing else does. A reader who "
    "comes back sends the last id as `Last-Event-ID`."
)
EXAMPLE = (
    'id: 7\nevent: item\ndata: {"path": "lease.pdf", "outcome": "ready", "order": 7}\n\n'
    'event: progress\ndata: {"id": "j4f0c2a9d1e7b385", "total": 9, "pending": 2}\n\n'
)


def following(job_id: str, kb: Kb, user: CurrentUser) -> Following:
    """The job, where it is the reader's own."""
    return Following(kb, user, kb.jobs.job(job_id, kb.access.scope(user)).id)


Followed = Annotated[Following, Depends(following)]


@router.post(
    "",
    summary="Begin a job",
    description="Send files into it with `POST /v1/documents?job=ID`, then close it.",
    status_code=201,
    response_model=JobReply,
    responses=errors(503),
)
def begin(kb: Kb, user: CurrentUser) -> dict[str, Any]:
    return job_json(kb.jobs.job(kb.jobs.begin(SENT, user), kb.access.scope(user)))


@router.get("", summary="List your jobs", response_model=JobsReply)
def list_jobs(
    kb: Kb, user: CurrentUser, limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> dict[str, Any]:
    return {"jobs": [job_json(job) for job in kb.jobs.recent(kb.access.scope(user), limit=limit)]}


@router.get("/{job_id}", summary="One job", response_model=JobReply, responses=errors(404))
def job(followed: Followed) -> dict[str, Any]:
    return job_json(followed.state())


@router.get(
    "/{job_id}/items",
    summary="The files of a job, each with its end and the reason",
    response_model=JobItemsReply,
    responses=errors(404),
)
def items(
    followed: Followed,
    kb: Kb,
    scope: Readable,
    *,
    outcome: Annotated[
        list[Ending] | None, Query(description="Only these ends; may be repeated.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[int, Query(ge=0, description="`next` of the page before.")] = 0,
) -> dict[str, Any]:
    found = kb.jobs.items(followed.job, scope, outcomes=outcome or (), after=after, limit=limit + 1)
    shown, names = found[:limit], followed.matters()
    return {
        "items": [ended_json(item, names) for _, item in shown],
        "next": shown[-1][0] if len(found) > limit else None,
    }


@router.post(
    "/{job_id}/close",
    summary="Say that no more files will come",
    description="Closing twice is closing once. What is on its way goes on.",
    response_model=JobReply,
    responses=errors(404, 503),
)
def close(followed: Followed, kb: Kb) -> dict[str, Any]:
    kb.jobs.close(followed.job)
    return job_json(followed.state())


@router.post(
    "/{job_id}/retry",
    summary="Try the failed and quarantined files once more, and only those",
    response_model=RetryReply,
    responses=errors(404, 503),
)
def retry(followed: Followed, kb: Kb) -> dict[str, Any]:
    queued, lost = kb.jobs.retry(followed.job, kb.access.scope(followed.user))
    names = followed.matters()
    return {
        "job": job_json(followed.state()),
        "queued": queued,
        "send_again": [
            {"path": one.path, "matter": names[one.matter_id]}
            for one in lost
            if one.matter_id in names
        ],
    }


async def watching(
    followed: Followed,
    last_event_id: Annotated[
        str, Header(pattern=r"^\d{0,12}$", description="The id of the last event received.")
    ] = "",
) -> AsyncIterator[JobEvents]:
    """All that can refuse runs before the first byte; a reader who leaves ends it here."""
    events = JobEvents(followed, int(last_event_id or 0))
    try:
        yield events
    finally:
        events.leave()


@router.get(
    "/{job_id}/events",
    summary="Follow a job as it goes",
    response_class=StreamingResponse,
    responses={
        200: {"description": EVENTS, "content": {"text/event-stream": {"example": EXAMPLE}}},
        **errors(404),
    },
)
async def events(watched: Annotated[JobEvents, Depends(watching)]) -> StreamingResponse:
    return StreamingResponse(
        watched.frames(),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


@router.get(
    "/{job_id}/manifest",
    summary="Every file of a job and how it ended, as a file to keep",
    response_class=Response,
    responses={
        200: {
            "content": {
                "application/x-ndjson": {"schema": {"type": "string"}},
                "text/csv": {"schema": {"type": "string"}},
            }
        },
        **errors(404),
    },
)
def manifest(
    followed: Followed,
    wanted: Annotated[
        Literal["jsonl", "csv"],
        Query(alias="format", description="JSON lines, or CSV for a spreadsheet."),
    ] = "jsonl",
) -> StreamingResponse:
    told, kind = {
        "jsonl": (as_lines, "application/x-ndjson"),
        "csv": (as_csv, "text/csv; charset=utf-8"),
    }[wanted]
    name = f"{followed.job}.{wanted}"
    return StreamingResponse(
        told(followed.items()),
        media_type=kind,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
