"""Documents: sent, listed, read, deleted."""

from collections.abc import AsyncGenerator, Iterator
from typing import Annotated, Any

from anyio import from_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, Response

from api.auth import Kb, Readable, Reader
from api.schemas import DocumentDetail, DocumentsReply, ReceivedReply, errors
from api.uploads import Part, base_name, parts
from kb.domain import Document, JobId, Status
from kb.errors import BadRequest, TooLarge
from kb.store.jobs import Offered
from kb.store.sources import Found
from kb.wire import document_json, facts_json, family_json
from kb.wiring import KnowledgeBase

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
    "Files before one that is refused stay, and sending a file twice is sending it once.",
    status_code=202,
    response_model=ReceivedReply,
    responses=errors(400, 413, 503),
    openapi_extra=UPLOAD_FORM,
)
def upload(
    request: Request,
    kb: Kb,
    user: Reader,
    job: Annotated[str, Query(description="Id of an open job; none makes no job.")] = "",
) -> dict[str, Any]:
    known = kb.jobs.job(job, user).id if job else None
    pieces = _pieces(request.stream())
    form = parts(pieces, request.headers.get("content-type", ""))
    received, fields = [], {"matter": "", "path": ""}
    for part in form:
        if part.filename is None:
            fields[part.name] = part.text()
        elif part.filename:
            received.append(_receive(kb, part, fields, user=user, job=known))
            fields["path"] = ""
    if not received:
        raise BadRequest("The upload has no file in it. Send at least one, in the field “file”.")
    return {"documents": [document_json(document) for document in received]}


def _receive(
    kb: KnowledgeBase, part: Part, fields: dict[str, str], *, user: Reader, job: JobId | None
) -> Document:
    if not fields["matter"]:
        raise BadRequest("Send the field “matter”, the name of the matter, before the files.")
    name = base_name(part.filename or "") or "unnamed"
    matter = kb.library.add_matter(fields["matter"])
    offered = Offered(job, matter.id, fields["path"] or part.filename or name)
    try:
        stored = kb.files.put(part.pieces, limit=kb.settings.max_file_mb << 20, name=name)
    except TooLarge as error:
        if job:
            kb.jobs.refuse(offered, error.message, error.code)
        raise
    known = kb.sources.receive(Found(offered, stored, name, user))
    return kb.library.document(known, kb.access.scope(user))


def _pieces(body: AsyncGenerator[bytes, None]) -> Iterator[bytes]:
    """A request's body as it arrives, read from a worker thread."""

    async def following() -> bytes | None:
        return await anext(body, None)

    while (piece := from_thread.run(following)) is not None:
        yield piece


@router.get("", summary="List documents", response_model=DocumentsReply, responses=errors(404))
def list_documents(
    kb: Kb,
    user: Reader,
    *,
    matter: Annotated[list[str] | None, Query(description="Names; none means all.")] = None,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[str, Query(description="`next` of the page before.")] = "",
) -> dict[str, Any]:
    scope = kb.access.scope(user, matter or ())
    wanted = status.value if status else None
    found = kb.library.documents(scope, limit=limit + 1, after=after, status=wanted)
    shown = found[:limit]
    return {
        "documents": [document_json(document) for document in shown],
        "counts": kb.library.counts(scope),
        "next": shown[-1].id if len(found) > limit else None,
    }


@router.get(
    "/{document_id}", summary="One document", response_model=DocumentDetail, responses=errors(404)
)
def document(document_id: str, kb: Kb, scope: Readable) -> dict[str, Any]:
    found = kb.library.document(document_id, scope)
    sources = kb.sources.of(document_id, scope)
    return {
        **document_json(found),
        "sources": [
            {"path": source.path, "seen_at": source.seen_at, "added_by": source.added_by}
            for source in sources
        ],
        "facts": facts_json(kb.contents.facts(document_id, scope)),
        **family_json(
            sources,
            kb.sources.children(document_id, scope),
            kb.sources.versions(document_id, scope),
        ),
        "thread": kb.contents.thread(document_id, scope),
        "same_mail": kb.contents.same_mail(document_id, scope),
        "page_spans": [
            {
                "number": page.number,
                "char_start": page.char_start,
                "char_end": page.char_end,
                "label": page.label,
            }
            for page in kb.contents.pages(document_id, scope)
        ],
    }


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
    canonical = kb.library.text(document_id, scope)
    return Response(canonical.encode(), media_type="text/plain; charset=utf-8")


@router.get(
    "/{document_id}/original",
    summary="The file as it was received, to save",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **errors(404),
    },
)
def original(document_id: str, kb: Kb, scope: Readable) -> Response:
    found = kb.library.document(document_id, scope)
    # never the document's own media type: a stored HTML page must not run as ours
    return FileResponse(
        kb.files.path(found.sha256),
        media_type="application/octet-stream",
        filename=found.name,
        content_disposition_type="attachment",
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
