"""Facts that were read when a document was taken in, as passages that state what is asked.

Who made a contract, when, under which law; who judged, where, under which number: a contract
says it once, on its first page or its last, in words that are like no question. So does an
opinion say how the case ended.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kb.answer.abstention import STATED, Examined
from kb.answer.coverage import Candidate
from kb.answer.direct.expected import PATTERNS
from kb.answer.question import Kind
from kb.answer.rows import codes, names, units
from kb.domain import Chunk, DocumentId, Fact, Passage, Scope
from kb.domain.events import DirectKind
from kb.search.hybrid.candidates import StoreView
from kb.search.hybrid.document_names import label
from kb.search.hybrid.outcome import OUTCOME_PARTS, asks_for_outcome
from kb.search.hybrid.retriever import Retrieved
from kb.text.analyzer import content_terms, terms

_PAPER = r"(?:\w+ ){0,3}(?:agreement|contract|lease|nda|deed|licen[cs]e|letter|memo|opinion)"
_PATTERNS = {
    "title": rf"\b(?:titled|entitled)\b|what (?:is|was) \w.{{0,40}}\bcalled\b|"
    rf"\b(?:title|name) of (?:the|this|that) {_PAPER}\b",
    "date": r"\bwhen (?:was|were|did)\b.{0,80}\b(?:signed|made|dated|concluded?|executed?|"
    r"enter(?:ed)?(?: into)?|decided|handed down)\b|"
    rf"(?<!effective )\bdate of (?:the|this|that) {_PAPER}(?!'|\w)|\bdate does\b.{{0,60}}\bbear\b",
    "judge": r"\b(?:which|what) (?:judge|justice)s?\b|\bwho (?:is|was|were|are) the "
    r"(?:\w+ )?(?:judge|justice)s?\b|\bwho (?:wrote|delivered|authored)\b.{0,30}\bopinion\b",
    "docket": r"\b(?:docket|case|cause) (?:number|no\b)|\bdocket\b",
}
_ASKED = {
    **{name: re.compile(one, re.IGNORECASE) for name, one in _PATTERNS.items()},
    "party": PATTERNS[DirectKind.PARTIES],
    "jurisdiction": PATTERNS[DirectKind.LAW],
    "court": PATTERNS[DirectKind.COURT],
}
MOST = 4
"""Passages that are put first at most."""
MOST_ENDS = 2
"""The last so many of a syllabus and a disposition: how it ended."""
FIRST = 5
"""The documents of the first so many passages may be meant."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What was found, passages that state what is asked first, and where in them they do.

    `rows`: these are the rows of tables that the question names by their codes.
    """

    found: Retrieved
    spans: Mapping[DocumentId, Sequence[tuple[int, int]]]
    rows: bool = False


def facts_asked(question: str) -> list[str]:
    """The facts of `kb.domain.FACTS` that a question asks for, in English."""
    return [name for name, pattern in _ASKED.items() if pattern.search(question)]


def with_stated(found: Retrieved, reader: StoreView, scope: Scope, *, limit: int) -> Stated:
    """Put first the passages in which the facts that are asked for were read, or the case ends.

    Of the documents that the query calls by name; else of those found first that carry a name of
    it, and where it has no name of the one found first.
    """
    question = found.query.asked.text
    names, parts = facts_asked(question), OUTCOME_PARTS if asks_for_outcome(question) else ()
    meant = _meant(found, reader, scope) if names or parts else []
    if not meant:
        return Stated(found, {})
    facts = reader.contents.fact_spans(meant, names, scope)
    spans = {known: _spans(those) for known, those in facts.items()}
    ends = reader.chunks.of_parts(meant, parts, scope)[-MOST_ENDS:] if parts else []
    chunks = list({one.id: one for one in (*reader.chunks.holding(spans, scope), *ends)}.values())
    if not chunks:
        return Stated(found, {})
    passages = _placed(found, chunks[:MOST], meant, reader.library.documents_by_id(meant, scope))
    result = replace(found.result, passages=tuple(passages[:limit]))
    return Stated(replace(found, result=result), spans)


def with_rows(found: Retrieved) -> Stated:
    """Put first the passages with rows that have the codes which the query names.

    A row tells something of what is asked: a word of the question stands in it or above it, or
    it shows the kind of thing that was asked for.
    """
    text = found.query.asked.text
    wanted = codes(text)
    spans: dict[DocumentId, list[tuple[int, int]]] = {}
    first: list[Passage] = []
    if wanted:
        kind = next(kind for kind in Kind if kind.asks.search(text))
        rest = set(content_terms(_without(text, wanted)))
        for passage in found.result.passages:
            rows = list(_named_rows(passage, wanted, rest, kind))
            if rows:
                first.append(passage)
                spans.setdefault(passage.document.id, []).extend(rows)
    if not first:
        return Stated(found, {})
    others = [one for one in found.result.passages if one not in first]
    numbered = (replace(p, number=n, rank=n) for n, p in enumerate([*first, *others], start=1))
    result = replace(found.result, passages=tuple(numbered))
    return Stated(replace(found, result=result), spans, rows=True)


def _named_rows(
    passage: Passage, wanted: Sequence[str], rest: set[str], kind: Kind
) -> Iterator[tuple[int, int]]:
    chunk = passage.chunk
    above = set(terms(f"{chunk.heading} {passage.document.title}"))
    for start, end, row in units(chunk.text):
        words = chunk.text[start:end]
        if row and names(words, wanted):
            shows = kind is not Kind.ANYTHING and kind.shows.search(_without(words, wanted))
            if shows or rest & (above | set(terms(words))):
                yield chunk.char_start + start, chunk.char_start + end


def _without(text: str, wanted: Sequence[str]) -> str:
    for one in wanted:
        text = text.replace(one, " ")
    return text


def marked(stated: Stated, examined: Examined) -> Examined:
    """What was examined, with the sentences marked in which the facts stand.

    Where there are such the question is answered: facts are read where they are plain.
    """
    if not stated.spans:
        return examined
    sentences = [replace(one, stated=_holds(stated, one)) for one in examined.sentences]
    if stated.rows:
        if examined.values["names_missing"] or examined.values["name_unseen"]:
            return examined
        sentences = [one for one in sentences if one.stated or not one.row]
    values = {**examined.values, STATED: 1.0}
    return replace(examined, sentences=sentences, values=values)


def _holds(stated: Stated, one: Candidate) -> bool:
    spans = stated.spans.get(one.passage.document.id, ())
    return any(one.char_start < end and start < one.char_end for start, end in spans)


def _spans(facts: Sequence[Fact]) -> list[tuple[int, int]]:
    return [(f.char_start, f.char_end) for f in facts if f.char_start is not None and f.char_end]


def _meant(found: Retrieved, reader: StoreView, scope: Scope) -> list[DocumentId]:
    first = {p.document.id: p.document for p in found.result.passages[:FIRST]}
    asked = found.query.asked
    if asked.documents:
        return [known for known in first if known in asked.documents]
    parties = reader.contents.values(sorted(first), "party", scope)
    known = [d for d, one in first.items() if asked.naming & label(one, parties.get(d, ()))]
    return known if asked.naming else list(first)[:1]


def _placed(
    found: Retrieved,
    chunks: Sequence[Chunk],
    meant: Sequence[DocumentId],
    documents: Mapping[DocumentId, Any],
) -> list[Passage]:
    there = {p.chunk.id: p for p in found.result.passages}
    ordered = sorted(chunks, key=lambda one: (meant.index(one.document_id), one.ordinal))
    first = [there.get(one.id) or Passage.at(1, one, documents[one.document_id]) for one in ordered]
    rest = [p for p in found.result.passages if p.chunk.id not in {one.id for one in ordered}]
    return [replace(p, number=n, rank=n) for n, p in enumerate([*first, *rest], start=1)]
