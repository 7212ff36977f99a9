"""Legal citations: what a document cites, who cites it, and where an authority is cited."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.dependencies import CurrentUser, Kb, Readable
from api.schemas.base import errors
from api.schemas.citations import CitedReply, Cites, TableReply
from kb.serializers.citations import cited_json, table_json

router = APIRouter(tags=["authorities"])


@router.get(
    "/v1/documents/{document_id}/authorities",
    summary="A table of authorities: what a document cites, where, and what of it is held",
    response_model=TableReply,
    responses=errors(404),
)
def authorities(document_id: str, kb: Kb, scope: Readable) -> dict[str, Any]:
    return table_json(kb.authorities.table(document_id, scope))


@router.get(
    "/v1/documents/{document_id}/cited-by",
    summary="The documents that cite this one",
    response_model=CitedReply,
    responses=errors(404),
)
def cited_by(document_id: str, kb: Kb, scope: Readable) -> dict[str, Any]:
    return cited_json(kb.authorities.cited_by(document_id, scope))


@router.get(
    "/v1/cites",
    summary="Where a citation in any spelling is cited, and the document that it is",
    response_model=CitedReply,
    responses=errors(400, 404),
)
def cites(kb: Kb, user: CurrentUser, wanted: Annotated[Cites, Query()]) -> dict[str, Any]:
    scope = kb.access.scope(user, wanted.matter, superseded=wanted.superseded)
    return cited_json(kb.authorities.cites(wanted.citation, scope))
