"""A document's pages as images, with a passage marked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import Kb, Readable
from api.images import PageImages, Picture, mark_on_page
from api.schemas.base import errors
from api.streaming.leaving import unless_left
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Scope
from kb.errors import BadRequest, NotFound
from kb.pages import Mark

router = APIRouter(tags=["documents"])


class Drawing(BaseModel):
    """How to draw a page. `start` and `end` are offsets into the document's canonical text."""

    start: int = Field(0, ge=0, description="Where the marked passage begins in the text.")
    end: int = Field(0, ge=0, description="Where it ends; 0 marks nothing.")
    width: int = Field(1200, ge=200, le=2400, description="Pixels.")


def picture(
    document_id: str,
    number: Annotated[int, Path(ge=1, description="From 1.")],
    kb: Kb,
    scope: Readable,
    *,
    wanted: Annotated[Drawing, Query()],
) -> Picture:
    """What is to be drawn, where the reader may see it."""
    document = kb.library.document(document_id, scope)
    if not document.media_type.startswith(("application/pdf", "image/")):
        raise BadRequest(f"“{document.name}” has no pages to draw. Read its text instead.")
    mark = _mark(kb, document_id, scope, number=number, wanted=wanted)
    return Picture(kb.files.path(document.sha256), number, mark, wanted.width)


@router.get(
    "/v1/documents/{document_id}/pages/{number}.png",
    summary="One page of a PDF or a picture as an image, with a span of its text marked",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        **errors(400, 404, 503),
    },
)
async def page_image(request: Request, wanted: Annotated[Picture, Depends(picture)]) -> Response:
    images: PageImages = request.app.state.images
    png = await unless_left(request, images.png(wanted))
    if png is None:
        return Response(status_code=204)  # nobody is there to look at it
    return Response(png, media_type="image/png")


def _mark(
    kb: KnowledgeBase, document_id: str, scope: Scope, *, number: int, wanted: Drawing
) -> Mark:
    pages = {page.number: page for page in kb.contents.pages(document_id, scope)}
    if pages and number not in pages:
        raise NotFound("page", str(number))
    return mark_on_page(pages[number], wanted.start, wanted.end) if pages else Mark()
