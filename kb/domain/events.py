"""An answer, what it consists of, and what is told while it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kb.domain import Passage, Quote


class Verdict(StrEnum):
    """What a check of one sentence against one cited passage found."""

    SUPPORTED = "supported"
    WEAK = "weak"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Citation:
    number: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the model's prose with the passages it cites, each judged."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes first; `text` is the model's prose on top and may be empty.

    `reason` says why the answer abstained or has no prose; timings are milliseconds.
    """

    question: str
    text: str
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    passages: tuple[Passage, ...]
    abstained: bool
    reason: str | None
    model: str | None
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queued:
    """The question waits for the model; `ahead` others are before it."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Sources:
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Quotes:
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Token:
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer


@dataclass(frozen=True, slots=True)
class Failed:
    code: str
    problem: str


Event = Queued | Sources | Quotes | Token | Judged | Done | Failed
