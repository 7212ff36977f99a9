"""Passages for a query, without an answer; and what is like a passage or a document."""

from typing import Any

from fastapi import APIRouter

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
from kb.app.search import Search, count_facets, find_similar, search_documents
from kb.domain.similar import Sample

router = APIRouter(tags=["search"])


@router.post(
    "/v1/search",
    summary="Find passages",
    response_model=SearchReply,
    response_model_exclude_unset=True,
    responses=errors(400, 404, 503),
)
def search(wanted: SearchRequest, kb: Kb, user: CurrentUser) -> dict[str, Any]:
    asked = Search(
        wanted.query.strip(),
        wanted.limit,
        wanted.offset,
        wanted.around,
        terms=wanted.mode == "terms",
        facets=wanted.facets,
        known=wanted.known,
    )
    return search_documents(kb, user, asked, wanted.narrowing(old=wanted.old_versions))


@router.post(
    "/v1/facets",
    summary="Count documents by kind, court, year and so on",
    response_model=FacetsReply,
    responses=errors(400, 404, 503),
)
def facets(wanted: FacetsRequest, kb: Kb, user: CurrentUser) -> dict[str, Any]:
    by = wanted.narrowing(old=wanted.old_versions, among=wanted.among)
    return count_facets(kb, user, by)


@router.post(
    "/v1/similar",
    summary="Find passages and documents like a document or a passage of one",
    response_model=SimilarReply,
    responses=errors(400, 404, 409, 503),
)
def similar(wanted: SimilarRequest, kb: Kb, user: CurrentUser) -> dict[str, Any]:
    sample = Sample(wanted.document, wanted.page, wanted.start, wanted.end)
    by = wanted.narrowing(old=wanted.old_versions)
    return find_similar(kb, user, sample, by, limit=wanted.limit, known=wanted.known)
