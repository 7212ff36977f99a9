"""A sentence as clauses: what is stated, under which condition, with which exception, when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from kb.answer.judging.attribution import SAYING
from kb.answer.judging.words import Held, Unit

LOOK_AHEAD = 9
"""Units after “and” within which a verb of its own makes it the beginning of a clause."""
MOST_LISTED = 5
"""Content of a clause without auxiliary from which on it is taken to have a verb."""


class Role(StrEnum):
    """What a clause is to the one that it stands with."""

    MAIN = "main"
    CONDITION = "condition"
    EXCEPTION = "exception"
    DEFIANCE = "defiance"
    LACK = "lack"
    BEFORE = "before"
    AFTER = "after"
    RELATIVE = "relative"
    REASON = "reason"


_OPENERS: dict[Role, str] = {
    Role.MAIN: "provided always|provided further|provided however",
    Role.DEFIANCE: "even if|even where|even when|even|regardless|irrespective|no matter|"
    "whether or not|whatever|whichever way|notwithstanding",
    Role.EXCEPTION: "unless|except|save|other than|apart from|excluding|aside from|but for|"
    "with the exception of|with exception of",
    Role.CONDITION: "if|only if|where|when|whenever|provided that|provided|providing|in case|"
    "on condition that|in the event|as long as|so long as|once|only when|only where|to the extent",
    Role.LACK: "without",
    Role.REASON: "because",
    Role.BEFORE: "before|prior to|until|till|ahead of|not before|no earlier than",
    Role.AFTER: "after|following|upon|since|later than|as from|as of|on receipt of|on receiving",
}
_KNOWN = {
    tuple(phrase.split()): role for role, told in _OPENERS.items() for phrase in told.split("|")
}
_LONGEST = max(len(phrase) for phrase in _KNOWN)
AUXILIARIES = frozenset(
    "shall must may might can could will would should is are was were has have had does do did "
    "cannot need needs isn't aren't wasn't weren't hasn't haven't doesn't don't didn't won't "
    "shan't mustn't can't couldn't".split()
)
_JOINING = frozenset("and or but nor yet so whereas while although though".split())
_CONTRAST = frozenset("whereas although though".split())
_INCLUDING = frozenset(["including", "included"])
_PREDICATE = 6
"""Units from the auxiliary on within which the predicate stands."""
_HELPING = frozenset(
    "allowed permitted entitled required obliged obligated bound authorised authorized able held "
    "found said considered deemed regarded asked supposed going due likely".split()
)
"""Words between an auxiliary and what is said: “is entitled to terminate”."""
_TITLES = frozenset(
    "ms mr mrs dr no inc co ltd corp st v vs jr sr art sec para cl prof hon".split()
)
_REASONS = frozenset("as because since so".split())
_RELATIVE = frozenset("which who whom whose".split())
_EXCEPTED = frozenset("excepted excluded".split())
_MODALS = frozenset("shall must may will can".split())
_DETERMINERS = frozenset("the a an each any no every neither all".split())
_BEGINNING = 24
"""Units of a clause in which its verb is looked for."""
_PARTING = (";", ":", "—")
_LABEL = 3
"""Units of “(ii)”."""
_SUBJECTS = _DETERMINERS | frozenset("it he she they we you this that".split())
_STOPS = frozenset(".;:!?|")


@dataclass
class Clause:
    """Its units, in order; `speaker` is who says it, where “X says that” stands before it."""

    role: Role
    units: list[Unit] = field(default_factory=list)
    speaker: tuple[Unit, ...] = ()

    @cached_property
    def held(self) -> Held:
        """Its units to look others up in, once it is whole."""
        return Held(tuple(self.units))

    @property
    def content(self) -> list[Unit]:
        return [unit for unit in self.units if unit.content]

    @property
    def predicate(self) -> Unit | None:
        """What it says of its subject: the first word with content after its auxiliary."""
        verb = next((n for n, unit in enumerate(self.units) if unit.text in AUXILIARIES), None)
        if verb is None:
            return None
        for unit in self.units[verb : verb + _PREDICATE]:
            if unit.figure or unit.text in _STOPS or unit.text == ",":
                return None
            if unit.keys and unit.text not in _HELPING:
                return unit
        return None

    @property
    def text(self) -> str:
        """In small letters, its units with spaces between them."""
        return " ".join("#" if unit.figure else unit.text for unit in self.units).lower()


def clauses(units: Sequence[Unit]) -> list[Clause]:
    """The clauses of one sentence, those without content left out."""
    reader = _Reader(units)
    while reader.at < len(units):
        reader.step()
    return _joined(reader.found)


def _joined(read: Sequence[Clause]) -> list[Clause]:
    """In the order of the text; one without content is of the next: “She has not | until …”."""
    found: list[Clause] = []
    before: list[Unit] = []
    for clause in sorted(read, key=lambda one: one.units[0].at if one.units else 0):
        if clause.role is Role.MAIN and not clause.content:
            before += clause.units
            continue
        clause.units[:0] = before
        before = []
        found.append(clause)
    return found


class _Reader:
    """Goes through a sentence: `here` is the clause that it reads, `main` the last main one."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self.at = 0
        self.main = self.here = Clause(Role.MAIN)
        self.found = [self.main]

    def step(self) -> None:
        units, at = self.units, self.at
        if units[at].text == "(":
            self._parenthesis()
            return
        role, length = _opener(units, at)
        if role:
            self._open(Clause(role))
            self._take(length)
            return
        if units[at].text == "." and _ends(units, at):
            self._take(1)
            self._open(Clause(Role.MAIN))
            return
        self._turn(units[at].text)
        self._take(1)

    def _turn(self, text: str) -> None:
        """To another clause, where one begins at this unit."""
        units, at = self.units, self.at
        dependent, stated = self.here is not self.main, _stated(self.main)
        if text == "," and _relative(units, at):
            self._open(Clause(Role.RELATIVE))
        elif text in _PARTING or (_joins(units, at) and (stated or text == "that")):
            said = _speaker(self.main, text)
            self._open(Clause(Role.MAIN, speaker=said))
        elif dependent and text in _MODALS and not stated:
            _give_back(self.here, self.main)
            self.here = self.main
        elif dependent and text == "," and (self.main.content or _verb_follows(units, at)):
            self.here = self.main

    def _parenthesis(self) -> None:
        """“(ii)” begins something else; what stands in others is a clause of its own."""
        end = next((n for n in range(self.at, len(self.units)) if self.units[n].text == ")"), None)
        last = len(self.units) - 1 if end is None else end
        inside = list(self.units[self.at : last + 1])
        if len(inside) == _LABEL:
            self._open(Clause(Role.MAIN))
        else:
            role, _ = _opener(inside, 1) if len(inside) > 1 else (None, 0)
            excepted = any(unit.text in _EXCEPTED for unit in inside)
            self.found.append(Clause(Role.EXCEPTION if excepted else role or Role.MAIN, inside))
        self.at = last + 1

    def _open(self, clause: Clause) -> None:
        self.found.append(clause)
        self.here = clause
        if clause.role is Role.MAIN:
            self.main = clause

    def _take(self, count: int) -> None:
        self.here.units.extend(self.units[self.at : self.at + count])
        self.at += count


