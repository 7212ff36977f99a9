"""Whether what prose cites says it, sentence by sentence."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kb.answer.judging.alignment import LONGEST, Passage, passage
from kb.answer.judging.verdict import find
from kb.domain.events import Citation, Sentence, Verdict
from kb.text.analyzer import content_terms, language_of, terms
from kb.text.foreign import writing
from kb.text.sentences import sentence_spans
from kb.text.verbatim import stands_in

LEAST_WORDS = 3
"""Words, figures not counted; fewer are a fragment, which says nothing that could be checked."""
MOST_REPEATED = 3
"""How often a word of a sentence may come, in the mean; more is a model that runs on."""
MOST_CHARACTERS = 2_000
"""Of a sentence; a longer one is no sentence that can be checked."""

_MARK = re.compile(r"\[(\d{1,3})\]")
_MARKS_AFTER = re.compile(r"(?:\s*\[\d{1,3}\][.,;]?)+")


@dataclass(frozen=True, slots=True)
class Cited:
    """What stands behind a number: a passage's text, what its document is called, its headings."""

    text: str
    labels: str = ""
    heading: str = ""


def judge(prose: str, sources: Mapping[int, Cited]) -> list[Sentence]:
    """The sentences of `prose`, each with the numbers it cites and a verdict on each.

    Supported: what is cited says all of it. Contradicted: it speaks of the same and says
    something else. Not said: it does not say it. Unknown: there is no such number, or the
    sentence is no claim that can be checked. A sentence that cites nothing is set against
    the source that fits it best, so that none goes unjudged.
    """
    vocabulary = {
        number: set(content_terms(f"{source.text} {source.labels} {source.heading}"))
        for number, source in sources.items()
    }
    read = cache(lambda number: _read(sources[number]))
    found = []
    for text in _sentences(prose):
        bare = _MARK.sub("", text)
        cited = [int(number) for number in dict.fromkeys(_MARK.findall(text))]
        numbers = cited or _nearest(bare, vocabulary)
        verdicts = tuple(
            Citation(number, _verdict(bare, sources[number], read(number)))
            if number in sources
            else Citation(number, Verdict.UNKNOWN)
            for number in numbers
        )
        found.append(Sentence(text, verdicts))
    return found


def passes(sentence: Sentence) -> bool:
    """Whether something that it cites says it, nothing contradicts it, no number is in vain."""
    verdicts = {citation.verdict for citation in sentence.citations}
    failing = {Verdict.CONTRADICTED, Verdict.UNKNOWN}
    return Verdict.SUPPORTED in verdicts and failing.isdisjoint(verdicts)


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


def _read(source: Cited) -> Passage:
    return passage(source.text, source.labels, source.heading)


def _verdict(text: str, source: Cited, there: Passage) -> Verdict:
    if not _is_claim(text):
        return Verdict.UNKNOWN
    if _english(text) and _english(source.text):
        return find(text, there).verdict
    return Verdict.SUPPORTED if stands_in(text, source.text[:LONGEST]) else Verdict.UNKNOWN


def _is_claim(text: str) -> bool:
    """Whether it states something: no fragment, no question, no word said over and over."""
    words = [term for term in terms(text) if len(term) > 1 and not term[0].isdigit()]
    if len(text) > MOST_CHARACTERS or text.rstrip().endswith("?"):
        return False
    return len(words) >= LEAST_WORDS and len(words) <= MOST_REPEATED * len(set(words))


def _english(text: str) -> bool:
    """Whether nothing shows that it is in another language than English."""
    return language_of(text) in ("en", "") and writing(text) in ("LATIN", "")


def _nearest(text: str, vocabulary: Mapping[int, set[str]]) -> Sequence[int]:
    said = set(content_terms(text))
    ranked = sorted(vocabulary, key=lambda number: (-len(said & vocabulary[number]), number))
    return ranked[:1]
