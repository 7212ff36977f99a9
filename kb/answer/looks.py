"""One look for each part of a question, and for each document that it compares."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kb.answer.comparison import by_itself, compared
from kb.domain import DocumentId
from kb.search.hybrid.cross_encoder_input import without_terms
from kb.search.hybrid.query import Understood
from kb.search.hybrid.retriever import Retrieved
from kb.text.analyzer import content_terms, named_terms

MOST_LOOKS = 4
_ASKS = (
    r"(?:(?:to|for|with|by|from|of|in|on|under|at)\s+)?(?:who|whom|whose|what|which|when|where|how|"
    r"why|whether|is|are|was|were|does|do|did|can|could|may|must|shall|should|will|would)\b"
)
_JOINT = re.compile(
    rf"(?:\s*[,;]\s*|\s+)and\s+(?={_ASKS})|\?\s+(?=\S+\s+\S)|\s*;\s+", re.IGNORECASE
)
_BEGINS = re.compile(rf"\s*{_ASKS}", re.IGNORECASE)
_LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked in it; `within` these documents, None: where the whole question is asked.

    `label`: it is for one of the documents of a comparison, which the question calls so.
    """

    question: str
    within: frozenset[DocumentId] | None = None
    label: str = ""


def looks(found: Retrieved, within: frozenset[DocumentId] | None = None) -> list[Look]:
    """At least two and at most MOST_LOOKS, or none where the question is a single one.

    A comparison is looked for in each of its documents by itself, so that one which says it in
    fewer words is not crowded out. A part keeps the names by which the whole tells its documents.
    """
    asked = found.query.asked
    if labels := compared(asked, [p.document for p in found.result.passages]):
        return [_of_one(asked, known, labels) for known in list(labels)[:MOST_LOOKS]]
    parts = _parts(asked.bare if asked.led else asked.text)
    if len(parts) < 2:
        return []
    if asked.documents:
        named = asked.documents if within is None else asked.documents & within
        return [Look(part, named) for part in parts[:MOST_LOOKS]]
    return [Look(_naming(part, asked), within) for part in parts[:MOST_LOOKS]]


def _of_one(asked: Understood, document: DocumentId, labels: Mapping[DocumentId, str]) -> Look:
    others = " ".join(told for known, told in labels.items() if known != document)
    left_out = frozenset(content_terms(others)).difference(content_terms(labels[document]))
    question = by_itself(without_terms(asked.text, left_out))
    return Look(question, frozenset([document]), labels[document])


def _parts(text: str) -> list[str]:
    """The questions in a text, each with words of its own; one where any would be none."""
    parts = [part.strip(" ,;") for part in _JOINT.split(text)]
    whole = all(len(one.split()) >= _LEAST_WORDS and content_terms(one) for one in parts)
    return parts if whole and all(map(_BEGINS.match, parts)) else [text]


def _naming(part: str, asked: Understood) -> str:
    if asked.led:
        return asked.text.replace(asked.bare, part)
    if not asked.naming or named_terms(part):
        return part
    words = [word for word in asked.text.split() if asked.naming.intersection(content_terms(word))]
    return f"{part} ({' '.join(words).rstrip('?.,;')})"
