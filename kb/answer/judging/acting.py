"""Who acts in a clause: the subject, or whoever stands after “by”."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.answer.judging.clauses import AUXILIARIES, Clause
from kb.answer.judging.words import Unit

_PRONOUNS = frozenset("it he she they them him who which that this its his their".split())
_PERSONAL = frozenset("it he she they".split())
_JOINED = frozenset(["and", "or", "but", ";"])
_BE = frozenset("is are was were be been being".split())
_PARTICIPLES = frozenset(
    "paid given made held kept sent sold told found brought taken borne shown let set written "
    "drawn bought known seen heard".split()
)
_NO_PASSIVE = frozenset(
    "entitled required obliged obligated allowed permitted prepared supposed bound authorised "
    "authorized barred prohibited forbidden deemed interested".split()
)


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts in a clause.

    `open`: somebody may be meant by a pronoun in it; `pronoun`: that which is its
    subject, or the word that it begins with where its subject goes without saying.
    """

    agent: Unit | None
    open: bool
    pronoun: Unit | None


def acting(clause: Clause) -> Acting:
    """Who does it: the subject, or whoever stands after “by”."""
    read = clause.units
    parties = [at for at, unit in enumerate(read) if unit.party]
    verb = next((at for at, unit in enumerate(read) if unit.text in AUXILIARIES), None)
    doers = [at for at in parties if not _possessive(read[at]) and not _called(read, at)]
    agent = next((at for at in parties if _by(read, at)), None)
    if agent is None and not _passive(read) and doers:
        before = sum(unit.content for unit in read[: doers[0]])
        if doers[0] < verb if verb is not None else before < 2:
            agent = doers[0]
    subject = read[: verb if verb is not None else 4]
    loose = any(unit.text in _PRONOUNS for unit in subject)
    begun = read[:1] if read[:1] and read[0].text in _JOINED and not _passive(read) else []
    pronouns = [*(unit for unit in subject if unit.text in _PERSONAL), *begun]
    if agent is not None:
        return Acting(read[agent], loose, None)
    return Acting(None, loose, pronouns[0] if pronouns else None)


def undergone_by_others(said: Clause, there: Clause) -> bool:
    """Whether what is done is done to one in the one and to another in the other."""
    mine, theirs = _patient(said), _patient(there)
    return mine is not None and theirs is not None and mine.party.isdisjoint(theirs.party)


def _patient(clause: Clause) -> Unit | None:
    """The subject of a passive; else who stands right behind what is done."""
    read = clause.units
    verb = next((at for at, unit in enumerate(read) if unit.text in AUXILIARIES), None)
    if verb is None:
        return None
    if _passive(read):
        subject = [unit for unit in read[:verb] if unit.party and not _possessive(unit)]
        return subject[-1] if subject else None
    done = next(
        (at for at in range(verb, len(read)) if read[at].keys and not read[at].party), len(read)
    )
    behind = read[done + 1 : done + 3]
    return next((unit for unit in behind if unit.party and not _possessive(unit)), None)


def of_others(said: Clause, there: Clause) -> bool:
    """Whether each names somebody whom the other does not."""
    mine, theirs = (
        [unit for unit in clause.units if unit.party and not _possessive(unit)]
        for clause in (said, there)
    )
    if not mine or not theirs or acting(there).open:
        return False
    return all(
        any(all(one.party.isdisjoint(other.party) for other in others) for one in ours)
        for ours, others in ((mine, theirs), (theirs, mine))
    )


def in_another_order(said: Clause, there: Clause) -> bool:
    """Whether two whom both name stand the other way round, where both or neither is passive."""
    if _passive(said.units) is not _passive(there.units):
        return False
    mine, theirs = _order(said.units), _order(there.units)
    shared = [one for one in mine if any(one.party & other.party for other in theirs)]
    places = [
        next(n for n, other in enumerate(theirs) if one.party & other.party) for one in shared
    ]
    return places != sorted(places)


def _order(read: Sequence[Unit]) -> list[Unit]:
    """Whoever is named, each once, in order; of two joined by “and” or “or” none."""
    found: list[Unit] = []
    for at, unit in enumerate(read):
        around = {one.text for one in read[max(0, at - 2) : at + 3]}
        joined = not around.isdisjoint(("and", "or", "both", "between"))
        if unit.party and not joined and not any(unit.party & one.party for one in found):
            found.append(unit)
    return found


def _possessive(unit: Unit) -> bool:
    return unit.text.endswith(("'s", "’s", "s'")) or unit.text in ("our", "my", "your")


def _called(read: Sequence[Unit], at: int) -> bool:
    """Whether somebody is only addressed: “Owen, the draft …”."""
    return at == 0 and len(read) > 1 and read[1].text == ","


def _by(read: Sequence[Unit], at: int) -> bool:
    return any(unit.text == "by" for unit in read[max(0, at - 2) : at])


def _passive(read: Sequence[Unit]) -> bool:
    for at, unit in enumerate(read):
        if unit.text in _BE:
            after = next((one for one in read[at + 1 : at + 4] if one.keys), None)
            if after and after.text not in _NO_PASSIVE:
                return after.text.endswith("ed") or after.text.split()[0] in _PARTICIPLES
    return False
