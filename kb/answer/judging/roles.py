"""What a figure stands for, among all of its kind in a passage."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from kb.answer.judging.alignment import Passage, Statement
from kb.answer.judging.clauses import Clause
from kb.answer.judging.figures import Figure
from kb.answer.judging.words import Unit

_OUTSIDE = 0.2
"""What a word counts that stands in a figure's sentence, but in another clause."""
_PASSED, _BEHIND = 0.8, 0.4
"""The same for a word before another figure of the kind, and for one behind another."""
_FADING = 0.12
"""How much less a word counts by each unit between it and the figure."""
_ABOUT = 3
"""Words on each side of a figure that are about it."""
RATE = 4
"""Units between an amount and the time that it is for."""
_ONE = Figure("count", Decimal(1))
_OWNED = 1.0
"""What it counts that the same one is named last before a figure."""
MARGIN = 1.05
"""How much better another figure must fit to be the one that is meant."""


def misplaced(
    claim: Sequence[Unit], part: Sequence[Unit], among: Sequence[Statement], there: Passage
) -> Unit | None:
    """The first figure of a claim in whose place the passage has another one."""
    for at, unit in enumerate(claim):
        if unit.figure and not unit.figure.labelled and unit in part:
            period = unit.figure.kind == "period"
            if (_another_rate if period else _is_another)(claim, at, among, there):
                return unit
    return None


def alone(claim: Sequence[Unit], among: Sequence[Statement]) -> Unit | None:
    """A figure that stands in no sentence with any of the words that stand about it."""
    for at, unit in enumerate(claim):
        if not unit.figure:
            continue
        before = [one for one in claim[:at] if _tells(one)][-_ABOUT:]
        after = [one for one in claim[at + 1 :] if _tells(one)][:_ABOUT]
        homes = [one for one in among if one.held.has(unit)]
        about = [*before, *after]
        if homes and about and not any(one.held.has(word) for one in homes for word in about):
            return unit
    return None


def _tells(unit: Unit) -> bool:
    """Whether it tells of what a figure is: a word, and no name, which may be of the title."""
    return bool(unit.keys) and not unit.figure and not unit.name


def displaced(claim: Sequence[Unit], home: Sequence[Unit]) -> Unit | None:
    """A figure that the sentence about it lacks, where that has others in its place."""
    theirs = [one for one in home if one.figure and not any(_meets(u, one) for u in claim)]
    for unit in claim:
        absent = unit.figure and not any(_meets(unit, one) for one in home)
        if absent and any(_kin(unit) == _kin(one) for one in theirs):
            return unit
    return None


def _meets(unit: Unit, other: Unit) -> bool:
    return unit.figure is not None and unit.meets(other)


def _kin(unit: Unit) -> str:
    """Its kind; a bare number may be a year, a count, or of a section."""
    if unit.figure is None:
        return ""
    year = isinstance(unit.figure.value, tuple) and unit.figure.value[1] is None
    bare = year or unit.figure.labelled or unit.figure.kind in ("count", "code")
    return "bare" if bare else unit.figure.kind


def swapped(claim: Sequence[Unit], there: Sequence[Unit]) -> Unit | None:
    """The first of two figures of a kind in another order, none of them beside its own word."""
    shared = [
        (at, place)
        for at, unit in enumerate(claim)
        for place, other in enumerate(there)
        if _meets(unit, other)
    ]
    for (at, place), (later, elsewhere) in pairwise(shared):
        alike = _family(claim[at]) == _family(claim[later])
        if alike and claim[at].figure != claim[later].figure and place > elsewhere:
            pairs = ((at, place), (later, elsewhere))
            if not all(_beside_the_same(claim, one, there, other) for one, other in pairs):
                return claim[at]
    return None


def _beside_the_same(claim: Sequence[Unit], at: int, there: Sequence[Unit], place: int) -> bool:
    """Whether the nearest word before, or the nearest behind, is the same."""
    return any(
        mine is not None and theirs is not None and mine.meets(theirs)
        for mine, theirs in (
            (_word(reversed(claim[:at])), _word(reversed(there[:place]))),
            (_word(claim[at + 1 :]), _word(there[place + 1 :])),
        )
    )


def _word(read: Iterable[Unit]) -> Unit | None:
    return next((unit for unit in read if unit.content), None)


def _another_rate(
    claim: Sequence[Unit], at: int, among: Sequence[Statement], there: Passage
) -> bool:
    """Whether an amount is by another time there: “per quarter” for “per annum”."""
    paid = next((unit for unit in reversed(claim[max(0, at - RATE) : at]) if unit.figure), None)
    rates = [
        next((one.figure for one in clause.units[place:] if _family(one) == "period"), None)
        for statement in among
        for clause in statement.clauses
        for place, unit in enumerate(clause.units)
        if paid and unit.figure and _same(paid, unit.figure)
    ]
    known = [rate for rate in rates if rate]
    return bool(known) and claim[at].figure not in known


