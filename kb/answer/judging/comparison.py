"""A clause of a claim beside the one of a passage that says the same: how they differ."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from kb.answer.judging.acting import acting, in_another_order, of_others, undergone_by_others
from kb.answer.judging.alignment import Nearest, Passage, Statement, Window
from kb.answer.judging.bounds import bounded_alike, bounds_agree
from kb.answer.judging.clauses import AUXILIARIES, Clause, Role
from kb.answer.judging.readings import bound_alike, hedged, modes_agree, opposite, reading
from kb.answer.judging.roles import displaced, swapped
from kb.answer.judging.words import Held, Unit

MOST_UNTOLD = 0.4
"""Share of a condition's or an exception's content of which a claim need say nothing."""
_QUALIFIED = 0.5
"""Share of a clause from which on what qualifies it there must be told."""
_DECIDING = frozenset(
    "court tribunal board commissioner panel jury judge arbitrator majority authority".split()
)
"""Who decides, and speaks in a decision where nobody else is said to."""
_TURNED = (("above", "below"), ("over", "under"), ("inside", "outside"), ("within", "outside"))
_QUALIFYING = (Role.EXCEPTION, Role.LACK, Role.CONDITION)


def unlike(said: Clause, near: Clause, home: Statement, there: Passage) -> Iterator[str]:
    """How a clause of a claim says something else than the nearest one, of the sentence `home`."""
    if said.speaker and not said_by(said, near, there):
        yield f"not said by “{' '.join(unit.text for unit in said.speaker)}”"
    yield from _disagreeing(said, near)
    if not bound_alike(said, home.clauses):
        yield "owed in one, allowed in the other"
    if wrong := displaced(said.units, home.units) or swapped(said.units, near.units):
        yield f"{wrong.text} is of something else"
    elsewhere = [unit for unit in said.content if not home.held.has(unit)]
    if opposed := opposite(elsewhere, home.units):
        yield f"the opposite of “{opposed}”"
    if denied := _left_off(said, near, home):
        yield f"“{denied}”"
    if _word_turned(said, near):
        yield "above for below"
    yield from _of_somebody_else(said, near, home)


def _of_somebody_else(said: Clause, near: Clause, home: Statement) -> Iterator[str]:
    """Who does it, and to whom, where that is another there."""
    if of_others(said, near) or in_another_order(said, near):
        yield "who does it to whom"
    if undergone_by_others(said, near):
        yield "whom it is done to"
    mine, theirs = acting(said), acting(near)
    if mine.agent and theirs.pronoun and not _may_mean(mine.agent, theirs.pronoun, home):
        yield f"not done by “{mine.agent.text}”"
    both = said.role is Role.MAIN and near.role is Role.MAIN
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
    alike = bounds_agree(said, there, flipped=False) and bounded_alike(said, there)
    if not denied and not alike:
        yield "another bound"
    if mine.utterly and not theirs.utterly:
        yield "not always"
    others_too = "not only" in said.text and "not only" not in there.text
    if theirs.only if others_too else mine.only and not theirs.only:
        yield "not only"
    if {said.role, there.role} == {Role.BEFORE, Role.AFTER}:
        yield f"{there.role}, not {said.role}"
    if said.role is Role.DEFIANCE and there.role is not Role.DEFIANCE:
        yield "not in any case"


def excepted_alone(
    said: Sequence[Clause], home: Statement, statements: Sequence[Statement]
) -> bool:
    """Whether an exception is made where neither the sentence nor the next one makes any."""
    if not any(one.role is Role.EXCEPTION for one in said):
        return False
    if any(one.role in _QUALIFYING for one in home.clauses):
        return False
    at = next(n for n, one in enumerate(statements) if one is home)
    return not any(
        reading(one).denied for other in statements[at + 1 : at + 2] for one in other.clauses
    )


def turned(said: Sequence[Clause], there: Sequence[Clause]) -> bool:
    """Whether one tells only of before and the other only of after."""
    mine, theirs = (
        {one.role for one in told} & {Role.BEFORE, Role.AFTER} for told in (said, there)
    )
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def left_out(clause: Clause, near: Nearest, home: Statement, whole: Sequence[Unit]) -> str:
    """A condition or exception of what a clause says of which the claim says nothing."""
    mains = clause.role is Role.MAIN and near.clause.role is Role.MAIN
    if not mains or near.share < _QUALIFIED or hedged(clause):
        return ""
    told = Held(tuple(whole))
    for one in _beside(near.clause, home.clauses):
        content = [unit for unit in one.content if not (unit.figure and unit.figure.labelled)]
        untold = sum(not told.has(unit) for unit in content)
        qualifies = one.role in _QUALIFYING and not _joined_on(one, home.clauses)
        if qualifies and untold > MOST_UNTOLD * len(content):
            return one.text
    return ""


def _beside(main: Clause, among: Sequence[Clause]) -> Iterator[Clause]:
    """What depends on a main clause: all up to the next one, on both sides."""
    at = next(n for n, one in enumerate(among) if one is main)
    for side in (among[at + 1 :], among[:at][::-1]):
        yield from takewhile(lambda one: one.role is not Role.MAIN, side)


def _joined_on(one: Clause, among: Sequence[Clause]) -> bool:
    """Whether “and” stands before it, so that it is one thing more and qualifies nothing."""
    before = next((first for first, then in pairwise(among) if then is one), None)
    return before is not None and before.units[-1].text in ("and", "or")


def stranger_in(
    clause: Clause, near: Clause, home: Statement, window: Window, there: Passage
) -> str:
    """Somebody whom the sentence about it does not name, where that names somebody else."""
    named = [unit for unit in clause.units if unit.party or (unit.name and unit.at)]
    here = [unit for unit in home.units if unit.party or (unit.name and unit.at)]
    if acting(near).open:
        return ""
    alone = all(any(one.meets(unit) for one in named) for unit in here)
    for unit in named:
        if alone and not (unit.party and any(one.text == "own" for one in near.units)):
            continue
        among = window.statements if unit.party else there.statements
        if not home.held.has(unit) and any(one.held.has(unit) for one in among):
            return unit.text
    return ""


def _left_off(said: Clause, near: Clause, home: Statement) -> str:
    """What a claim states of which it is said shortly there that it is not: “but not for wear”."""
    if reading(said).denied:
        return ""
    for one in home.clauses:
        short = not any(unit.text in AUXILIARIES for unit in one.units)
        if short and any(unit.text == "not" for unit in one.units[:3]):
            told = [u for u in one.content if said.held.has(u) and not near.held.has(u)]
            if one is not near and 2 * len(told) > len(one.content):
                return one.text
    return ""


def _word_turned(said: Clause, near: Clause) -> bool:
    mine, theirs = ({unit.text for unit in one.units} for one in (said, near))
    return any(
        one in mine - theirs and other in theirs - mine
        for pair in _TURNED
        for one, other in (pair, pair[::-1])
    )


def _may_mean(agent: Unit, pronoun: Unit, home: Statement) -> bool:
    """Whether a pronoun may be somebody: who acts before it; if nobody does, who is not behind."""
    acts = [who for one in home.clauses if (who := acting(one).agent)]
    before = [who for who in acts if who.at < pronoun.at]
    if before:
        return any(not agent.party.isdisjoint(who.party) for who in before)
    behind = [unit for unit in home.units if unit.party and unit.at > pronoun.at]
    return all(agent.party.isdisjoint(unit.party) for unit in behind)


def said_by(clause: Clause, near: Clause, there: Passage) -> bool:
    """Whether who is told to say it says it, or the document itself does."""
    if near.speaker:
        return any(unit.meets(one) for unit in clause.speaker for one in near.speaker)
    deciding = any(unit.text in _DECIDING for unit in clause.speaker)
    return deciding or any(there.labels.has(unit) for unit in clause.speaker)
