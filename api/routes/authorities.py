"""Legal citations: what a document cites, who cites it, and where an authority is cited."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.dependencies import CurrentUser, Kb
from api.schemas.base import errors
from api.schemas.citations import CitedReply, Cites, TableReply
from kb.app.authorities import cited_anywhere, documents_citing, table_of_authorities
from kb.app.narrowing import Narrowing

router = APIRouter(tags=["authorities"])


@router.get(
    "/v1/documents/{document_id}/authorities",
    summary="A table of authorities: what a document cites, where, and what of it is held",
    response_model=TableReply,
    responses=errors(404),
)
def authorities(document_id: str, kb: Kb, user: CurrentUser) -> dict[str, Any]:
    return table_of_authorities(kb, user, document_id, Narrowing())


@router.get(
    "/v1/documents/{document_id}/cited-by",
    summary="The documents that cite this one",
    response_model=CitedReply,
    responses=errors(404),
)
def cited_by(document_id: str, kb: Kb, user: CurrentUser) -> dict[str, Any]:
    return documents_citing(kb, user, document_id, Narrowing())


@router.get(
    "/v1/cites",
    summary="Where a citation in any spelling is cited, and the document that it is",
    response_model=CitedReply,
    responses=errors(400, 404),
)
def cites(kb: Kb, user: CurrentUser, wanted: Annotated[Cites, Query()]) -> dict[str, Any]:
    by = Narrowing(tuple(wanted.matter), old=wanted.superseded)
    return cited_anywhere(kb, user, wanted.citation, by)
