"""A document's pages as images, with a passage marked."""

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.concurrency import contextmanager_in_threadpool
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.dependencies import Kb, Readable
from api.images import PageImages, Picture, mark_on_page
from api.schemas.base import errors
from api.streaming.leaving import unless_left
from kb.app.bootstrap import KnowledgeBase
from kb.app.reading import note_picture
from kb.domain import Document, Page, Scope
from kb.errors import BadRequest, NotFound
from kb.pages import Mark

router = APIRouter(tags=["documents"])


class Drawing(BaseModel):
    """How to draw a page. `start` and `end` are offsets into the document's canonical text."""

    start: int = Field(0, ge=0, description="Where the marked passage begins in the text.")
    end: int = Field(0, ge=0, description="Where it ends; 0 marks nothing.")
    width: int = Field(1200, ge=200, le=2400, description="Pixels.")


class _Wanted(NamedTuple):
    """What is to be drawn of which page; `page` is None where no page of it is known."""

    document: Document
    number: int
    page: Page | None
    mark: Mark
    width: int


def picture(
    document_id: str,
    number: Annotated[int, Path(ge=1, description="From 1.")],
    kb: Kb,
    scope: Readable,
    *,
    wanted: Annotated[Drawing, Query()],
) -> _Wanted:
    """What is to be drawn, where the reader may see it."""
    document = kb.library.document(document_id, scope)
    if not document.media_type.startswith(("application/pdf", "image/")):
        raise BadRequest(f"“{document.name}” has no pages to draw. Read its text instead.")
    page = _page(kb, document_id, number, scope)
    mark = mark_on_page(page, wanted.start, wanted.end) if page else Mark()
    return _Wanted(document, number, page, mark, wanted.width)


@router.get(
    "/v1/documents/{document_id}/pages/{number}.png",
    summary="One page of a PDF or a picture as an image, with a span of its text marked",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        **errors(400, 404, 409, 410, 503),
    },
)
async def page_image(
    request: Request, kb: Kb, scope: Readable, wanted: Annotated[_Wanted, Depends(picture)]
) -> Response:
    images: PageImages = request.app.state.images
    document, number = wanted.document, wanted.number
    held = kb.verification.held(document.sha256, document.name)
    async with contextmanager_in_threadpool(held) as path:
        wished = Picture(path, number, wanted.mark, wanted.width)
        png = await unless_left(request, images.png(wished))
    if png is None:
        return Response(status_code=204)  # nobody is there to look at it
    await run_in_threadpool(note_picture, kb, document, number, wanted.page, scope)
    return Response(png, media_type="image/png")


def _page(kb: KnowledgeBase, document_id: str, number: int, scope: Scope) -> Page | None:
    """None where no page of it is known, as of a picture."""
    pages = {page.number: page for page in kb.contents.pages(document_id, scope)}
    if pages and number not in pages:
        raise NotFound("page", str(number))
    return pages.get(number)
