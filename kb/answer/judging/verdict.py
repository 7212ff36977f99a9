"""Whether what is cited says a sentence: word by word, figure by figure, clause by clause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.answer.judging.acting import acting
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
from kb.answer.judging.readings import modes_agree, opposite, reading, unlike_all
from kb.answer.judging.roles import bounds_agree, misplaced
from kb.answer.judging.verbatim import is_sentence_of
from kb.answer.judging.words import LIGHT, Held, Unit, units
from kb.domain.events import Verdict

LEAST_SHARE = 0.8
"""Share of a sentence's content that must stand in what it cites, or in its title."""
LEAST_OWN = 0.6
"""Share that must stand in the sentences themselves."""
LEAST_ALIKE = 0.5
"""Share from which on a sentence is of the same thing, and can be contradicted."""
MOST_UNITS = 160
"""Of a sentence; a longer one is no sentence that can be read."""
_NEARLY = 0.2
"""How much less than the best a window may have and still be what is meant."""
_QUALIFIED = 0.5
"""Share of a clause from which on what qualifies it there must be told."""
_QUALIFYING = (Role.EXCEPTION, Role.LACK, Role.CONDITION)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, and what it rests on in a few words."""

    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a sentence states by itself, of several things; `whole`: all units of the sentence."""

    clauses: Sequence[Clause]
    whole: Sequence[Unit]
    voice: Voice

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
    findings = [_stated(part, there) for part in _parts(read, claim.voice)]
    for verdict in (Verdict.CONTRADICTED, Verdict.NOT_SAID):
        for one in findings:
            if one.verdict is verdict:
                return one
    return Finding(Verdict.SUPPORTED)


def _is(sentence: str, voice: Voice, statement: Statement) -> bool:
    """Whether it is that very sentence, and nobody else's word there."""
    spoken = all(speaks(voice, whose) for whose in statement.voices)
    return spoken and is_sentence_of(sentence, statement.text)


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
        return [_Part(groups[0], read, voice)]
    texts = [" ".join(clause.text for clause in group) for group in groups]
    voices = [voice_of(text, mentioning=True) for text in texts]
    return [_Part(group, read, own) for group, own in zip(groups, voices, strict=True)]


def _stated(part: _Part, there: Passage) -> Finding:
    """By the first window that says it; else by the one that has most of it."""
    ranked = windows(part.units, there)
    best: Finding | None = None
    for window in ranked:
        if window.share < ranked[0].share - _NEARLY:
            break
        found = _in(window, part, there)
        if found.verdict is Verdict.SUPPORTED:
            return found
        best = best or found
    return best or Finding(Verdict.NOT_SAID)


def _in(window: Window, part: _Part, there: Passage) -> Finding:
    if window.share < LEAST_ALIKE:
        return Finding(Verdict.NOT_SAID, f"of {window.share:.0%} of its words")
    for against in _against(window, part, there):
        return Finding(Verdict.CONTRADICTED, against)
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
    """What contradicts it there, in a few words each."""
    if opposed := opposite(window.missing, window.units):
        yield f"the opposite of “{opposed}”"
    yield from (f"another figure than {unit.text}" for unit in window.missing if unit.figure)
    if wrong := misplaced(part.whole, part.units, window.statements, there):
        yield f"{wrong.text} is of something else"
    if of_all := unlike_all(part.units, window.units):
        yield f"not of “{of_all}”"
    for clause in part.clauses:
        if near := nearest(clause, window, there, part.voice):
            if left := _left_out(clause, near, window, part.whole):
                yield f"only “{left}”"
            yield from _unlike(clause, near, window, there)
            if not speaks(part.voice, near.voice):
                yield f"as {near.voice}, not {part.voice}"


def _unlike(clause: Clause, near: Nearest, window: Window, there: Passage) -> Iterator[str]:
    """How one clause says something else than the other."""
    if stranger := _stranger(clause, near.clause, window):
        yield f"not of “{stranger}”"
    if clause.speaker and not _said_by(clause, near.clause, there):
        yield f"not said by “{' '.join(unit.text for unit in clause.speaker)}”"
    yield from _disagreeing(clause, near.clause)
    mine, theirs = acting(clause), acting(near.clause)
    both = clause.role is Role.MAIN and near.clause.role is Role.MAIN
    if both and mine.agent and theirs.agent and mine.agent.party.isdisjoint(theirs.agent.party):
        yield f"done by “{theirs.agent.text}”, not “{mine.agent.text}”"


def _disagreeing(said: Clause, there: Clause) -> Iterator[str]:
    """Denial, mode, bounds, order, and what is said of the only one or of everything."""
    mine, theirs = reading(said), reading(there)
    turned = (said.role is Role.EXCEPTION) is not (there.role is Role.EXCEPTION)
    denied = mine.denied is not theirs.denied
    if denied is not turned and not bounds_agree(said, there, flipped=True):
        yield "denied in one alone"
    if said.role is Role.MAIN and there.role is Role.MAIN and not modes_agree(mine, theirs):
        yield f"{theirs.mode}, not {mine.mode}"
    if not denied and not bounds_agree(said, there, flipped=False):
        yield "another bound"
    if mine.utterly and not theirs.utterly:
        yield "not always"
    if mine.only and not theirs.only:
        yield "not only"
    if {said.role, there.role} == {Role.BEFORE, Role.AFTER}:
        yield f"{there.role}, not {said.role}"
    if said.role is Role.DEFIANCE and there.role is not Role.DEFIANCE:
        yield "not in any case"


def _left_out(clause: Clause, near: Nearest, window: Window, whole: Sequence[Unit]) -> str:
    """A condition or exception of what a clause says of which the claim says nothing."""
    mains = clause.role is Role.MAIN and near.clause.role is Role.MAIN
    if not mains or near.share < _QUALIFIED:
        return ""
    home, at = window.home(near.clause)
    for step in (1, -1):
        place = at + step
        while 0 <= place < len(home.clauses) and home.clauses[place].role is not Role.MAIN:
            one = home.clauses[place]
            if one.role in _QUALIFYING and not any(one.held.has(u) for u in whole if u.content):
                return one.text
            place += step
    return ""


def _stranger(clause: Clause, near: Clause, window: Window) -> str:
    """Somebody whom the sentence about it does not name, where that names somebody else."""
    home, _ = window.home(near)
    named = [unit for unit in clause.units if unit.party or (unit.name and unit.at)]
    there = [unit for unit in home.units if unit.party or (unit.name and unit.at)]
    if acting(near).open or all(any(one.meets(unit) for one in named) for unit in there):
        return ""
    others = [one for one in window.statements if one is not home]
    strangers = (u for u in named if not home.held.has(u) and any(o.held.has(u) for o in others))
    return next((unit.text for unit in strangers), "")


def _said_by(clause: Clause, near: Clause, there: Passage) -> bool:
    """Whether who is told to say it says it, or the document itself does."""
    if near.speaker:
        return any(unit.meets(one) for unit in clause.speaker for one in near.speaker)
    return any(there.labels.has(unit) for unit in clause.speaker)
