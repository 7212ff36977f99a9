"""Whether what is cited says a sentence: word by word, figure by figure, clause by clause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.answer.judging.alignment import (
    Nearest,
    Passage,
    Statement,
    Window,
    nearest,
    windows,
)
from kb.answer.judging.attribution import Voice, framed, speaks, voice_of
from kb.answer.judging.clauses import Clause, Role, clauses
from kb.answer.judging.comparison import (
    excepted_alone,
    left_out,
    said_by,
    stranger_in,
    turned,
    unlike,
)
from kb.answer.judging.readings import opposite, unlike_all, unlike_some
from kb.answer.judging.roles import alone, misplaced
from kb.answer.judging.tables import ROW
from kb.answer.judging.words import LIGHT, Held, Unit, units
from kb.domain.events import Verdict
from kb.text.verbatim import same_sentence

LEAST_SHARE = 0.8
"""Share of a sentence's content that must stand in what it cites, or in its title."""
LEAST_OWN = 0.6
"""Share that must stand in the sentences themselves."""
LEAST_ALIKE = 0.5
"""Share below which a passage speaks of something else."""
LEAST_SAME = 0.65
"""Share from which on what is told otherwise contradicts a sentence; else it may be of another."""
MOST_UNITS = 160
"""Of a sentence; a longer one is no sentence that can be read."""
_STATED = 0.95
"""Share from which on a clause may be what a condition or an exception says."""
_ORDERED = (Role.BEFORE, Role.AFTER)
_STATING = (Role.MAIN, Role.RELATIVE)
_NEARLY = 0.03
"""How much less than the best a window may have and still be what is meant."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, and what it rests on in a few words."""

    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a sentence states by itself, of several things.

    `whole`: all units of the sentence; `voice`: whose word it is by its own words, `around`: by
    those of the sentence.
    """

    clauses: Sequence[Clause]
    whole: Sequence[Unit]
    voice: Voice
    around: Voice

    @property
    def main(self) -> Clause:
        """The main clause that has most."""
        mains = [one for one in self.clauses if one.role is Role.MAIN] or self.clauses
        return max(mains, key=lambda one: len(one.content))

    @property
    def units(self) -> list[Unit]:
        return [unit for clause in self.clauses for unit in clause.units]


def find(sentence: str, there: Passage) -> Finding:
    """What a passage says of a sentence: each thing that it states must be said."""
    titled = frozenset(unit.text for unit in there.labels.units if unit.content)
    claim = framed(sentence, titled)
    read = there.cast.dressed(units(claim.text))
    if not there.statements or len(read) > MOST_UNITS or not any(unit.content for unit in read):
        return Finding(Verdict.UNKNOWN)
    if any(_is(sentence, claim.voice, one) for one in there.statements):
        return Finding(Verdict.SUPPORTED)
    parts = _parts(read, claim.voice)
    if claim.speaker:
        deciding = there.cast.dressed(units(claim.speaker))
        parts[0].clauses[0].speaker = tuple(unit for unit in deciding if unit.keys)
    findings = [_stated(part, there) for part in parts]
    for verdict in (Verdict.CONTRADICTED, Verdict.NOT_SAID):
        for one in findings:
            if one.verdict is verdict:
                return one
    return Finding(Verdict.SUPPORTED)


def _is(sentence: str, voice: Voice, statement: Statement) -> bool:
    """Whether it is that very sentence, and nobody else's word there."""
    spoken = all(speaks(voice, whose) for whose in statement.voices)
    return spoken and same_sentence(sentence, statement.text)


def _parts(read: Sequence[Unit], voice: Voice) -> list[_Part]:
    """What a sentence states, each with the clauses that depend on it."""
    groups: list[list[Clause]] = []
    for clause in clauses(read):
        stated = bool(groups) and any(one.role is Role.MAIN for one in groups[-1])
        fresh = clause.role is Role.MAIN and len(clause.content) > 1 and not clause.speaker
        if not groups or (stated and fresh):
            groups.append([])
        groups[-1].append(clause)
    if len(groups) == 1:
        return [_Part(groups[0], read, voice, voice)]
    texts = [" ".join(clause.text for clause in group) for group in groups]
    voices = [voice_of(text, mentioning=True) for text in texts]
    return [_Part(group, read, own, voice) for group, own in zip(groups, voices, strict=True)]


def _stated(part: _Part, there: Passage) -> Finding:
    """By the first window that says it; else by the one that has most of it."""
    ranked = windows(part.units, there)
    best: Finding | None = None
    for window in ranked:
        if window.rank < ranked[0].rank - _NEARLY:
            break
        found = _in(window, part, there)
        if found.verdict is Verdict.SUPPORTED:
            return found
        best = best or found
    return best or Finding(Verdict.NOT_SAID)


