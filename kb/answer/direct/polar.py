"""Yes or no, where a sentence says it in the question's own words and without a condition."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb.answer.direct.forms import Span
from kb.answer.direct.sentence import FlatSentence
from kb.domain.events import DirectKind
from kb.text.analyzer import terms
from kb.text.context import context_line
from kb.text.sentences import sentence_spans

ALL = 0.9
"""The share of the question's words, by weight, that the sentence or its headings have."""
LONGEST = 300
"""Characters of a clause that is shown as the answer."""
_NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nothing|nobody|cannot|without)\b|n[’']t\b", re.IGNORECASE
)
_CONDITION = re.compile(
    r"\b(?:if|unless|except|provided|subject to|only|until|other than|however|but|save|without|"
    r"to the extent|so long as|as long as|where|when|whenever|notwithstanding|solely|in the event|"
    r"in case|upon|after|before|within|limited|whether|argu\w+|alleg\w+|contend\w*|claims? that|"
    r"assert\w*|says?|said|asked|propos\w+|would|should)\b",
    re.IGNORECASE,
)
"""Under these a clause says neither yes nor no; and what somebody says may not be so."""
_ASKS_LEAVE = re.compile(r"\b(?:may|can|could|might|allowed|permitted|entitled)\b", re.IGNORECASE)
_ASKS_DUTY = re.compile(r"\b(?:must|shall|have to|has to|required|obliged|need)\b", re.IGNORECASE)
_LEAVE = re.compile(
    r"\b(?:may|can|is entitled|are entitled|is permitted|are permitted|is allowed|are allowed)\b",
    re.IGNORECASE,
)
_DUTY = re.compile(
    r"\b(?:shall|must|is required|are required|is obliged|are obliged)\b", re.IGNORECASE
)
_MOODS = frozenset(terms("may must might allowed permitted entitled required obliged need"))
"""Terms that say whether, not what."""
_NO_LEAVE = re.compile(
    r"\b(?:(?:may|shall|must|can) not|cannot|(?:neither|no) [\w ]{1,30} (?:may|shall|can))\b",
    re.IGNORECASE,
)
_NO_DUTY = re.compile(
    r"\b(?:need not|not (?:be )?(?:required|obliged)|no obligation)\b", re.IGNORECASE
)


def whether(
    question: str, weights: Mapping[str, float], shown: Sequence[FlatSentence]
) -> tuple[FlatSentence, Span] | None:
    """The clause that says YES, NO, or under a condition neither: a CLAUSE.

    None where no sentence has the question's words, or two say different things.
    """
    weights = {term: weight for term, weight in weights.items() if term not in _MOODS}
    if _NEGATION.search(question) or not weights:
        return None
    told = [
        (sentence, replace(clause, kind=_kind(question, sentence.flat[clause.start : clause.end])))
        for sentence in shown
        if (clause := _clause(sentence)) and _all_words(weights, sentence, clause)
    ]
    return told[0] if len({clause.kind for _, clause in told}) == 1 else None


def _clause(sentence: FlatSentence) -> Span | None:
    """The sentence without the heading or label that opens it."""
    start, end = sentence_spans(sentence.flat)[-1]
    if end - start > LONGEST or sentence.flat[end - 1] == "?":
        return None
    return Span(DirectKind.CLAUSE, start, end, start, "")


def _all_words(weights: Mapping[str, float], sentence: FlatSentence, span: Span) -> bool:
    """The words that no label of the document has must stand in the sentence itself."""
    passage = sentence.measured.passage
    document = passage.document
    around = set(terms(context_line(document.title, passage.chunk.heading)))
    around |= set(terms(f"{document.name} {document.matter}"))
    inside = set(terms(sentence.flat[span.start : span.end]))
    total = sum(weights.values())
    held = sum(weight for term, weight in weights.items() if term in inside)
    known = sum(weight for term, weight in weights.items() if term in inside | around)
    return known >= ALL * total and held >= total / 2


def _kind(question: str, clause: str) -> DirectKind:
    conditions = [one.lower() for one in _CONDITION.findall(clause)]
    if any(not re.search(rf"\b{one}\b", question, re.IGNORECASE) for one in conditions):
        return DirectKind.CLAUSE
    denials = len(_NEGATION.findall(clause))
    if denials > 1:
        return DirectKind.CLAUSE
    if _ASKS_LEAVE.search(question):
        return _polarity(bool(_LEAVE.search(clause)), bool(_NO_LEAVE.search(clause)), denials)
    if _ASKS_DUTY.search(question):
        return _polarity(bool(_DUTY.search(clause)), bool(_NO_DUTY.search(clause)), denials)
    return DirectKind.NO if denials else DirectKind.YES


def _polarity(affirmed: bool, refused: bool, denials: int) -> DirectKind:
    if refused:
        return DirectKind.NO
    return DirectKind.YES if affirmed and not denials else DirectKind.CLAUSE
