"""The JSON shapes of authorities, which commands and routes share."""

from collections.abc import Sequence

from kb.domain import Chunk, Document
from kb.domain.authorities import Authority, Cited, Citing, Mentioned, Table
from kb.serializers.results import Json, opinion_json

HINT = (
    "Words of treatment are words that stand near a citation: a hint where to look, "
    "not a judgment of what the law is."
)


def table_json(table: Table) -> Json:
    return {
        **_document(table.document),
        "own": list(table.own),
        "authorities": [_authority(one) for one in table.authorities],
        "lacking": [one.normal for one in table.authorities if not one.held],
        "unresolved": [_mention(one) for one in table.unresolved],
        "note": HINT,
    }


def cited_json(found: Cited) -> Json:
    return {
        "query": found.query,
        "names": list(found.names),
        "held": [_document(one) for one in found.held],
        "citing": [_citing(one) for one in found.citing],
        "documents": len(found.citing),
        "citations": sum(len(one.mentions) for one in found.citing),
        "note": HINT,
    }


def _authority(one: Authority) -> Json:
    pages = dict.fromkeys(m.page for m in one.mentions if m.page is not None)
    words = dict.fromkeys(t.words for m in one.mentions for t in m.citation.treatment)
    return {
        "authority": one.normal,
        "kind": one.kind.value,
        "name": one.name,
        "court": one.court,
        "year": one.year or None,
        "parallel": list(one.parallel),
        "pages": list(pages),
        "mentions": [_mention(each) for each in one.mentions],
        "treatment": list(words),
        "held": [_document(each) for each in one.held],
    }


def _citing(one: Citing) -> Json:
    return {
        **_document(one.document),
        "mentions": [_mention(each) for each in one.mentions],
        "passages": _passages(one.passages),
    }


def _passages(chunks: Sequence[Chunk]) -> list[Json]:
    return [
        {
            "page": chunk.page_from,
            "char_start": chunk.char_start,
            "char_end": chunk.char_end,
            "heading": chunk.heading,
            "opinion": opinion_json(chunk.opinion),
            "text": chunk.text,
        }
        for chunk in chunks
    ]


def _mention(one: Mentioned) -> Json:
    citation = one.citation
    return {
        "kind": citation.kind.value,
        "page": one.page,
        "char_start": citation.char_start,
        "char_end": citation.char_end,
        "text": one.text,
        "pin": citation.pin,
        "treatment": [
            {"words": each.words, "char_start": each.char_start, "char_end": each.char_end}
            for each in citation.treatment
        ],
    }


def _document(document: Document) -> Json:
    return {
        "document_id": document.id,
        "document": document.name,
        "title": document.title,
        "path": document.path,
        "matter": document.matter,
    }
