"""Questions to papers in several languages: what is found and shown, by language and by pair."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from kb.evaluation.sample import Result


def figures(results: Sequence[Result]) -> dict[str, Any]:
    """The counts by language of question and document, and the questions that went wrong by name.

    A pair is written "en-de": the question in English, its document in German.
    """
    answerable = [r for r in results if r.question.gold]
    others = [r for r in results if not r.question.gold]
    across = [r for r in answerable if _documents(r) != {r.question.language}]
    by_question = [(r.question.language, r) for r in answerable]
    by_document = [(language, r) for r in answerable for language in _documents(r)]
    pairs = [(f"{r.question.language}-{one}", r) for r in across for one in _documents(r)]
    return {
        "questions": len(results),
        "verbatim": sum(r.verbatim for r in results),
        "answerable": _counts(answerable),
        "same_language": _counts([r for r in answerable if r not in across]),
        "across_languages": _counts(across),
        "by_question_language": _by(by_question),
        "by_document_language": _by(by_document),
        "by_pair_across_languages": _by(pairs),
        "unanswerable": {"questions": len(others), "abstained": sum(r.abstained for r in others)},
        "missed": {
            "not_in_first_5": [r.question.id for r in answerable if not r.found],
            "not_quoted": [r.question.id for r in answerable if not r.covered],
            "wrongly_abstained": [r.question.id for r in answerable if r.abstained],
            "not_abstained": [r.question.id for r in others if not r.abstained],
        },
    }


def _documents(result: Result) -> set[str]:
    return {gold.language for gold in result.question.gold}


def _by(named: Iterable[tuple[str, Result]]) -> dict[str, dict[str, int]]:
    groups: defaultdict[str, list[Result]] = defaultdict(list)
    for name, result in named:
        groups[name].append(result)
    return {name: _counts(groups[name]) for name in sorted(groups)}


def _counts(results: Sequence[Result]) -> dict[str, int]:
    return {
        "questions": len(results),
        "in_first_5": sum(r.found for r in results),
        "quoted": sum(r.covered for r in results),
        "abstained": sum(r.abstained for r in results),
    }
