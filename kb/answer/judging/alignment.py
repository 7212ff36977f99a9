"""Which sentences of a passage speak of what a sentence says, and how much of it they have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kb.answer.judging import tables
from kb.answer.judging.attribution import Voice, speaks, voices
from kb.answer.judging.cast import Cast, cast
from kb.answer.judging.clauses import Clause, clauses
from kb.answer.judging.words import LIGHT, Held, Unit, units
from kb.text.sentences import sentence_spans

MOST_SENTENCES = 120
"""Of a passage; what stands behind them is not read."""
MOST_UNITS = 600
"""Of a sentence of a passage."""
LONGEST = 20_000
"""Characters of a passage that are read."""
WIDEST = 3
"""Neighbouring sentences that may say one thing together."""
_WIDTH = 0.05
"""What one sentence more costs a window: the narrowest that says it is the one that is meant."""
_SAME_WORDS = 0.1
"""What it counts that a window has the very words of a claim."""
_CLAUSE = 0.5
"""What it counts that one clause of a sentence has most, when the sentence is chosen."""
_PREDICATE = 2.5
"""What the predicate counts beside a figure or a rare word, when a clause is chosen."""
_LEAST = 0.2
"""Share of a clause that another has at least that says the same."""
_BEYOND = 0.1
"""What a clause loses of which a claim's clause has nothing."""
_SAME_ROLE, _SAME_VOICE = 0.02, 0.15
"""What a clause gains that is of the same role, or the same word, as what is sought."""


@dataclass(frozen=True)
class Statement:
    """A sentence of a passage; `voices`: whose word each of its clauses is."""

    text: str
    clauses: tuple[Clause, ...]
    voices: tuple[Voice, ...]

    @cached_property
    def held(self) -> Held:
        return Held(tuple(unit for clause in self.clauses for unit in clause.units))

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.held.units


@dataclass(frozen=True)
class Passage:
    """What is cited, read once; `labels` are the units of title, file name and headings."""

    statements: tuple[Statement, ...]
    labels: Held
    cast: Cast
    spread: dict[str, int] = field(default_factory=dict)

    def rarity(self, unit: Unit) -> float:
        """The fewer clauses of the passage have it, the more it says which is meant."""
        counted = [self.spread[key] for key in unit.keys if key in self.spread]
        return 1 / (1 + min(counted, default=0))


@dataclass(frozen=True, slots=True)
class Window:
    """One sentence of a passage or several neighbours, and what of a claim they lack.

    `share` is how much of a claim's content they and the title have, `own` how much the
    sentences alone; `rank` is greater the more they have, in the same words and few sentences.
    """

    statements: tuple[Statement, ...]
    share: float
    own: float
    rank: float
    missing: tuple[Unit, ...]

    @property
    def units(self) -> list[Unit]:
        return [unit for one in self.statements for unit in one.units]

    def home(self, clause: Clause) -> tuple[Statement, int]:
        """The sentence that one of their clauses stands in, and its place there."""
        return next(
            (one, at)
            for one in self.statements
            for at, other in enumerate(one.clauses)
            if other is clause
        )


@dataclass(frozen=True, slots=True)
class Nearest:
    """A clause of a passage, whose word it is, and how much it has of a claim's clause."""

    clause: Clause
    voice: Voice
    share: float


def passage(text: str, labels: str = "", heading: str = "") -> Passage:
    """What is cited: its text, what its document is called, its headings."""
    told = tables.told(text[:LONGEST])
    who = cast(told, labels)
    sentences = [told[start:end] for start, end in sentence_spans(told)][:MOST_SENTENCES]
    read = [clauses(who.dressed(units(one))[:MOST_UNITS]) for one in sentences]
    parted = [_segments(one) for one in read]
    texts = [[" ".join(one.text for one in segment) for segment in one] for one in parted]
    spoken = [
        tuple(voice for segment, voice in zip(segments, own, strict=True) for _ in segment)
        for segments, own in zip(parted, voices(texts), strict=True)
    ]
    spread: dict[str, int] = {}
    for clause in (clause for one in read for clause in one):
        for key in {key for unit in clause.units for key in unit.keys}:
            spread[key] = spread.get(key, 0) + 1
    statements = (
        Statement(text, tuple(its), voiced)
        for text, its, voiced in zip(sentences, read, spoken, strict=True)
    )
    return Passage(
        tuple(one for one in statements if one.clauses),
        Held(tuple(who.dressed([*units(labels[:LONGEST]), *units(heading[:LONGEST])]))),
        who,
        spread,
    )


