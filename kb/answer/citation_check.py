"""Comparing prose with what it cites, sentence by sentence: by words, not by meaning."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from kb.domain.events import Citation, Sentence, Verdict
from kb.text.analyzer import content_terms, named_terms, terms
from kb.text.sentences import sentence_spans

LEAST_COVERED = 0.7
"""Share of a sentence's content terms that must stand in what it cites."""
LEAST_IN_ORDER = 0.75
"""Share of these terms that must stand there in the same order: who pays whom is an order."""
LEAST_ACROSS = 0.9
"""The same where they stand in two sentences, which may speak of two things."""
LEAST_WORDS = 3
"""Words, figures not counted; fewer are a fragment, which says nothing that could be compared."""

_MARK = re.compile(r"\[(\d{1,3})\]")
_MARKS_AFTER = re.compile(r"(?:\s*\[\d{1,3}\][.,;]?)+")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBERED = re.compile(rf"([^\W\d_]+)\W+({_FIGURE.pattern})")
_NAME = re.compile(r"[A-Z][\w’'-]*(?:\s+(?:(?:of|and|the|&)\s+)?[A-Z][\w’'-]*)*")
_NEGATED = re.compile(
    r"\b(?:no|not|never|none|nor|neither|nobody|nothing|without|cannot|\w+n[’']t)\b", re.IGNORECASE
)
_MONEY = re.compile(
    r"[$€£¥]|\b(?:USD|EUR|GBP|CHF|dollars?|euros?|pounds?|francs?)\b", re.IGNORECASE
)
_SAME_MONEY = {"$": "usd", "dollar": "usd", "€": "eur", "euro": "eur", "£": "gbp", "pound": "gbp"}
_ALLOWED = re.compile(r"\b(?:may|might|can|could|entitled|permitted|allowed)\b")  # May is a month
_BOUND = re.compile(r"\b(?:shall|must|will|required|obliged|obligated|has to|have to)\b")


@dataclass(frozen=True, slots=True)
class Cited:
    """What stands behind a number: a passage's text, what its document is called, its headings."""

    text: str
    labels: str = ""
    heading: str = ""


def judge(prose: str, sources: Mapping[int, Cited]) -> list[Sentence]:
    """The sentences of `prose`, each with the numbers it cites and a verdict on each.

    Words match where one or two neighbouring sentences of what is cited have nearly all content
    words, in their order, and every name, figure and currency, and agree on negation and on
    what is allowed and what is owed; weak: not; unknown: there is no such number. A sentence
    that cites nothing is set against the source that fits it best, so that none goes unjudged.
    """
    vocabulary = {
        number: set(content_terms(f"{source.text} {source.labels} {source.heading}"))
        for number, source in sources.items()
    }
    found = []
    for text in _sentences(prose):
        bare = _MARK.sub("", text)
        cited = [int(number) for number in dict.fromkeys(_MARK.findall(text))]
        numbers = cited or _nearest(bare, vocabulary)
        verdicts = tuple(
            Citation(number, _verdict(bare, sources.get(number))) for number in numbers
        )
        found.append(Sentence(text, verdicts))
    return found


def passes(sentence: Sentence) -> bool:
    """Whether its words match something that it cites, and no number is cited in vain."""
    verdicts = [citation.verdict for citation in sentence.citations]
    return Verdict.WORDS_MATCH in verdicts and Verdict.UNKNOWN not in verdicts


def _sentences(prose: str) -> list[str]:
    """Sentences with the marks that follow their full stop: "It ends. [1]" is one."""
    found: list[str] = []
    position = 0
    for start, stop in sentence_spans(prose):
        if stop <= position:
            continue
        marks = _MARKS_AFTER.match(prose, stop)
        end = marks.end() if marks else stop
        text = prose[max(start, position) : end].strip()
        position = end
        if _MARK.sub("", text).strip(" .,;"):
            found.append(text)
    return found


def _verdict(text: str, source: Cited | None) -> Verdict:
    if source is None:
        return Verdict.UNKNOWN
    whole = sum(len(term) > 1 and not term[0].isdigit() for term in terms(text)) >= LEAST_WORDS
    plain = not any(way.search(text) for way in (_NEGATED, _ALLOWED, _BOUND))
    stated = _stated(source.text, across=plain) if whole else ()
    found = any(_matches(text, one, source, in_order=share) for one, share in stated)
    return Verdict.WORDS_MATCH if found else Verdict.WEAK


def _stated(text: str, *, across: bool) -> Iterator[tuple[str, float]]:
    """Each sentence, and `across` each with the one after it, since two may say one thing.

    With the share of the words that must stand there in order.
    """
    spans = sentence_spans(text)
    yield from ((text[start:end], LEAST_IN_ORDER) for start, end in spans)
    if across:
        yield from ((text[first[0] : then[1]], LEAST_ACROSS) for first, then in pairwise(spans))


def _matches(text: str, stated: str, source: Cited, *, in_order: float) -> bool:
    said, there = content_terms(text), content_terms(stated)
    labels = set(content_terms(f"{source.labels} {source.heading}"))
    known = labels.union(there)
    if not said or len(known.intersection(said)) / len(set(said)) < LEAST_COVERED:
        return False
    named = named_terms(text) <= known  # another party's name is another party's fact
    titled = {figure for word, figure in _numbered(text) & _numbered(source.labels)}
    figures = _figures(text) <= _figures(stated) | _figures(source.heading) | titled
    same = figures and _money(text) <= _money(stated)
    whose = len(_names_of(text, labels.difference(there))) < 2
    order = whose and _ordered(said, there) >= in_order
    return named and same and _agrees(text, stated) and order


def _names_of(text: str, labels: set[str]) -> list[str]:
    """Names in `text`, of one word or several, that are of `labels` alone.

    Of two nothing tells who does what to whom.
    """
    found = ((name, content_terms(name)) for name in _NAME.findall(text))
    return [name for name, its in found if its and labels.issuperset(its)]


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


def _nearest(text: str, vocabulary: Mapping[int, set[str]]) -> Sequence[int]:
    said = set(content_terms(text))
    ranked = sorted(vocabulary, key=lambda number: (-len(said & vocabulary[number]), number))
    return ranked[:1]


def _numbered(text: str) -> set[tuple[str, str]]:
    """Figures with the word before each: of a title “Unit 7” is of it, 7 dollars are not."""
    found = _NUMBERED.findall(text.casefold())
    return {(word, figure.replace(",", "")) for word, figure in found}


def _figures(text: str) -> set[str]:
    return {figure.replace(",", "") for figure in _FIGURE.findall(text)}