def _ends(units: Sequence[Unit], at: int) -> bool:
    """Whether a full stop is one, and of no title and no initial."""
    before = units[at - 1].text if at else ""
    if at + 1 == len(units):
        return False
    return len(before) > 1 and before not in _TITLES and units[at + 1].text != "."


def _speaker(clause: Clause, opening: str) -> tuple[Unit, ...]:
    """Who says what follows: what stands before the verb of saying, or before a colon."""
    if opening == ":" and len(clause.units) <= _PREDICATE:
        return tuple(clause.content)
    if opening not in ("that", ":"):
        return ()
    verb = next((n for n, unit in enumerate(clause.units) if unit.text in SAYING), None)
    return tuple(unit for unit in clause.units[:verb] if unit.keys) if verb is not None else ()


def _relative(units: Sequence[Unit], at: int) -> bool:
    return bool(_RELATIVE.intersection(unit.text for unit in units[at + 1 : at + 4]))


def _give_back(here: Clause, main: Clause) -> None:
    """Move the subject of the main clause to it: “after termination | the Employee shall”."""
    cut = len(here.units) - 1
    while cut > 1 and here.units[cut].text not in _DETERMINERS and not here.units[cut].party:
        cut -= 1
    if cut > 1 and here.units[cut - 1].text in _DETERMINERS:
        cut -= 1
    if any(unit.content for unit in here.units[1:cut]):
        main.units.extend(here.units[cut:])
        del here.units[cut:]


def _stated(main: Clause) -> bool:
    """Whether the clause has its verb, so that “and” joins another to it and no list goes on."""
    begins = main.units[:_BEGINNING]
    listed = sum(unit.content for unit in begins)
    return listed > MOST_LISTED or any(unit.text in AUXILIARIES for unit in begins)


def _opener(units: Sequence[Unit], at: int) -> tuple[Role | None, int]:
    for length in range(_LONGEST, 0, -1):
        words = tuple(unit.text.lower() for unit in units[at : at + length])
        if role := _KNOWN.get(words):
            after = units[at + length].text if at + length < len(units) else ""
            if words == ("once",) and after not in _SUBJECTS:
                continue  # “renewed once”
            own = role is Role.EXCEPTION and after == "that"  # “save that” states something
            return (Role.MAIN if own else role), length
    return None, 0


def _joins(units: Sequence[Unit], at: int) -> bool:
    """Whether a clause of its own begins here: “and” with a verb that follows."""
    text, after = units[at].text, [unit.text for unit in units[at + 1 : at + 4]]
    if text in _CONTRAST or text in _INCLUDING:
        return True
    if text in (",", "but", "and") and "not" in after[: 1 if text == "," else 2]:
        return True
    if text == "," and after[:1] and after[0] in _REASONS and _verb_follows(units, at + 1):
        return True
    if text == "that" and any(unit.text in SAYING for unit in units[max(0, at - 4) : at]):
        return True
    if text not in _JOINING:
        return False
    if text == "or" and units[at - 1].text == "," and _condition_follows(units, at):
        return True
    return _verb_follows(units, at) or (units[at - 1].text == "," and _stands_alone(units, at))


def _condition_follows(units: Sequence[Unit], at: int) -> bool:
    """Whether an alternative has a condition of its own: “, or at once if …”."""
    return any(_opener(units, at + step)[0] for step in (1, 2, 3) if at + step < len(units))


def _stands_alone(units: Sequence[Unit], at: int) -> bool:
    """Whether a subject follows “, and” and more than one thing that a list would name."""
    subject = units[at + 1 : at + 2]
    opens = bool(subject) and (subject[0].text in _DETERMINERS or bool(subject[0].party))
    following = 0
    for unit in units[at + 1 :]:
        if unit.text in _STOPS or unit.text == ",":
            break
        following += unit.content
    return opens and following > 2


def _verb_follows(units: Sequence[Unit], at: int) -> bool:
    for unit in units[at + 1 : at + 1 + LOOK_AHEAD]:
        if unit.text in AUXILIARIES:
            return True
        if unit.text in _STOPS or unit.text in _JOINING or unit.text == ",":
            return False
    return False
