"""Passages for a query, documents by their facts, and what is like a sample, as JSON."""

from dataclasses import dataclass

from kb.app.bootstrap import KnowledgeBase
from kb.app.catalogue import Catalogue
from kb.app.narrowing import Narrowing, scope_of, selected
from kb.domain import Scope, UserId
from kb.domain.similar import Sample
from kb.errors import BadRequest
from kb.serializers.results import Json, alike_json, facets_json, facts_json, search_json
from kb.serializers.terms import matched_json

KNOWN = ("type", "date")
"""Facts of a document that a reader wants to see beside what was found in it."""


@dataclass(frozen=True, slots=True)
class Search:
    """`terms`: the query is terms and connectors, whose passages are read from `offset` on.

    `around`: so many characters before and after each passage. `facets`: count the documents
    by their facts. `known`: add to each passage what is known of its document. Raises
    `BadRequest` for an offset in a search that ranks its best passages alone.
    """

    query: str
    limit: int = 10
    offset: int = 0
    around: int = 0
    terms: bool = False
    facets: bool = False
    known: bool = False

    def __post_init__(self) -> None:
        if self.offset and not self.terms:
            raise BadRequest(
                "Only a search by terms and connectors is read page by page. "
                "Leave the offset out, or search by terms."
            )


def search_documents(kb: KnowledgeBase, user: UserId, asked: Search, by: Narrowing) -> Json:
    """By meaning and by words, or by terms and connectors where they are asked for."""
    if asked.terms:
        return search_terms(kb, user, asked, by)
    where = selected(kb, user, by)
    result = kb.retriever.search(
        asked.query, where.scope, limit=asked.limit, around=asked.around, within=where.within
    )
    found = search_json(result)
    if asked.known:
        _add_known(found, kb, where.scope)
    if asked.facets:
        found |= _counted(kb, where.scope, by)
    return found


def search_terms(catalogue: Catalogue, user: UserId, asked: Search, by: Narrowing) -> Json:
    """By terms and connectors, which takes neither models nor index."""
    where = selected(catalogue, user, by)
    part = {"limit": asked.limit, "offset": asked.offset, "around": asked.around}
    matched = catalogue.connectors.search(asked.query, where.scope, **part, within=where.within)
    found = matched_json(matched)
    if asked.known:
        _add_known(found, catalogue, where.scope)
    if asked.facets:
        found |= _counted(catalogue, where.scope, by, matching=asked.query)
    return found


def count_facets(catalogue: Catalogue, user: UserId, by: Narrowing) -> Json:
    """How many documents there are of each kind, court, year and so on."""
    return _counted(catalogue, scope_of(catalogue, user, by), by)


def find_similar(
    kb: KnowledgeBase,
    user: UserId,
    sample: Sample,
    by: Narrowing,
    *,
    limit: int = 10,
    known: bool = False,
) -> Json:
    """The sample may be any version of any document that the person may read."""
    where = selected(kb, user, by)
    home = kb.access.scope(user, superseded=True)
    alike = kb.similar.find(sample, home, where.scope, limit=limit, within=where.within)
    found = alike_json(alike)
    if known:
        _add_known(found, kb, where.scope)
    return found


def _counted(catalogue: Catalogue, scope: Scope, by: Narrowing, matching: str = "") -> Json:
    """Each facet without its own filter, among the documents that match the terms."""
    matched = catalogue.connectors.among(matching, scope, None)
    within = catalogue.connectors.among(by.among, scope, matched)
    return facets_json(catalogue.facets.count(by.filters, scope, within=within))


def _add_known(found: Json, catalogue: Catalogue, scope: Scope) -> None:
    entries = [*found["passages"], *found.get("documents", ())]
    known = {
        one: facts_json(catalogue.contents.facts(one, scope))
        for one in {entry["document_id"] for entry in entries}
    }
    for entry in entries:
        told = known[entry["document_id"]]
        entry.update({name: told.get(name, []) for name in KNOWN})
