"""Passages for a query, without an answer; and what is like a passage or a document."""

from typing import Any

from fastapi import APIRouter

from api.cards import with_facts
from api.dependencies import CurrentUser, Kb
from api.schemas.base import errors
from api.schemas.search import (
    FacetsReply,
    FacetsRequest,
    SearchReply,
    SearchRequest,
    SimilarReply,
    SimilarRequest,
)
from kb.domain.similar import Sample
from kb.serializers.results import alike_json, facets_json, search_json
from kb.serializers.terms import check_paging, matched_json

router = APIRouter(tags=["search"])


@router.post(
    "/v1/search",
    summary="Find passages",
    response_model=SearchReply,
    response_model_exclude_unset=True,
    responses=errors(400, 404, 503),
)
def search(wanted: SearchRequest, kb: Kb, user: CurrentUser) -> dict[str, Any]:
    check_paging(wanted.offset, terms=wanted.mode == "terms")
    scope, filters, within = wanted.within(kb, user, old=wanted.old_versions)
    query = wanted.query.strip()
    counted = None
    if wanted.mode == "terms":
        counted = kb.connectors.documents(query, scope) if wanted.facets else None
        part = {"limit": wanted.limit, "offset": wanted.offset, "around": wanted.around}
        found = matched_json(kb.connectors.search(query, scope, **part, within=within))
    else:
        part = {"limit": wanted.limit, "around": wanted.around}
        found = search_json(kb.retriever.search(query, scope, **part, within=within))
    if wanted.known:
        with_facts(found, kb, scope)
    if wanted.facets:
        found |= facets_json(kb.facets.count(filters, scope, within=counted))
    return found


@router.post(
    "/v1/facets",
    summary="Count documents by kind, court, year and so on",
    response_model=FacetsReply,
    responses=errors(400, 404, 503),
)
def facets(wanted: FacetsRequest, kb: Kb, user: CurrentUser) -> dict[str, Any]:
    scope, filters, _ = wanted.within(kb, user, old=wanted.old_versions)
    expression = wanted.among.strip()
    among = kb.connectors.documents(expression, scope) if expression else None
    return facets_json(kb.facets.count(filters, scope, within=among))


@router.post(
    "/v1/similar",
    summary="Find passages and documents like a document or a passage of one",
    response_model=SimilarReply,
    responses=errors(400, 404, 409, 503),
)
def similar(wanted: SimilarRequest, kb: Kb, user: CurrentUser) -> dict[str, Any]:
    scope, _, within = wanted.within(kb, user, old=wanted.old_versions)
    home = kb.access.scope(user, superseded=True)
    sample = Sample(wanted.document, wanted.page, wanted.start, wanted.end)
    found = alike_json(kb.similar.find(sample, home, scope, limit=wanted.limit, within=within))
    return with_facts(found, kb, scope) if wanted.known else found
