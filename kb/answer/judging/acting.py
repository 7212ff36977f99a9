"""Who acts in a clause: the subject, or whoever stands after “by”."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.answer.judging.clauses import AUXILIARIES, Clause
from kb.answer.judging.words import Unit

_PRONOUNS = frozenset("it he she they them him who which that this its his their".split())
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
    """Who acts in a clause and who is acted upon; `open`: a pronoun that may be anybody."""

    agent: Unit | None
    others: tuple[Unit, ...]
    open: bool


def acting(clause: Clause) -> Acting:
    """Who does it, the subject or whoever stands after “by”, and who else is there."""
    read = clause.units
    parties = [at for at, unit in enumerate(read) if unit.party]
    verb = next((at for at, unit in enumerate(read) if unit.text in AUXILIARIES), None)
    doers = [
        at for at in parties if not read[at].text.endswith(("'s", "s'")) and not _called(read, at)
    ]
    agent = next((at for at in parties if _by(read, at)), None)
    if agent is None and not _passive(read) and doers and (verb is None or doers[0] < verb):
        agent = doers[0]
    others = tuple(read[at] for at in parties if at != agent)
    subject = read[: verb if verb is not None else 4]
    loose = any(unit.text in _PRONOUNS for unit in subject)
    return Acting(read[agent] if agent is not None else None, others, loose)


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
