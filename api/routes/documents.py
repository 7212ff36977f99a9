"""Documents: sent, listed, read, deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from api.dependencies import CurrentUser, Kb, Readable
from api.schemas.base import (
    ChangesReply,
    DocumentDetail,
    DocumentsReply,
    FactRequest,
    FactsReply,
    ReceivedReply,
    errors,
)
from api.uploads.receive import Uploads
from kb.app import document_detail
from kb.app.document_detail import StatedFact, detail_for_reading, tracked_changes
from kb.app.reading import read_original, read_text
from kb.domain import FACTS, Document, Status
from kb.serializers.results import document_json

router = APIRouter(prefix="/v1/documents", tags=["documents"])

UPLOAD_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["matter", "file"],
                    "properties": {
                        "matter": {
                            "type": "string",
                            "description": "Name of the matter, before the files; "
                            "it is added when there is none of that name.",
                        },
                        "path": {
                            "type": "string",
                            "description": "Where the file that follows was found.",
                        },
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "",
    summary="Send documents",
    description="Each file is stored and queued as it arrives; follow its status by its id. "
    "Sending a file twice is sending it once. Without a job, files before one that is refused "
    "stay, and those after it are not read. In a job the refused one ends as failed, and the "
    "others go on; a job that is closed still takes a file that is sent again.",
    status_code=202,
    response_model=ReceivedReply,
    responses=errors(400, 404, 408, 413, 503),
    openapi_extra=UPLOAD_FORM,
)
async def upload(
    request: Request,
    kb: Kb,
    user: CurrentUser,
    job: Annotated[str, Query(description="Id of a job; none makes no job.")] = "",
) -> dict[str, Any]:
    uploads: Uploads = request.app.state.uploads
    taken = await uploads.take(request, kb, user, job)
    return {
        "documents": [document_json(document) for document in taken.received],
        "refused": taken.refused,
    }


class Listing(BaseModel):
    """Which documents to list."""

    matter: list[str] = Field([], description="Names; none means all.")
    status: Status | None = None
    superseded: bool = Field(False, description="List old versions as well.")
    limit: int = Field(100, ge=1, le=500)
    after: str = Field("", description="`next` of the page before.")


@router.get("", summary="List documents", response_model=DocumentsReply, responses=errors(404))
def list_documents(
    kb: Kb, user: CurrentUser, wanted: Annotated[Listing, Query()]
) -> dict[str, Any]:
    scope = kb.access.scope(user, wanted.matter, superseded=wanted.superseded)
    status = wanted.status.value if wanted.status else None
    found = kb.library.documents(scope, limit=wanted.limit + 1, after=wanted.after, status=status)
    shown = found[: wanted.limit]
    return {
        "documents": [document_json(document) for document in shown],
        "counts": kb.library.counts(scope),
        "next": shown[-1].id if len(found) > wanted.limit else None,
    }


@router.get(
    "/{document_id}", summary="One document", response_model=DocumentDetail, responses=errors(404)
)
def document(document_id: str, kb: Kb, scope: Readable) -> dict[str, Any]:
    return detail_for_reading(kb, kb.library.document(document_id, scope), scope)


@router.get(
    "/{document_id}/changes",
    summary="Tracked changes and comments: who, when, what",
    response_model=ChangesReply,
    responses=errors(404),
)
def changes(
    document_id: str,
    kb: Kb,
    scope: Readable,
    *,
    holding: Annotated[
        str, Query(max_length=300, description="Only those with this phrase or author.")
    ] = "",
) -> dict[str, Any]:
    found = kb.library.document(document_id, scope)
    return {"document_id": found.id, "changes": tracked_changes(kb, found.id, scope, holding)}


@router.put(
    "/{document_id}/facts/{name}",
    summary="Correct a fact by hand",
    description="The values replace what was read, and stay when the document is read again; "
    "none takes the fact away. Names: " + ", ".join(f"`{name}`" for name in FACTS) + ".",
    response_model=FactsReply,
    responses=errors(400, 404, 503),
)
def state_fact(
    document_id: str, name: str, wanted: FactRequest, kb: Kb, scope: Readable
) -> dict[str, Any]:
    return document_detail.state_fact(kb, document_id, StatedFact(name, wanted.values), scope)


@router.get(
    "/{document_id}/text",
    summary="The canonical text that every quote and offset refers to",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **errors(404),
    },
)
def text(document_id: str, kb: Kb, scope: Readable) -> Response:
    return Response(
        read_text(kb, document_id, scope).encode(), media_type="text/plain; charset=utf-8"
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """An original on its way: its bytes come from the open file that was verified."""

    document: Document
    blocks: Iterator[bytes]


def verified(document_id: str, kb: Kb, scope: Readable) -> Iterator[Sent]:
    """All that can refuse runs here, before the first byte; the file is closed here too."""
    document = kb.library.document(document_id, scope)
    with read_original(kb, document, scope) as blocks:
        yield Sent(document, blocks)


@router.get(
    "/{document_id}/original",
    summary="The file as it was received, to save",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **errors(404, 409, 410, 503),
    },
)
def original(sent: Annotated[Sent, Depends(verified)]) -> Response:
    # never the document's own media type: a stored HTML page must not run as ours
    return StreamingResponse(
        sent.blocks,
        media_type="application/octet-stream",
        headers={
            "content-length": str(sent.document.size),
            "content-disposition": f"attachment; filename*=utf-8''{quote(sent.document.name)}",
        },
    )


@router.delete(
    "/{document_id}",
    summary="Erase a document: its text, its vectors and its bytes",
    status_code=204,
    response_class=Response,
    responses=errors(404, 503),
)
def delete(document_id: str, kb: Kb, scope: Readable) -> Response:
    kb.eraser.delete(document_id, scope)
    return Response(status_code=204)
