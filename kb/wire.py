"""The JSON shapes that commands and routes share; a contract, to which fields may be added."""

from collections.abc import Mapping
from typing import Any

from kb.domain import (
    Answer,
    Document,
    Done,
    Event,
    Failed,
    Judged,
    Matter,
    Passage,
    Queued,
    Quote,
    Quotes,
    SearchResult,
    Sentence,
    Sources,
    Token,
)

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
        **_place(passage.document, passage.page, chunk.char_start, chunk.char_end),
        "heading": chunk.heading,
        "text": chunk.text,
    }


def quote_json(quote: Quote) -> Json:
    return {
        "number": quote.number,
        **_place(quote.document, quote.page, quote.char_start, quote.char_end),
        "text": quote.text,
    }


def _place(document: Document, page: int | None, start: int, end: int) -> Json:
    return {
        "document_id": document.id,
        "document": document.name,
        "title": document.title,
        "path": document.path,
        "matter": document.matter,
        "page": page,
        "char_start": start,
        "char_end": end,
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
    }


def answer_json(answer: Answer) -> Json:
    return {
        "question": answer.question,
        "answer": {
            "text": answer.text,
            "sentences": [sentence_json(sentence) for sentence in answer.sentences],
        },
        "quotes": [quote_json(quote) for quote in answer.quotes],
        "passages": [passage_json(passage) for passage in answer.passages],
        "abstained": answer.abstained,
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
        case Quotes(quotes):
            return "quotes", {"quotes": [quote_json(quote) for quote in quotes]}
        case Token(text):
            return "token", {"text": text}
        case Judged(sentences):
            return "judged", {"sentences": [sentence_json(sentence) for sentence in sentences]}
        case Done(answer):
            return "done", answer_json(answer)
        case Failed(code, problem):
            return "error", {"code": code, "problem": problem}


def _rounded(timings: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in timings.items()}
