"""The JSON shapes that commands and routes share; a contract, to which fields may be added."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from kb.domain import (
    Document,
    Fact,
    Matter,
    Opinion,
    OpinionSpan,
    Passage,
    Quote,
    Revision,
    SearchResult,
    Source,
)
from kb.domain.events import (
    Answer,
    Done,
    Event,
    Failed,
    Judged,
    Queued,
    Quotes,
    Sentence,
    Sources,
    Token,
)
from kb.domain.filters import Facets
from kb.domain.similar import Alike
from kb.errors import DAMAGES
from kb.serializers.direct import direct_json

Json = dict[str, Any]


def document_json(document: Document) -> Json:
    return {
        "document_id": document.id,
        "document": document.name,
        "title": document.title,
        "path": document.path,
        "matter": document.matter,
        "media_type": document.media_type,
        "size": document.size,
        "sha256": document.sha256,
        "pages": document.pages,
        "chunks": document.chunks,
        "status": document.status.value,
        "problem": document.problem,
        "code": document.code,
        "current": document.current,
        **_original(document),
        "added_at": document.added_at,
    }


def matter_json(matter: Matter) -> Json:
    return {
        "id": matter.id,
        "matter": matter.name,
        "client": matter.client,
        "opened": matter.opened,
    }


def passage_json(passage: Passage) -> Json:
    chunk = passage.chunk
    return {
        "rank": passage.rank,
        "number": passage.number,
        **_passage_place(passage),
        "heading": chunk.heading,
        "text": chunk.text,
        "before": passage.before,
        "after": passage.after,
        "also_in": [_passage_place(other) for other in passage.also_in],
    }


def quote_json(quote: Quote) -> Json:
    return {
        "number": quote.number,
        **_place(quote.document, quote.page, quote.char_start, quote.char_end),
        "page_line": quote.page_line or None,
        "opinion": opinion_json(quote.opinion),
        "heads": quote.heads or None,
        "text": quote.text,
        "changes": [revision_json(one) for one in quote.changes],
    }


def _passage_place(passage: Passage) -> Json:
    chunk = passage.chunk
    return {
        **_place(passage.document, passage.page, chunk.char_start, chunk.char_end),
        "page_line": passage.page_line or None,
        "opinion": opinion_json(chunk.opinion),
    }


def opinion_json(opinion: Opinion | None) -> Json | None:
    """The part of a court's opinion; None for what is of none."""
    return {"part": opinion.part.value, "by": opinion.by or None} if opinion else None


def opinion_span_json(span: OpinionSpan) -> Json:
    return {
        **(opinion_json(span.opinion) or {}),
        "char_start": span.char_start,
        "char_end": span.char_end,
    }


def _place(document: Document, page: int | None, start: int, end: int) -> Json:
    return {
        "document_id": document.id,
        "document": document.name,
        "title": document.title,
        "path": document.path,
        "matter": document.matter,
        **_original(document),
        "page": page,
        "char_start": start,
        "char_end": end,
    }


def _original(document: Document) -> Json:
    """What was found of its original when it was last read; both None where it was right."""
    found = DAMAGES[document.damage] if document.damage else None
    told = f"Its original {found.said}: `kb verify` names the file to put back." if found else None
    return {"original_problem": told, "original_code": document.damage}


def facts_json(facts: Sequence[tuple[Fact, bool]]) -> dict[str, list[str]]:
    """Values by name; a fact of which there is none is absent."""
    told: dict[str, list[str]] = {}
    for fact, _ in facts:
        told.setdefault(fact.name, []).append(fact.value)
    return told


def fact_spans_json(facts: Sequence[tuple[Fact, bool]]) -> list[Json]:
    """Where facts stand that were read from the text, in its order."""
    spans = [
        {
            "name": fact.name,
            "value": fact.value,
            "char_start": fact.char_start,
            "char_end": fact.char_end,
        }
        for fact, _ in facts
        if fact.char_start is not None
    ]
    return sorted(spans, key=itemgetter("char_start"))


