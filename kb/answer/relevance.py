"""Is what was found about the question at all? If not, the answer abstains."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kb.answer.quotes import Candidate
from kb.domain import Passage, Scope
from kb.search.retrieval import Reader
from kb.words import content_terms

FLOOR = 0.30
"""Below this the answer abstains. Placeholder until calibrated."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The question's content terms with their rarity in the scope (idf, natural log)."""

    weight: dict[str, float]
    unseen: frozenset[str]

    @classmethod
    def gather(cls, question: str, scope: Scope, reader: Reader) -> "Evidence":
        words = set(content_terms(question))
        total, counts = reader.keywords.frequencies(words, scope)
        weight = {
            term: math.log(1 + (total - count + 0.5) / (count + 0.5))
            for term, count in counts.items()
        }
        return cls(weight, frozenset(term for term, count in counts.items() if not count))


def relevant(evidence: Evidence, passages: Sequence[Passage], found: Sequence[Candidate]) -> bool:
    """Whether the best evidence reaches the calibrated floor."""
    best = max((passage.similarity or 0.0 for passage in passages), default=0.0)
    return best >= FLOOR
