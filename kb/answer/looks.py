"""One look for each part of a question, and for each document that it compares."""

import re
from dataclasses import dataclass
from itertools import chain

from kb.domain import DocumentId
from kb.search.hybrid.cross_encoder_input import without_terms
from kb.search.hybrid.document_names import label
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
_COMPARES = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs\.?|both|each|respectively|than|likewise|same|"
    r"and (?:which|what|who|when|how|that of)|as opposed to)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r",?\s*\b(?:compared (?:with|to)|as compared|versus|vs\.?|as opposed to|than|"
    r"and (?:which|what|how|who|when|that of))\b.*?(?=\?|$)|^\s*compare\s+",
    re.IGNORECASE,
)
"""What a question says of the other document: by itself it is no part of what is asked."""
_LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked in it; `within` these documents, None: where the whole question is asked.

    `compared`: it is for one of the documents of a comparison.
    """

    question: str
    within: frozenset[DocumentId] | None = None
    compared: bool = False


def looks(found: Retrieved, within: frozenset[DocumentId] | None = None) -> list[Look]:
    """At least two and at most MOST_LOOKS, or none where the question is a single one.

    A comparison is looked for in each of its documents by itself, so that one which says it in
    fewer words is not crowded out. A part keeps the names by which the whole tells its documents.
    """
    asked = found.query.asked
    compared = _compared(found)
    if len(compared) > 1:
        return [
            Look(_beside(without_terms(asked.text, of_others)), frozenset([known]), compared=True)
            for known, of_others in compared[:MOST_LOOKS]
        ]
    parts = _parts(asked.bare if asked.led else asked.text)
    if len(parts) < 2:
        return []
    if asked.documents:
        named = asked.documents if within is None else asked.documents & within
        return [Look(part, named) for part in parts[:MOST_LOOKS]]
    return [Look(_naming(part, asked), within) for part in parts[:MOST_LOOKS]]


def _beside(question: str) -> str:
    rest = " ".join(_BESIDE.sub(" ", question).split()).replace(" ?", "?")
    return rest if content_terms(rest) else question


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


def _compared(found: Retrieved) -> list[tuple[DocumentId, frozenset[str]]]:
    """Documents that the question sets side by side, each with the names of the others."""
    asked = found.query.asked
    documents = {p.document.id: p.document for p in found.result.passages}
    if len(asked.documents) > 1:
        return [(known, frozenset()) for known in documents if known in asked.documents]
    if not _COMPARES.search(asked.text):
        return []
    own = {known: label(one, ()) & asked.naming for known, one in documents.items()}
    shared = [name for name in asked.naming if sum(name in names for names in own.values()) > 1]
    alone = {known: names.difference(shared) for known, names in own.items()}
    named = [known for known, names in alone.items() if names]
    everything = frozenset(chain.from_iterable(alone.values()))
    return [(known, everything - alone[known]) for known in named]
