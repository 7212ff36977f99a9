"""A direct answer without a model: the words of a quote that are what was asked for.

Extracted, so never invented: a span of a sentence that is quoted. Where two could be meant, none.
The constants were set on the made-up firm's questions and on contracts of CUAD (docs/answers.md).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kb.answer.direct.comparison import bears, long_names, parallel
from kb.answer.direct.expected import Expected, expected
from kb.answer.direct.focus import of_another, one_of_several, turns_on
from kb.answer.direct.forms import Span, spans, value
from kb.answer.direct.names import named
from kb.answer.direct.persons import persons
from kb.answer.direct.polar import whether
from kb.answer.direct.proximity import nearest, nearness
from kb.answer.direct.sentence import FlatSentence, Measured
from kb.domain import DocumentId, Passage, Quote
from kb.domain.events import Direct, DirectKind
from kb.search.hybrid.query import Understood
from kb.text.analyzer import content_terms

W_COSINE = 1.0
W_COVERED = 0.5
W_RANK = 0.4
"""What of a sentence counts: as of a quote, by a regression on where gold spans stand."""
LEAST = 1.35
"""Of a sentence's score, from 0 to 1.9: less is not sure enough to stand alone."""
LEAST_TOLD = 1.1
"""The same where what stands beside the span says what it is: “governed by the laws of …”."""
LEAST_OF_EACH = 0.8
"""The same in a comparison, where a sentence covers one half of the question."""
APART = 0.1
"""By how much it must be better than the next sentence that says something else."""
NEAR = 0.03
"""The share of the question's words, by weight and distance, that a span must have around it."""
MOST = 12
"""Things of one kind in a sentence; with more it is a list or a table."""
TELLING = (DirectKind.LAW, DirectKind.COURT, DirectKind.PARTIES)
"""Kinds whose form says what they are; of these a sentence may have one alone."""
_HAPPENED = re.compile(r"\b(?:did|had)\b|^(?:\w+ ){1,3}(?:was|were)\b", re.IGNORECASE)
_OUGHT = re.compile(r"\b(?:[Ss]hall|[Mm]ust|may|requires?|required)\b")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with what it expects, and the weights of its words: their rarity."""

    text: str
    expects: Expected
    weights: Mapping[str, float]

    @property
    def kind(self) -> DirectKind:
        return self.expects.kinds[0]


@dataclass(frozen=True, slots=True)
class _Found:
    """A sentence with its score, and the span in it that answers: None where several could.

    `told`: what stands beside the span says what it is.
    """

    sentence: FlatSentence
    score: float
    span: Span | None
    told: bool

    @property
    def document(self) -> DocumentId:
        return self.sentence.measured.passage.document.id


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer may be taken from; `text_of` gives the text of a passage's document."""

    sentences: Sequence[Measured]
    quotes: Sequence[Quote]
    text_of: Callable[[Passage], str]


def direct_answers(
    query: Understood,
    rarity: Callable[[str], float],
    ground: Ground,
    labels: Mapping[DocumentId, str] = MappingProxyType({}),
) -> tuple[Direct, ...]:
    """What answers in a few words of the quotes; one for each document in a comparison.

    `rarity` is that of a term in the scope; `labels` are the documents that are compared, with what
    the question calls them.
    """
    text = query.bare if query.led else query.text
    expects = expected(text)
    if expects is None:
        return ()
    meant = [
        one
        for one in ground.sentences
        if not query.documents or one.passage.document.id in query.documents
    ]
    shown = [FlatSentence(one) for one in meant if _quoted(one, ground.quotes)]
    weights = {term: rarity(term) for term in content_terms(text)}
    if not expects.kinds:
        clause = whether(text, weights, shown)
        return (_direct(*clause),) if clause else ()
    asked = _Asked(text, expects, weights)
    found = [one for sentence in shown if (one := _found(asked, sentence))]
    if labels or expects.several:
        return _of_each(found, labels)
    best = _best(found, LEAST)
    if best is None or best.span is None:
        return ()
    passage, names = best.sentence.measured.passage, long_names(query.text)
    if names and not bears(names, passage.document, ground.text_of(passage)):
        return ()
    return (_direct(best.sentence, best.span),)