def family_json(sources: Sequence[Source], inside: Sequence[Source], of: Sequence[Source]) -> Json:
    """What a document was found in, what was found in it, and the versions of its paths."""
    return {
        "parents": sorted({source.parent for source in sources if source.parent}),
        "children": [{"document_id": one.document_id, "path": one.path} for one in inside],
        "versions": [
            {
                "document_id": one.document_id,
                "path": one.path,
                "version": one.version,
                "seen_at": one.seen_at,
            }
            for one in of
        ],
    }


def revision_json(revision: Revision) -> Json:
    return {
        "kind": revision.kind.value,
        "author": revision.author,
        "date": revision.date,
        "char_start": revision.char_start,
        "char_end": revision.char_end,
        "text": revision.text,
    }


def sentence_json(sentence: Sentence) -> Json:
    return {
        "text": sentence.text,
        "citations": [
            {"number": citation.number, "verdict": citation.verdict.value}
            for citation in sentence.citations
        ],
    }


def search_json(result: SearchResult) -> Json:
    return {
        "query": result.query,
        "passages": [passage_json(passage) for passage in result.passages],
        "timings": _rounded(result.timings),
        "degraded": result.degraded,
    }


def facets_json(counted: Facets) -> Json:
    return {
        "selected": counted.selected,
        "facets": {
            facet.name: {
                "values": [{"value": value, "count": count} for value, count in facet.values],
                "more": facet.more,
            }
            for facet in counted.facets
        },
    }


def alike_json(found: Alike) -> Json:
    """As a search's, and the documents; `also_in` is where the same text stands again."""
    page = f", page {found.page}" if found.page else ""
    return {
        "query": f"{found.source.name}{page}",
        "source": _place(found.source, found.page, found.start, found.end),
        "passages": [passage_json(passage) for passage in found.passages],
        "documents": [
            {
                "rank": rank,
                "similarity": alike.similarity and round(alike.similarity, 4),
                **document_json(alike.document),
                "also_in": [document_json(other) for other in alike.also_in],
            }
            for rank, alike in enumerate(found.documents, start=1)
        ],
        "timings": _rounded(found.timings),
        "degraded": found.degraded,
    }


def answer_json(answer: Answer) -> Json:
    return {
        "question": answer.question,
        "answer": {
            "text": answer.text,
            "sentences": [sentence_json(sentence) for sentence in answer.sentences],
            "withheld": answer.withheld,
        },
        "direct": [direct_json(direct) for direct in answer.direct],
        "quotes": [quote_json(quote) for quote in answer.quotes],
        "passages": [passage_json(passage) for passage in answer.passages],
        "abstained": answer.abstained,
        "uncertain": answer.uncertain,
        "confidence": round(answer.confidence, 4),
        "reason": answer.reason,
        "model": answer.model,
        "timings": _rounded(answer.timings),
    }


def event_json(event: Event) -> tuple[str, Json]:
    """The event's name on the wire and its data."""
    match event:
        case Queued(ahead):
            return "queued", {"ahead": ahead}
        case Sources(passages):
            return "sources", {"passages": [passage_json(passage) for passage in passages]}
        case Quotes(quotes, abstained, uncertain, direct):
            return "quotes", {
                "direct": [direct_json(one) for one in direct],
                "quotes": [quote_json(quote) for quote in quotes],
                "abstained": abstained,
                "uncertain": uncertain,
            }
        case Token(text):
            return "token", {"text": text}
        case Judged(sentences, withheld):
            judged = [sentence_json(sentence) for sentence in sentences]
            return "judged", {"sentences": judged, "withheld": withheld}
        case Done(answer):
            return "done", answer_json(answer)
        case Failed(code, problem):
            return "error", {"code": code, "problem": problem}


def _rounded(timings: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in timings.items()}
