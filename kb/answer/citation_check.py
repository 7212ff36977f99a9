"""Judging prose: each sentence against what it cites."""

import re
from collections.abc import Mapping, Sequence

from kb.domain.events import Citation, Sentence, Verdict
from kb.text.analyzer import content_terms, named_terms
from kb.text.sentences import sentence_spans

LEAST_COVERED = 0.7
"""Share of a sentence's content terms that must stand in what it cites."""

_MARK = re.compile(r"\[(\d{1,3})\]")
_MARKS_AFTER = re.compile(r"(?:\s*\[\d{1,3}\][.,;]?)+")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def judge(prose: str, sources: Mapping[int, str]) -> list[Sentence]:
    """The sentences of `prose`, each with the numbers it cites and a verdict on each.

    `sources` maps a number to the text that stands behind it. supported: nearly
    all content words and every name and figure of the sentence stand there; weak: not;
    unknown: there is no such number. A sentence that cites nothing is set
    against the source that fits it best, so that none goes unjudged.
    """
    vocabulary = {number: set(content_terms(text)) for number, text in sources.items()}
    figures = {number: _figures(text) for number, text in sources.items()}
    found = []
    for text in _sentences(prose):
        bare = _MARK.sub("", text)
        cited = [int(number) for number in dict.fromkeys(_MARK.findall(text))]
        numbers = cited or _nearest(bare, vocabulary)
        verdicts = tuple(
            Citation(number, _verdict(bare, vocabulary.get(number), figures.get(number)))
            for number in numbers
        )
        found.append(Sentence(text, verdicts))
    return found


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


def _verdict(text: str, vocabulary: set[str] | None, figures: set[str] | None) -> Verdict:
    if vocabulary is None or figures is None:
        return Verdict.UNKNOWN
    said = set(content_terms(text))
    covered = len(said & vocabulary) / len(said) if said else 0.0
    named = named_terms(text) <= vocabulary  # another party's name is another party's fact
    if covered >= LEAST_COVERED and named and _figures(text) <= figures:
        return Verdict.SUPPORTED
    return Verdict.WEAK


def _nearest(text: str, vocabulary: Mapping[int, set[str]]) -> Sequence[int]:
    said = set(content_terms(text))
    ranked = sorted(vocabulary, key=lambda number: (-len(said & vocabulary[number]), number))
    return ranked[:1]


def _figures(text: str) -> set[str]:
    return {figure.replace(",", "") for figure in _FIGURE.findall(text)}