def _in(window: Window, part: _Part, there: Passage) -> Finding:
    if window.share < LEAST_ALIKE:
        return Finding(Verdict.NOT_SAID, f"of {window.share:.0%} of its words")
    for amiss in _amiss(window, part, there):
        return Finding(Verdict.CONTRADICTED, amiss)
    for against in _against(window, part, there):
        same = window.share >= LEAST_SAME
        return Finding(Verdict.CONTRADICTED if same else Verdict.NOT_SAID, against)
    for lacking in _lacking(window, part, there):
        return Finding(Verdict.NOT_SAID, lacking)
    return Finding(Verdict.SUPPORTED)


def _lacking(window: Window, part: _Part, there: Passage) -> Iterator[str]:
    """What is not said there: a name, a figure, the predicate, or too much else."""
    predicates = [clause.predicate for clause in part.clauses]
    for unit in window.missing:
        says = any(unit is one for one in predicates) and unit.keys.isdisjoint(LIGHT)
        spoken = voice_of(unit.text) is not Voice.OWN
        if says or spoken or unit.name or unit.figure or _counted_by(unit, part.units):
            yield f"without “{unit.text}”"
    rows = [one for one in there.statements if one.text.startswith(ROW)]
    if window.statements[0].text.startswith(ROW):
        missing = [unit for unit in window.missing if any(one.held.has(unit) for one in rows)]
        yield from (f"“{unit.text}” in another row" for unit in missing)
    if _names_of(there.labels, part.units, window) > 1:
        yield "nothing that tells whose it is"
    if window.own < LEAST_OWN or window.share < LEAST_SHARE:
        yield f"without {', '.join(unit.text for unit in window.missing)}"


def _names_of(labels: Held, read: Sequence[Unit], window: Window) -> int:
    """How many names are of the title alone: of two nothing tells who does what to whom."""
    held = Held(tuple(window.units))
    count, before = 0, False
    for unit in read:
        alone = unit.name and not held.has(unit) and labels.has(unit)
        count += alone and not before
        before = alone
    return count


def _counted_by(unit: Unit, read: Sequence[Unit]) -> bool:
    """Whether it is what an amount is for: “per kilogram”."""
    return any(after is unit and before.text == "per" for before, after in pairwise(read))


def _against(window: Window, part: _Part, there: Passage) -> Iterator[str]:
    """What is told otherwise there, in a few words each."""
    aligned = list(_aligned(window, part, there))
    quoted = part.voice is not Voice.HELD and any(
        clause.speaker and near.clause.speaker and said_by(clause, near.clause, there)
        for clause, near in aligned
    )
    main_home = next((window.home(near.clause)[0] for c, near in aligned if c is part.main), None)
    for clause, near in aligned:
        home = window.home(near.clause)[0]
        if clause is part.main:
            yield from _of_main(part, near, home, there)
        elif clause.role in _ORDERED and near.clause.role is Role.MAIN and home is not main_home:
            yield "no order there"
        if left := left_out(clause, near, home, part.whole):
            yield f"only “{left}”"
        yield from unlike(clause, near.clause, home, there)
        if stranger := stranger_in(clause, near.clause, home, window, there):
            yield f"not of “{stranger}”"
        if not quoted and not _told(part, near.voice):
            yield f"as {near.voice}, not {part.voice}"


def _amiss(window: Window, part: _Part, there: Passage) -> Iterator[str]:
    """A word's opposite, a figure that is another or of something else, all for some."""
    if opposed := opposite(window.missing, window.units):
        yield f"the opposite of “{opposed}”"
    yield from (f"another figure than {unit.text}" for unit in window.missing if unit.figure)
    wrong = misplaced(part.whole, part.units, window.statements, there)
    if wrong := wrong or alone(part.units, window.statements):
        yield f"{wrong.text} is of something else"
    if of_all := unlike_all(part.units, window.units) or unlike_some(part.units, window.units):
        yield f"not of “{of_all}”"


def _of_main(part: _Part, near: Nearest, home: Statement, there: Passage) -> Iterator[str]:
    """What is stated there only as a condition, before for after, without its exception."""
    if near.share < _STATED and near.clause.role not in _STATING:
        yield f"{near.clause.role} there"
    if turned(part.clauses, home.clauses):
        yield "before for after"
    if excepted_alone(part.clauses, home, there.statements):
        yield "no exception there"


def _told(part: _Part, there: Voice) -> bool:
    """Whether it is told as what it is there: by its own words, or by those around it."""
    own = part.voice is Voice.OWN and speaks(part.around, there)
    return own or speaks(part.voice, there)


def _aligned(window: Window, part: _Part, there: Passage) -> Iterator[tuple[Clause, Nearest]]:
    """Each clause with the one that says the same: what depends on the main one beside it."""
    main = nearest(part.main, window, there, part.voice)
    home = window.home(main.clause)[0] if main else None
    for clause in part.clauses:
        beside = main if clause is part.main else nearest(clause, window, there, part.voice, home)
        if near := beside or nearest(clause, window, there, part.voice):
            yield clause, near
