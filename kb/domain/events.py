"""An answer, what it consists of, and what is told while it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kb.domain import Document, Passage, Quote


class Verdict(StrEnum):
    """What was found of one sentence in one passage that it cites.

    Unknown: there is no such passage, or it cannot be told.
    """

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_SAID = "not_said"
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


class DirectKind(StrEnum):
    """What a direct answer is. A clause answers yes or no, or under a condition neither."""

    AMOUNT = "amount"
    PERCENTAGE = "percentage"
    DURATION = "duration"
    DATE = "date"
    NUMBER = "number"
    LAW = "law"
    COURT = "court"
    PLACE = "place"
    PARTIES = "parties"
    PERSON = "person"
    YES = "yes"
    NO = "no"
    CLAUSE = "clause"


@dataclass(frozen=True, slots=True)
class Direct:
    """The words inside a quote that answer by themselves, marked and not written.

    `text == canonical[char_start:char_end]`, always, and the span lies in a quote of that `number`.
    `label` says which document it is of, in a word of the question, where several are compared.
    """

    kind: DirectKind
    number: int
    document: Document
    char_start: int
    char_end: int
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes first; `text` is the model's prose on top and may be empty.

    `direct` are the words of the quotes that answer by themselves, none where that is not plain.

    `confidence`, from 0 to 1, is how probably the passages answer. Below one floor the answer
    abstained, and quotes the nearest; below another it is `uncertain`: the quotes may not answer.
    `reason` says why it is so, or has no prose; `withheld` counts sentences that the model
    wrote and that are not shown. Timings are milliseconds.
    """

    question: str
    text: str
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    passages: tuple[Passage, ...]
    abstained: bool
    uncertain: bool
    confidence: float
    reason: str | None
    model: str | None
    withheld: int = 0
    direct: tuple[Direct, ...] = ()
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
    """`abstained`, `uncertain` and `direct` as in `Answer`."""

    quotes: tuple[Quote, ...]
    abstained: bool
    uncertain: bool
    direct: tuple[Direct, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """`withheld` counts sentences that were written and are not shown."""

    sentences: tuple[Sentence, ...]
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer


@dataclass(frozen=True, slots=True)
class Failed:
    code: str
    problem: str


Event = Queued | Sources | Quotes | Token | Judged | Done | Failed
