"""Whether an answer abstains where the documents do not answer, and only there; by style."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Scope
from kb.domain.events import Answer
from kb.errors import BadRequest
from kb.evaluation.corpus_store import Shelf
from kb.evaluation.sets.clauses import UNNAMED, ClauseQuestion
from kb.evaluation.sets.corpora import ANSWERABLE, Corpus

WALLED = "walled"
"""A question that the documents answer, asked by one who may not read those that do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question ended. `style` is how it names its document, `kind` what it asks for."""

    set: str
    style: str
    kind: str
    question: str
    answerable: bool
    abstained: bool
    uncertain: bool
    confidence: float


def ask_clauses(
    kb: KnowledgeBase, questions: Sequence[ClauseQuestion], shelf: Shelf
) -> Iterator[Outcome]:
    """Each question over all contracts; one that names none, over the contract that it is on."""
    for one in questions:
        within = frozenset([shelf.documents[one.file]]) if one.style == UNNAMED else None
        answer = kb.answerer.answer(one.text, shelf.scope, turn=None, within=within)
        yield _outcome("contracts", one.style, one.kind, bool(one.spans), answer)


def ask_corpus(kb: KnowledgeBase, corpus: Corpus, shelf: Shelf) -> Iterator[Outcome]:
    """Each question as it is, and those that are answered also with what answers walled off."""
    for one in corpus.questions:
        answerable = one.kind == ANSWERABLE
        answer = kb.answerer.answer(one.text, shelf.scope, turn=None)
        yield _outcome(corpus.name, one.kind, one.kind, answerable, answer)
        if answerable:
            gold = frozenset(shelf.documents[file] for file in one.files)
            walled = Scope(shelf.scope.user_id, shelf.scope.matters, gold)
            answer = kb.answerer.answer(one.text, walled, turn=None)
            yield _outcome(corpus.name, WALLED, WALLED, False, answer)


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """By set and style: shares that abstained of what is answerable and of what is not; AUROC.

    AUROC is of `confidence`, the chance that an answerable question has more of it than another;
    `auroc_within_kind` compares only questions for the same thing, and is their mean. Raises
    `BadRequest` where there is nothing to tell.
    """
    if not outcomes:
        raise BadRequest("No question is left to ask. Take more documents or the other half.")
    told: dict[str, Any] = {}
    for name in dict.fromkeys(one.set for one in outcomes):
        mine = [one for one in outcomes if one.set == name]
        styles = dict.fromkeys(one.style for one in mine)
        told[name] = {
            **_rates(mine),
            "auroc_within_kind": _within_kind(mine),
            "styles": {style: _rates([o for o in mine if o.style == style]) for style in styles},
        }
    return told


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The chance that one of the first is above one of the second, ties counting half."""
    if not positive or not negative:
        return None
    above = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return round(above / (len(positive) * len(negative)), 4)


def _outcome(name: str, style: str, kind: str, answerable: bool, answer: Answer) -> Outcome:
    return Outcome(
        name,
        style,
        kind,
        answer.question,
        answerable,
        answer.abstained,
        answer.uncertain,
        answer.confidence,
    )


def _rates(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    there = [one for one in outcomes if one.answerable]
    absent = [one for one in outcomes if not one.answerable]
    return {
        "answerable": len(there),
        "answerable_but_abstained": _share(there, "abstained"),
        "answerable_but_uncertain": _share(there, "uncertain"),
        "absent": len(absent),
        "absent_and_abstained": _share(absent, "abstained"),
        "absent_and_uncertain": _share(absent, "uncertain"),
        "auroc": auroc([o.confidence for o in there], [o.confidence for o in absent]),
    }


def _share(outcomes: Sequence[Outcome], what: str) -> float | None:
    if not outcomes:
        return None
    return round(sum(bool(getattr(one, what)) for one in outcomes) / len(outcomes), 4)


def _within_kind(outcomes: Sequence[Outcome]) -> float | None:
    """Over kinds with three questions of each sort at least."""
    kinds: defaultdict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for one in outcomes:
        kinds[one.kind][not one.answerable].append(one.confidence)
    found = [auroc(*those) for those in kinds.values() if min(map(len, those)) >= 3]
    known = [value for value in found if value is not None]
    return round(sum(known) / len(known), 4) if known else None
