"""What is known of one document, as JSON: facts, family, versions, conversation, changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.app.catalogue import Catalogue
from kb.domain import FACTS, Document, DocumentId, Scope
from kb.errors import BadRequest
from kb.serializers.results import (
    Json,
    document_json,
    fact_spans_json,
    facts_json,
    family_json,
    opinion_span_json,
    revision_json,
)

MOST_RELATED = 200
"""How many related documents are described; the ids of all are there."""


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact as a person corrects it; no values take it away. Raises `BadRequest` for no fact."""

    name: str
    values: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.name not in FACTS:
            facts = ", ".join(FACTS)
            raise BadRequest(f"There is no fact “{self.name}”. The facts are: {facts}.")


def document_detail(catalogue: Catalogue, found: Document, scope: Scope) -> Json:
    sources = catalogue.sources.of(found.id, scope)
    facts = catalogue.contents.facts(found.id, scope)
    return {
        **document_json(found),
        "sources": [
            {"path": source.path, "seen_at": source.seen_at, "added_by": source.added_by}
            for source in sources
        ],
        "facts": facts_json(facts),
        "fact_spans": fact_spans_json(facts),
        **family_json(
            sources,
            catalogue.sources.children(found.id, scope),
            catalogue.sources.versions(found.id, scope),
        ),
        "thread": catalogue.contents.thread(found.id, scope),
        "same_mail": catalogue.contents.same_mail(found.id, scope),
        "changes": len(catalogue.contents.revisions(found.id, scope)),
        "opinion_parts": [
            opinion_span_json(one) for one in catalogue.chunks.opinion_spans(found.id, scope)
        ],
    }


def detail_for_reading(catalogue: Catalogue, found: Document, scope: Scope) -> Json:
    """Also which facts were stated by a person, where its pages are, and who its relatives are."""
    told = {
        **document_detail(catalogue, found, scope),
        **_facts(catalogue, found.id, scope),
        "page_spans": [
            {
                "number": page.number,
                "char_start": page.char_start,
                "char_end": page.char_end,
                "label": page.label,
                "printed": page.printed or None,
            }
            for page in catalogue.contents.pages(found.id, scope)
        ],
    }
    return {**told, "related": _related(catalogue, told, scope)}


def tracked_changes(
    catalogue: Catalogue, document: DocumentId, scope: Scope, holding: str = ""
) -> list[Json]:
    """In the order of the text; `holding`: only those with this phrase or author."""
    revisions = catalogue.contents.revisions(document, scope, holding=holding)
    return [revision_json(one) for one in revisions]


def all_tracked_changes(catalogue: Catalogue, scope: Scope, holding: str = "") -> list[Json]:
    """Those of all documents, each with the document it is of."""
    pairs = catalogue.contents.changes(scope, holding=holding)
    named = catalogue.library.documents_by_id([known for known, _ in pairs], scope)
    return [
        {"document_id": known, "document": named[known].name, **revision_json(one)}
        for known, one in pairs
    ]


def state_fact(catalogue: Catalogue, document: str, stated: StatedFact, scope: Scope) -> Json:
    """Correct a fact by hand; the facts as they are then. Raises `NotFound`."""
    catalogue.contents.state(document, stated.name, list(stated.values), scope)
    return {"document_id": document, **_facts(catalogue, document, scope)}


def _facts(catalogue: Catalogue, document: str, scope: Scope) -> Json:
    facts = catalogue.contents.facts(document, scope)
    stated = {fact.name for fact, by_person in facts if by_person}
    return {
        "facts": facts_json(facts),
        "fact_spans": fact_spans_json(facts),
        "stated": sorted(stated),
    }


def _related(catalogue: Catalogue, told: Json, scope: Scope) -> list[Json]:
    """What the ids of a family and a thread are called, and when a mail of it was sent."""
    inside = [one["document_id"] for one in (*told["versions"], *told["children"])]
    wanted = dict.fromkeys([*told["parents"], *told["thread"], *told["same_mail"], *inside])
    wanted.pop(told["document_id"], None)
    named = catalogue.library.documents_by_id(list(wanted)[:MOST_RELATED], scope)
    dates = {
        one: facts_json(catalogue.contents.facts(one, scope)).get("date", [])
        for one in told["thread"][:MOST_RELATED]
    }
    return [
        {**document_json(named[one]), "date": next(iter(dates.get(one, [])), None)}
        for one in wanted
        if one in named
    ]