def _segments(read: Sequence[Clause]) -> list[list[Clause]]:
    """The clauses up to each semicolon."""
    groups: list[list[Clause]] = []
    for clause in read:
        if not groups or clause.units[0].text == ";":
            groups.append([])
        groups[-1].append(clause)
    return groups


def windows(claim: Iterable[Unit], there: Passage) -> list[Window]:
    """The two best runs of neighbouring sentences of each width, best first."""
    wanted = [unit for unit in claim if unit.content]
    chosen: list[Window] = []
    for width in range(1, min(WIDEST, len(there.statements)) + 1):
        runs = range(len(there.statements) - width + 1)
        taken = [there.statements[at : at + width] for at in runs]
        found = [_window(wanted, there, one) for one in taken if width == 1 or not _rows(one)]
        chosen += sorted(found, key=lambda one: -one.rank)[:2]
    return sorted(chosen, key=lambda one: -one.rank)


def _rows(run: Sequence[Statement]) -> bool:
    """Whether a row of a table is among them: what one row lacks no other one says of it."""
    return any(one.text.startswith(tables.ROW) for one in run)


def _window(wanted: Sequence[Unit], there: Passage, held: tuple[Statement, ...]) -> Window:
    here = [any(one.held.has(unit) for one in held) for unit in wanted]
    known = [has or there.labels.has(unit) for unit, has in zip(wanted, here, strict=True)]
    missing = tuple(unit for unit, has in zip(wanted, known, strict=True) if not has)
    heavy = sum(unit.keys.isdisjoint(LIGHT) for unit in wanted)
    lacking = sum(unit.keys.isdisjoint(LIGHT) for unit in missing)
    nameless = sum(not has and not unit.name for unit, has in zip(wanted, here, strict=True))
    own = sum(here) / max(1, sum(here) + nameless)
    share = 1 - lacking / heavy if heavy and any(here) else 0.0
    words = {unit.text for one in held for unit in one.units}
    same = sum(unit.text in words for unit in wanted) / max(1, len(wanted))
    rank = share + _SAME_WORDS * same - _WIDTH * len(held)
    return Window(held, share, own, rank, missing)


def nearest(
    clause: Clause,
    window: Window,
    there: Passage,
    voice: Voice,
    home: Statement | None = None,
) -> Nearest | None:
    """The clause of a window that says what this one says.

    First the sentence that has most of it, rare words and figures before common ones, or
    `home`, if it has any; then of its clauses those with the predicate; of these the one that
    has most. None where none has a fifth.
    """
    held = Held(tuple(window.units))
    verb = _itself(clause.predicate)
    verb = verb if verb and held.has(verb) else None
    wanted = [
        (
            unit,
            _PREDICATE
            if verb and unit is clause.predicate
            else 1.0
            if unit.figure
            else there.rarity(unit),
        )
        for unit in clause.content
    ]
    if home is None or not _weight(wanted, home.held):
        home = max(window.statements, key=lambda one: _fit(wanted, one, voice))
    told = list(zip(home.clauses, home.voices, strict=True))
    if verb:
        told = [pair for pair in told if pair[0].held.has(verb)] or told
    whole = _weight(wanted, held) or 1.0
    found: list[Nearest] = []
    for other, whose in told:
        share = _weight(wanted, other.held) / whole
        share *= 1 - _BEYOND * (
            1 - _weight([(u, 1.0) for u in other.content], clause.held) / max(1, len(other.content))
        )
        share *= 1 + _SAME_ROLE * (other.role is clause.role) + _SAME_VOICE * speaks(voice, whose)
        found.append(Nearest(other, whose, share))
    best = max(found, key=lambda one: one.share)
    return best if best.share >= _LEAST else None


def _itself(unit: Unit | None) -> Unit | None:
    """A word without those that say the same."""
    if unit is None:
        return None
    return replace(unit, keys=frozenset(key for key in unit.keys if key[0] not in "#@"))


def _fit(wanted: Sequence[tuple[Unit, float]], one: Statement, voice: Voice) -> float:
    """How much of a clause a sentence has, most of it in one clause, in the same voice."""
    shares = [_weight(wanted, clause.held) for clause in one.clauses]
    spoken = any(speaks(voice, whose) for whose in one.voices)
    return (_weight(wanted, one.held) + _CLAUSE * max(shares)) * (1 + 0.1 * spoken)


def _weight(wanted: Sequence[tuple[Unit, float]], held: Held) -> float:
    return sum(weight for unit, weight in wanted if held.has(unit))
