"""What a question asks for: its words and their weights, the names in it, the kind of answer."""

import re
from dataclasses import dataclass
from enum import Enum

import numpy as np

from kb.ports import Embedder, Vectors
from kb.search.hybrid.candidates import EmbeddedQuery
from kb.store.lexical.bm25 import Match
from kb.text.analyzer import placed_content_terms
from kb.text.numerals import CARDINALS, POWERS

_COUNT_WORDS = "|".join(word for word in (*CARDINALS, *POWERS) if word not in ("zero", "billion"))
_COUNT = rf"(?:{_COUNT_WORDS}|half|once|twice|no)"
_UNIT = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|decades?|century)"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)


class Kind(Enum):
    """The kind of thing that answers: asked for by `asks`, present where `shows` matches.

    Classic answer typing, by pattern: Li and Roth, Learning Question Classifiers, 2002.
    """

    DURATION = (
        r"how (?:long|quickly|soon|fast|lasting|far ahead)|how many \w*\s*"
        + _UNIT
        + r"|how much (?:notice|time)|over how many|what (?:\w+ )?period|period of",
        rf"(?:\d|\b{_COUNT}\b)[\w\s()-]{{0,20}}\b{_UNIT}\b|\b{_MONTH}\b|\b(?:19|20)\d\d\b",
    )
    MONEY = (
        r"how (?:much|large|big|high|costly)|what (?:(?:is|are|was|were) (?:the|our) )?(?:\w+ )?"
        r"(?:fee|price|amount|sum|cost|rent|retainer|rate|salary|penalty|cap)s?\b|"
        r"(?:limit|cap|amount|price|size) (?:of|on|in)\b",
        r"[$€£¥]\s?\d|\b(?:USD|EUR|GBP|CHF)\b|\b(?:dollars?|euros?|pounds?|cents?)\b|"
        r"\bper ?cent\b|\d\s?%|\d[\d,.]{2,}",
    )
    DATE = (
        r"\bwhen\b|what (?:date|day|year)|which (?:date|day|year)|by when",
        rf"\b{_MONTH}\b|\b(?:1[6-9]|20)\d\d\b|\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|"
        rf"(?:\d|\b{_COUNT}\b)[\w\s()-]{{0,20}}\b{_UNIT}\b",
    )
    NUMBER = (
        r"how many|what (?:number|percentage|share|proportion)",
        rf"\d|\b{_COUNT}\b",
    )
    PERSON = (
        r"\bwho\b|\bwhom\b|\bwhose\b|which (?:\w+ )?(?:insurer|lawyers?|judge|justice|court|bank|"
        r"company|firm|expert|mediator|arbitrator|witness)",
        r"(?<![.?!] )(?<!^)\b[A-Z][a-z]+(?: [A-Z][\w.]+)+|\b(?:tenant|landlord|plaintiff|defendant|"
        r"buyer|seller|lender|borrower|employer|employee|party|parties|court|jury)\b",
    )
    ANYTHING = ("", "")

    def __init__(self, asks: str, shows: str) -> None:
        self.asks = re.compile(asks, re.IGNORECASE)
        self.shows = re.compile(shows, 0 if "[A-Z][a-z]" in shows else re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AnalysedQuestion:
    """What is asked of the passages, taken apart.

    `terms[i]` has `weights[i]` (rarity in the scope) and `vectors[i]` (its meaning
    in the question's context); `names` are terms written as names or figures. Where a clause of
    the question says which documents are meant, `text` and all the rest is without it; `naming`
    has the names of the clause as well.
    """

    text: str
    terms: tuple[str, ...]
    weights: Vectors
    vectors: Vectors
    names: frozenset[str]
    naming: frozenset[str]
    kind: Kind
    vector: Vectors


def take_apart(query: EmbeddedQuery, match: Match, embedder: Embedder) -> AnalysedQuestion:
    """The question's content words, each with its rarity in the scope and its meaning."""
    led = query.asked.led
    text = query.asked.bare if led else query.asked.text
    [(tokens, spans)] = embedder.tokens([text], query=True)
    found: list[str] = []
    rows: list[Vectors] = []
    for term, start, end in placed_content_terms(text):
        inside = [i for i, (a, b) in enumerate(spans) if a < end and b > start]
        if inside:
            found.append(term)
            rows.append(unit(tokens[inside].mean(axis=0)))
    vectors = np.stack(rows) if rows else np.zeros((0, embedder.dimensions), np.float32)
    if not query.whole.any():  # what the model cannot read is all alike to it
        vectors = np.zeros_like(vectors)
    return AnalysedQuestion(
        text=text,
        terms=tuple(found),
        weights=np.array([match.rarity(term) for term in found], dtype=np.float32),
        vectors=vectors,
        names=frozenset() if led else query.asked.names.intersection(found),
        naming=query.asked.names,
        kind=next(kind for kind in Kind if kind.asks.search(text)),
        vector=query.bare if led else query.whole,
    )


def unit(vector: Vectors) -> Vectors:
    scaled: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return scaled
