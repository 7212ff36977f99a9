"""What answers show of gold spans, how surely, and what becomes of the model's sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.app.bootstrap import KnowledgeBase
from kb.domain.events import Answer, Verdict
from kb.evaluation.abstention import auroc
from kb.evaluation.corpus_store import Shelf
from kb.evaluation.sets.named_sets import NamedQuestion
from kb.evaluation.sets.spans import Place, covered, overlap, within

MOST_QUOTES = 5
MOST_CHARACTERS = 1500
"""Of the quotes that count, together."""
TOLD = (
    "covered",
    "verbatim",
    "quote_precision",
    "of_another_document",
    "answerable_but_abstained",
    "absent_and_abstained",
)
COVERAGES = (1.0, 0.8, 0.6, 0.4, 0.2)


@dataclass(frozen=True, slots=True)
class Shown:
    """How one question was answered. Counts are of quotes, spans and sentences."""

    question: NamedQuestion
    confidence: float
    abstained: bool
    uncertain: bool
    quotes: int
    verbatim: int
    of_another_document: int
    with_gold: int
    spans_covered: int
    sentences: int
    supported: int
    original: int
    withheld: int
    direct: bool
    direct_in_gold: bool

    @property
    def answerable(self) -> bool:
        return bool(self.question.spans)

    @property
    def covered(self) -> bool:
        return self.spans_covered > 0


def ask(
    kb: KnowledgeBase, questions: Sequence[NamedQuestion], shelf: Shelf, *, llm: bool
) -> Iterator[Shown]:
    """Each question over all documents of its set."""
    for one in questions:
        turn = kb.turns.take() if llm else None
        try:
            answer = kb.answerer.answer(one.text, shelf.scope, turn=turn)
        finally:
            if turn:
                turn.leave()
        yield _shown(kb, shelf, one, answer)


def _shown(kb: KnowledgeBase, shelf: Shelf, asked: NamedQuestion, answer: Answer) -> Shown:
    wanted = shelf.documents[asked.file]
    text = kb.library.text(wanted, shelf.scope)
    quotes = list(answer.quotes)
    texts = {q.document.id: kb.library.text(q.document.id, shelf.scope) for q in quotes}
    gold: list[Place] = [(wanted, *span) for span in asked.spans]
    places = [(q.document.id, q.char_start, q.char_end) for q in quotes]
    counted: list[tuple[int, int]] = []
    room = MOST_CHARACTERS
    for document, start, end in places[:MOST_QUOTES]:
        room -= end - start
        if document == wanted and room >= 0:
            counted.append((start, end))
    supported = [s for s in answer.sentences if _supported(s.citations)]
    return Shown(
        question=asked,
        confidence=answer.confidence,
        abstained=answer.abstained,
        uncertain=answer.uncertain,
        quotes=len(quotes),
        verbatim=sum(texts[q.document.id][q.char_start : q.char_end] == q.text for q in quotes),
        of_another_document=sum(document != wanted for document, _, _ in places),
        with_gold=sum(overlap([place], gold) > 0 for place in places),
        spans_covered=sum(covered(text, span, counted) for span in asked.spans),
        sentences=len(answer.sentences) + answer.withheld,
        supported=len(supported),
        original=sum(not _copied(s.text, texts.values()) for s in supported),
        withheld=answer.withheld,
        direct=bool(answer.direct),
        direct_in_gold=bool(answer.direct)
        and all(
            one.document.id == wanted and within((one.char_start, one.char_end), asked.spans)
            for one in answer.direct
        ),
    )


def _supported(citations: Sequence[Any]) -> bool:
    return bool(citations) and all(one.verdict is Verdict.SUPPORTED for one in citations)


def _copied(sentence: str, texts: Sequence[str] | Any) -> bool:
    bare = " ".join(sentence.partition("[")[0].rstrip(" .").split())
    return any(bare in " ".join(text.split()) for text in texts)


def figures(found: Sequence[Shown]) -> dict[str, Any]:
    """Of one set: over all questions, and by how they name their document."""
    styles = dict.fromkeys(one.question.style for one in found)
    told = _figures(found)
    told["styles"] = {s: _figures([o for o in found if o.question.style == s]) for s in styles}
    return told


def lines(name: str, told: Mapping[str, Any]) -> Iterator[str]:
    """The figures of a set for people: over all questions, then by style."""
    yield name
    for style, one in (("all", told), *told["styles"].items()):
        shares = (f"{key.replace('_', ' ')} {_percent(one[key])}" for key in TOLD)
        yield f"  {style}: {one['questions']} questions, {', '.join(shares)}, AUROC {one['auroc']}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}".replace("%", " %")


def _figures(found: Sequence[Shown]) -> dict[str, Any]:
    there = [one for one in found if one.answerable]
    absent = [one for one in found if not one.answerable]
    quotes = sum(one.quotes for one in found)
    gold = sum(len(one.question.spans) for one in there)
    return {
        "questions": len(found),
        "answerable": len(there),
        "covered": _share(sum(one.covered for one in there), len(there)),
        "spans_covered": _share(sum(one.spans_covered for one in there), gold),
        "quotes": quotes,
        "verbatim": _share(sum(one.verbatim for one in found), quotes),
        "of_another_document": _share(sum(one.of_another_document for one in found), quotes),
        "quote_precision": _share(
            sum(one.with_gold for one in there), sum(one.quotes for one in there)
        ),
        "answerable_but_abstained": _share(sum(one.abstained for one in there), len(there)),
        "direct": sum(one.direct for one in there),
        "direct_in_gold": sum(one.direct_in_gold for one in there),
        "absent": len(absent),
        "absent_and_direct": sum(one.direct for one in absent),
        "absent_and_abstained": _share(sum(one.abstained for one in absent), len(absent)),
        "auroc": auroc([o.confidence for o in there], [o.confidence for o in absent]),
        "auroc_of_covered": auroc(
            [o.confidence for o in found if o.covered],
            [o.confidence for o in found if not o.covered],
        ),
        "risk_by_coverage": _risk(found),
        "sentences": sum(one.sentences for one in found),
        "sentences_supported": sum(one.supported for one in found),
        "sentences_withheld": sum(one.withheld for one in found),
        "answers_with_a_supported_sentence_that_is_no_copy": sum(o.original > 0 for o in found),
    }


def _risk(found: Sequence[Shown]) -> dict[str, float | None]:
    """Of the surest so many: the share whose quotes hold no gold (El-Yaniv and Wiener, 2010)."""
    ordered = sorted(found, key=lambda one: -one.confidence)
    told = {}
    for coverage in COVERAGES:
        kept = ordered[: round(len(ordered) * coverage)]
        told[f"{coverage:.0%}"] = _share(sum(not one.covered for one in kept), len(kept))
    return told


def _share(count: int, of: int) -> float | None:
    return round(count / of, 4) if of else None
