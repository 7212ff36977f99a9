"""Comparing a sentence with a passage by words alone: the baseline of the judge that reads."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from kb.text.analyzer import content_terms, named_terms, terms
from kb.text.sentences import sentence_spans

LEAST_COVERED = 0.7
"""Share of a sentence's content terms that must stand in the passage."""
LEAST_IN_ORDER = 0.75
"""Share of these terms that must stand there in the same order."""
LEAST_ACROSS = 0.9
"""The same where they stand in two sentences."""
LEAST_WORDS = 3
"""Words, figures not counted; fewer are a fragment."""

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATED = re.compile(
    r"\b(?:no|not|never|none|nor|neither|nobody|nothing|without|cannot|\w+n[’']t)\b", re.IGNORECASE
)
_MONEY = re.compile(
    r"[$€£¥]|\b(?:USD|EUR|GBP|CHF|dollars?|euros?|pounds?|francs?)\b", re.IGNORECASE
)
_SAME_MONEY = {"$": "usd", "dollar": "usd", "€": "eur", "euro": "eur", "£": "gbp", "pound": "gbp"}
_ALLOWED = re.compile(r"\b(?:may|might|can|could|entitled|permitted|allowed)\b")
_BOUND = re.compile(r"\b(?:shall|must|will|required|obliged|obligated|has to|have to)\b")


def words_match(sentence: str, passage: str, labels: str = "") -> bool:
    """Whether one sentence of the passage, or two, have the words, their order and figures."""
    if sum(len(term) > 1 and not term[0].isdigit() for term in terms(sentence)) < LEAST_WORDS:
        return False
    plain = not any(way.search(sentence) for way in (_NEGATED, _ALLOWED, _BOUND))
    return any(
        _matches(sentence, stated, labels, in_order=share)
        for stated, share in _stated(passage, across=plain)
    )


def _stated(text: str, *, across: bool) -> Iterator[tuple[str, float]]:
    spans = sentence_spans(text)
    yield from ((text[start:end], LEAST_IN_ORDER) for start, end in spans)
    if across:
        yield from ((text[first[0] : then[1]], LEAST_ACROSS) for first, then in pairwise(spans))


def _matches(text: str, stated: str, labels: str, *, in_order: float) -> bool:
    said, there = content_terms(text), content_terms(stated)
    known = set(there).union(content_terms(labels))
    if not said or len(known.intersection(said)) / len(set(said)) < LEAST_COVERED:
        return False
    named = named_terms(text) <= known
    figures = _figures(text) <= _figures(stated) | _figures(labels)
    same = figures and _money(text) <= _money(stated)
    return named and same and _agrees(text, stated) and _ordered(said, there) >= in_order


def _agrees(text: str, stated: str) -> bool:
    """Whether both deny or neither does, and neither owes what the other only allows."""
    if bool(_NEGATED.search(text)) is not bool(_NEGATED.search(stated)):
        return False
    for mode, other in ((_ALLOWED, _BOUND), (_BOUND, _ALLOWED)):
        if mode.search(text) and other.search(stated) and not mode.search(stated):
            return False
    return True


def _ordered(said: Sequence[str], there: Sequence[str]) -> float:
    """The share of the words both have that stand in one order; two have none to speak of."""
    shared = [term for term in said if term in there]
    if len(shared) < 3:
        return 1.0
    blocks = SequenceMatcher(None, shared, there, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(shared)


def _money(text: str) -> set[str]:
    found = {name.casefold().removesuffix("s") for name in _MONEY.findall(text)}
    return {_SAME_MONEY.get(name, name) for name in found}


def _figures(text: str) -> set[str]:
    return {figure.replace(",", "") for figure in _FIGURE.findall(text)}
