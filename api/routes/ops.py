"""How the service is: for people, and for what watches it."""

from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from api.dependencies import Kb, Readable
from api.schemas.base import HealthReply, ReadyReply, ReindexReply, StatusReply, errors
from kb.app.matters import count_documents

router = APIRouter(tags=["status"])


@router.get("/v1/status", summary="What there is and whether it is ready")
def status(kb: Kb, scope: Readable) -> StatusReply:
    reasons = kb.ready()
    return StatusReply(
        ready=not reasons,
        reasons=reasons,
        **count_documents(kb, scope),
        matters=len(kb.library.matters(scope)),
        max_file_mb=kb.settings.max_file_mb,
    )


@router.post(
    "/v1/reindex",
    summary="Build the vector index anew from the catalogue",
    responses=errors(503),
)
async def reindex(request: Request, kb: Kb) -> ReindexReply:
    """One at a time: who waits for another's end holds no thread."""
    vectors = await to_thread.run_sync(kb.reindex, limiter=request.app.state.reindexer)
    return ReindexReply(vectors=vectors)


@router.get("/healthz", summary="The process answers")
async def health() -> HealthReply:
    return HealthReply()


@router.get(
    "/readyz",
    summary="Questions can be answered",
    response_model=ReadyReply,
    responses={503: {"model": ReadyReply, "description": "Not ready, with the reasons."}},
)
def ready(kb: Kb) -> Any:
    """A real write is part of it: what cannot be recorded is not shown."""
    reasons = [*kb.ready(), *kb.unwritable()]
    body = ReadyReply(ready=not reasons, reasons=reasons).model_dump()
    return JSONResponse(body, status_code=503 if reasons else 200)
