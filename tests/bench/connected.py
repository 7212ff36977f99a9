"""Expressions of terms and connectors on a synthetic store: made up, and timed."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Scope
from tests.bench.running import timed

TERMS = (1, 5, 20)
EXPRESSIONS = 40
_FROM, _TO = 20, 4_000  # by rank in the vocabulary: neither the most common nor the rarest


def expressions(terms: int, words: Sequence[str], count: int = EXPRESSIONS) -> list[str]:
    """`count` expressions of so many terms each, as lawyers write them.

    One term stands alone. Of more the first is near another and an alternative, one may be cut
    short, one is left out, and what remains are alternatives of which one must stand there.
    """
    chance, found = np.random.default_rng(17 + terms), []
    for _ in range(count):
        chosen = chance.choice(np.arange(_FROM, _TO), size=terms, replace=False)
        found.append(_written([words[n] for n in chosen]))
    return found


def _written(terms: Sequence[str]) -> str:
    if len(terms) == 1:
        return terms[0]
    near, *others, cut, left_out = terms[1:]
    some = " or ".join([*others, f"{cut[:-1]}!"])
    return f"({terms[0]} w/25 ({near} or {some})) and ({some}) and not {left_out}"


def searched(kb: KnowledgeBase, scope: Scope, words: Sequence[str]) -> dict[str, dict[str, Any]]:
    """For each number of terms: milliseconds of a search, and documents found at the median."""
    told = {}
    for terms in TERMS:
        asked = expressions(terms, words)

        def one(n: int, asked: Sequence[str] = asked) -> int:
            return kb.connectors.search(asked[n], scope, limit=10).documents

        times, found = timed(one, EXPRESSIONS)
        told[f"{terms} terms"] = times | {"documents": int(np.median(found))}
    return told
