"""A sample firm's questions: is the gold found, shown verbatim, and abstained where it must?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, DocumentId, Scope
from kb.domain.events import Answer, Direct
from kb.errors import BadRequest
from kb.evaluation.sets.spans import Span, covered, locate, within
from kb.paths import LANGUAGES, SAMPLE

FIRST_PASSAGES = 5


@dataclass(frozen=True, slots=True)
class Gold:
    """A quote that answers, in the document at a path below the sample.

    Languages are ISO 639-1 codes, empty where the file does not tell them.
    """

    path: str
    quote: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of questions.jsonl."""

    id: str
    text: str
    kind: str
    gold: tuple[Gold, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a question; `found` says that each gold quote is whole in a first passage.

    `direct`: there is a direct answer; `direct_in_gold`: all of it lies in gold quotes.
    """

    question: Question
    verbatim: bool
    document_found: bool
    found: bool
    covered: bool
    abstained: bool
    milliseconds: float
    direct: bool = False
    direct_in_gold: bool = False

    def json(self) -> dict[str, object]:
        return {
            "id": self.question.id,
            "kind": self.question.kind,
            "verbatim": self.verbatim,
            "document_in_first_5": self.document_found,
            "quote_in_first_5": self.found,
            "quote_covered": self.covered,
            "abstained": self.abstained,
            "direct": self.direct,
            "direct_in_gold": self.direct_in_gold,
        }


def sample_texts() -> list[str]:
    """The samples' plain texts, which no training may see."""
    files = [path for firm in (SAMPLE, LANGUAGES) for path in sorted(firm.rglob("*"))]
    plain = [path for path in files if path.suffix in (".txt", ".md", ".csv", ".html")]
    return [path.read_text("utf-8") for path in plain]


def read_questions(file: Path) -> list[Question]:
    """Raises `BadRequest` when the file is not there or not in the format."""
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        return [
            Question(
                row["id"],
                row["question"],
                row["kind"],
                tuple(Gold(g["path"], g["quote"], g.get("language", "")) for g in row["gold"]),
                row.get("language", ""),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError) as error:
        raise BadRequest(f"{file} is not a file of questions ({error}).") from error


def run(kb: KnowledgeBase, questions: Sequence[Question], *, llm: bool) -> Iterator[Result]:
    """Ask every question as a person would, over everything that they may read."""
    scope = kb.access.scope(kb.access.local_user())
    for question in questions:
        turn = kb.turns.take() if llm else None
        try:
            answer = kb.answerer.answer(question.text, scope, turn=turn)
        finally:
            if turn:
                turn.leave()
        yield _judge(kb, scope, question, answer)


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """The counts that matter, and the questions that went wrong by name."""
    answerable = [r for r in results if r.question.kind == "answerable"]
    others = [r for r in results if r.question.kind != "answerable"]
    return {
        "questions": len(results),
        "verbatim": sum(r.verbatim for r in results),
        "answerable": len(answerable),
        "document_in_first_5": sum(r.document_found for r in answerable),
        "quote_covered": sum(r.covered for r in answerable),
        "wrongly_abstained": sum(r.abstained for r in answerable),
        "direct": sum(r.direct for r in answerable),
        "direct_in_gold": sum(r.direct_in_gold for r in answerable),
        "others": len(others),
        "rightly_abstained": sum(r.abstained for r in others),
        "others_direct": sum(r.direct for r in others),
        "median_ms": round(median(r.milliseconds for r in results), 1) if results else None,
        "missed": {
            "document": [r.question.id for r in answerable if not r.document_found],
            "quote": [r.question.id for r in answerable if not r.covered],
            "wrongly_abstained": [r.question.id for r in answerable if r.abstained],
            "not_abstained": [r.question.id for r in others if not r.abstained],
        },
    }


def _judge(kb: KnowledgeBase, scope: Scope, question: Question, answer: Answer) -> Result:
    first = answer.passages[:FIRST_PASSAGES]
    quoted = [(q.document, (q.char_start, q.char_end)) for q in answer.quotes]
    passages = [(p.document, (p.chunk.char_start, p.chunk.char_end)) for p in first]
    shown = {document.id for document, _ in (*quoted, *passages)}
    texts = {document: kb.library.text(document, scope) for document in shown}
    return Result(
        question=question,
        verbatim=all(
            texts[q.document.id][q.char_start : q.char_end] == q.text for q in answer.quotes
        ),
        document_found=all(
            any(_is(p.document, gold.path) for p in first) for gold in question.gold
        ),
        found=all(
            any(_shown([passage], gold, texts) for passage in passages) for gold in question.gold
        ),
        covered=all(_shown(quoted, gold, texts) for gold in question.gold),
        abstained=answer.abstained,
        direct=bool(answer.direct),
        direct_in_gold=bool(answer.direct)
        and all(_in_gold(one, question, texts) for one in answer.direct),
        milliseconds=answer.timings["total_ms"],
    )


def _in_gold(one: Direct, question: Question, texts: Mapping[DocumentId, str]) -> bool:
    text, span = texts[one.document.id], (one.char_start, one.char_end)
    gold = [gold for gold in question.gold if _is(one.document, gold.path)]
    return any(within(span, locate(text, each.quote)) for each in gold)


def _shown(
    places: Sequence[tuple[Document, Span]], gold: Gold, texts: Mapping[DocumentId, str]
) -> bool:
    """Whether all of a gold quote stands in these places together."""
    there = [(document.id, span) for document, span in places if _is(document, gold.path)]
    if not there:
        return False
    text = texts[there[0][0]]
    return any(covered(text, one, [s for _, s in there]) for one in locate(text, gold.quote))


def _is(document: Document, path: str) -> bool:
    return document.path == path or document.path.endswith(f"/{path}")