def _quoted(sentence: Measured, quotes: Sequence[Quote]) -> bool:
    return any(
        quote.number == sentence.passage.number
        and quote.char_start <= sentence.char_start
        and sentence.char_end <= quote.char_end
        for quote in quotes
    )


def _found(asked: _Asked, sentence: FlatSentence) -> _Found | None:
    """None where the sentence has nothing of the kind that it could mean."""
    if _beside_the_point(asked.expects.asks, sentence.flat):
        return None
    there = [s for s in _spans(asked, sentence) if asked.kind in TELLING or not _said(asked, s)]
    focused = [turns_on(asked.kind, asked.text, sentence.flat, span) for span in there]
    there = [span for span, beside in zip(there, focused, strict=True) if beside is not False]
    if not there:
        return None
    told = asked.kind in TELLING or any(focused)
    one = sentence.measured
    score = W_COSINE * one.cosine + W_COVERED * one.covered + W_RANK / one.passage.rank
    return _Found(sentence, score, _one(asked, sentence, there, told=told), told)


def _beside_the_point(question: str, text: str) -> bool:
    """Whether it asks, says what ought to be where the question asks what was, or is of another."""
    ought = _HAPPENED.search(question) and _OUGHT.search(text)
    return bool(ought) or text.endswith("?") or of_another(question, text)


def _spans(asked: _Asked, sentence: FlatSentence) -> list[Span]:
    found = [
        span
        for kind in asked.expects.kinds
        for span in (*spans(kind, sentence.flat), *named(kind, sentence.flat))
    ]
    if asked.kind is DirectKind.PERSON:
        found += persons(asked.expects.asks, asked.text, sentence)
    if asked.kind is DirectKind.NUMBER:
        return [span for span in found if _counts(sentence, span, asked.expects.counted)]
    return found


def _counts(sentence: FlatSentence, span: Span, counted: str) -> bool:
    """Whether a number stands before what is counted: “35 vehicles”, “200 litres”."""
    after = [term for start, _, term in sentence.words if start >= span.end]
    return counted in after[:3]


def _said(asked: _Asked, span: Span) -> bool:
    """Whether the question says it itself: nobody asks for that."""
    return f" {span.value} " in f" {value(asked.text)} "


def _one(
    asked: _Asked, sentence: FlatSentence, there: Sequence[Span], *, told: bool
) -> Span | None:
    """The one of them that is meant, None where nothing tells."""
    if len(there) > MOST or any(one_of_several(sentence.flat, span) for span in there):
        return None
    if asked.kind in TELLING or (told and asked.kind is DirectKind.DATE):
        return there[0] if len({span.value for span in there}) == 1 else None
    chosen = nearest(sentence, there, asked.weights)
    least = NEAR * sum(asked.weights.values())
    return chosen if chosen and nearness(sentence, chosen, asked.weights) >= least else None


def _best(found: Sequence[_Found], least: float) -> _Found | None:
    """The best sentence where it is good, and better than each that says something else."""
    best = max(found, key=lambda one: one.score, default=None)
    if best is None or best.span is None:
        return None
    if best.score < (min(least, LEAST_TOLD) if best.told else least):
        return None
    told = best.span.value
    others = [one.score for one in found if one.span is None or one.span.value != told]
    return best if best.score - max(others, default=0.0) >= APART else None


def _of_each(found: Sequence[_Found], labels: Mapping[DocumentId, str]) -> tuple[Direct, ...]:
    """One for each document that is compared, where at least two say it in the same clause."""
    told = [
        (best.sentence, best.span, label)
        for document, label in labels.items()
        if (best := _best([one for one in found if one.document == document], LEAST_OF_EACH))
        and best.span
    ]
    if len(told) < 2 or not parallel([(sentence, span) for sentence, span, _ in told]):
        return ()
    return tuple(_direct(*one) for one in told)


def _direct(sentence: FlatSentence, span: Span, label: str = "") -> Direct:
    one = sentence.measured
    start, end = sentence.offsets(span.start, span.end)
    text = one.text[start - one.char_start : end - one.char_start]
    return Direct(span.kind, one.passage.number, one.passage.document, start, end, text, label)
