"""Passages for a query, without an answer."""

from typing import Any

from fastapi import APIRouter

from api.auth import Kb, Reader
from api.schemas import SearchReply, SearchRequest, errors
from kb.wire import search_json

router = APIRouter(tags=["search"])


@router.post(
    "/v1/search",
    summary="Find passages",
    response_model=SearchReply,
    responses=errors(404, 503),
)
def search(wanted: SearchRequest, kb: Kb, user: Reader) -> dict[str, Any]:
    scope = kb.access.scope(user, wanted.matters, superseded=wanted.old_versions)
    return search_json(kb.retriever.search(wanted.query.strip(), scope, limit=wanted.limit))