def _is_another(claim: Sequence[Unit], at: int, among: Sequence[Statement], there: Passage) -> bool:
    mine = _fits(claim, at, among, there)
    own = _best(mine, claim[at])
    for figure, fit in mine.items():
        if fit <= own * MARGIN or _same(claim[at], figure):
            continue
        if figure == _ONE and not _counts_the_same(claim, at, among):
            continue
        other = next((n for n, unit in enumerate(claim) if _same(unit, figure)), None)
        if other is None:
            return True
        theirs = _fits(claim, other, among, there)
        if fit + _best(theirs, claim[at]) > (own + _best(theirs, claim[other])) * MARGIN:
            return True
    return False


def _counts_the_same(claim: Sequence[Unit], at: int, among: Sequence[Statement]) -> bool:
    """Whether the passage's “one” counts what the claim's figure counts."""
    mine = claim[at + 1 : at + 2]
    for statement in among:
        for one, after in pairwise(statement.units):
            if one.figure == _ONE and mine and mine[0].meets(after):
                return True
    return False


def _same(unit: Unit, figure: Figure) -> bool:
    return unit.figure is not None and unit.figure.within(figure)


def _best(fits: Mapping[Figure, float], unit: Unit) -> float:
    return max((fit for figure, fit in fits.items() if _same(unit, figure)), default=0.0)


def _fits(
    claim: Sequence[Unit], at: int, among: Sequence[Statement], there: Passage
) -> dict[Figure, float]:
    """Every figure of that kind in the passage, by how much stands about it as in the claim."""
    about = [
        (unit, 1 / (1 + _FADING * abs(place - at)))
        for place, unit in enumerate(claim)
        if unit.content and place != at
    ]
    found: dict[Figure, float] = {}
    for statement in among:
        for clause in statement.clauses:
            for place, unit in enumerate(clause.units):
                if unit.figure and _family(unit) == _family(claim[at]):
                    fit = _fit(about, statement, clause, place, there)
                    fit += _OWNED * _same_owner(claim, at, clause.units, place)
                    found[unit.figure] = max(fit, found.get(unit.figure, 0.0))
    return found


def _family(unit: Unit) -> str:
    return unit.figure.kind if unit.figure else ""


def _same_owner(claim: Sequence[Unit], at: int, there: Sequence[Unit], place: int) -> bool:
    """Whether the one who is named last before a figure is the same: “and Pollux $12 million”."""
    mine, theirs = _owner(claim, at), _owner(there, place)
    return mine is not None and theirs is not None and mine.meets(theirs)


def _owner(read: Sequence[Unit], at: int) -> Unit | None:
    """Who is named right behind a figure, as in “$8 million for Castor”, else last before it."""
    behind = read[at + 1 : at + 4]
    given = behind[1:] if behind and behind[0].text in ("for", "to", "by") else []
    before = [u for u in reversed(read[:at]) if u.party or (u.name and u.at)]
    return next((u for u in (*given, *before) if u.party or u.name), None)


def _fit(
    about: Sequence[tuple[Unit, float]],
    statement: Statement,
    clause: Clause,
    place: int,
    there: Passage,
) -> float:
    """How much of what stands about the claim's figure stands about this one."""
    total = 0.0
    outside = [unit for one in statement.clauses if one is not clause for unit in one.content]
    likes = [
        at for at, one in enumerate(clause.units) if _family(one) == _family(clause.units[place])
    ]
    for unit, weight in about:
        near = [
            _nearness(clause, at, place, likes)
            for at, one in enumerate(clause.units)
            if at != place and one.content and unit.meets(one)
        ]
        if near:
            total += weight * max(near) * _weight(unit, there)
        elif any(unit.meets(one) for one in outside):
            total += weight * _OUTSIDE * _weight(unit, there)
    return total


def _weight(unit: Unit, there: Passage) -> float:
    return 2.0 if unit.figure else 1 + there.rarity(unit)


def _nearness(clause: Clause, at: int, place: int, likes: Sequence[int]) -> float:
    """How much a word counts for a figure.

    What stands before several figures of a kind is said of each. What stands between two is
    said of the first where something follows the last one too, else of the second.
    """
    follows = any(unit.content for unit in clause.units[likes[-1] + 1 :])
    if at < place:
        first = next(like for like in likes if like > at)
        shared = first != place
        between = at > likes[0] and not shared
        return (
            1 / (1 + _FADING * (first - at)) * (_PASSED if shared or (between and follows) else 1)
        )
    behind = any(place < like < at for like in likes)
    owned = follows or place == likes[-1]
    return 1 / (1 + _FADING * (at - place)) * (1 if owned and not behind else _BEHIND)
