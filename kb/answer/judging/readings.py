"""How a clause says what it says: denied or not, owed or allowed, of all or of some."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from kb.answer.judging.clauses import Clause, Role
from kb.answer.judging.words import Unit
from kb.text.analyzer import terms

_OPPOSITES = Path(__file__).with_name("opposites.txt")


class Mode(StrEnum):
    """What a clause makes of what it says: a fact, or something owed, allowed, advised, …"""

    FACT = "fact"
    OWED = "owed"
    ALLOWED = "allowed"
    ADVISED = "advised"
    EXEMPT = "exempt"
    SUPPOSED = "supposed"


_BE = r"(?:is|are|be|been|was|were)"
_NO_DENIAL = re.compile(
    r"\b(?:(?:may|shall|must|can|should|cannot)(?: not| in no event)? exceed\w*|"
    r"(?:not|no|nor) (?:less|more|fewer|later|earlier|longer) than|not (?:to )?exceed\w*|"
    r"not only|without (?:undue )?delay|without prejudice|whether or not|"
    r"without further notice|but not limited to|no later|no matter|not before|"
    r"not earlier|no earlier)\b"
)
"""Bounds and set phrases, whose “not” denies nothing."""
_DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|cannot|unable|without|\w+n't|nowhere|"
    r"prohibited|forbidden|barred|banned|precluded|free of|exempt|refrain\w*|"
    r"fail(?:s|ed|ing|ure)? to)\b"
)
_EXEMPT = re.compile(
    r"\b(?:needn't|(?:need|needs|needed) (?:not|no)|not (?:be )?(?:required|obliged|obligated|"
    r"bound|necessary|needed)|(?:(?:does|do|did) not|doesn't|don't|didn't) (?:require|have to|"
    r"need)|(?:no|under no) (?:duty|obligation|need)|not have to)\b"
)
_ALLOWED = re.compile(
    r"\b(?:may|might|can|could|cannot|can't|free to|at liberty|discretion|optional|"
    r"ha(?:s|ve|d) (?:the|a|an|no) (?:\w+ )?(?:right|option) to|reserves? the right|"
    rf"{_BE}(?: \w+){{0,2}} (?:entitled|permitted|allowed|authori[sz]ed|eligible)|"
    r"up to (?:\w+ ){1,4}whether|ha(?:s|ve|d) # (?:\w+ ){0,5}to)\b"
)
_OWED = re.compile(
    r"\b(?:shall|must|required|requires|obliged|obligated|bound|ha(?:s|ve|d) to|needs? to|"
    r"(?:is|are|was|were) to|(?:a|the|its|his|her|their) duty to|mandatory|compulsory)\b"
)
_ADVISED = re.compile(
    r"\b(?:should|ought|advised|recommended|recommends|encouraged|suggested|advisable)\b"
)
_SUPPOSED = re.compile(r"\bwould\b")
_MODES = (
    (_EXEMPT, Mode.EXEMPT),
    (_ALLOWED, Mode.ALLOWED),
    (_OWED, Mode.OWED),
    (_ADVISED, Mode.ADVISED),
    (_SUPPOSED, Mode.SUPPOSED),
)
_UTTERLY = re.compile(
    r"\b(?:always|never|ever|without exception|(?:any|all) circumstances|unanimous\w*|"
    r"(?:in )?(?:all|every|any) cases?|no exceptions?|at all|every kind|anyone|any number|"
    r"(?:at )?any time|absolutely|automatically|unconditional\w*|invariably)\b"
)
_SOME = frozenset("some several certain part partly most many few mostly".split())
_ONLY = re.compile(
    r"\b(?:only|sole|solely|(?<!non-)exclusive\w*|alone|merely|just|nothing but|no other|"
    r"nobody but|nobody else|no one else|not more than one)\b"
)
_HEDGED = re.compile(
    r"\b(?:as a (?:general )?rule|generally|in general|in principle|normally|usually|ordinarily)\b"
)
_MODALS = {
    **dict.fromkeys(("shall", "must", "will"), Mode.OWED),
    **dict.fromkeys(("may", "might", "can", "could", "cannot"), Mode.ALLOWED),
    "should": Mode.ADVISED,
    "would": Mode.SUPPOSED,
}
_ALL = frozenset(
    "all every each any whole entire everyone everybody anyone anybody no none".split()
)
_DENYING = ("no", "none")
_DENYING_PREFIXES = ("un", "in", "im", "ir", "dis", "non-")
_EVERYONE = frozenset("everyone everybody anyone anybody whole entire".split())
_FORBIDDING = {Mode.FACT, Mode.OWED, Mode.ALLOWED}
"""Denied, these say the same: it does not, must not, may not."""
_ALIKE = ({Mode.FACT, Mode.OWED}, {Mode.FACT, Mode.EXEMPT})


@dataclass(frozen=True, slots=True)
class Reading:
    """`utterly`: always, never, at all; `only`: of nothing else."""

    denied: bool
    mode: Mode
    utterly: bool
    only: bool


def reading(clause: Clause) -> Reading:
    text = _NO_DENIAL.sub(" ", clause.text)
    denials = _DENIAL.findall(text)
    if "nor" in denials and len(denials) > 1:
        denials.remove("nor")
    if clause.role is Role.LACK:
        denials = denials[:1]
    return Reading(
        denied=len(denials) % 2 == 1,
        mode=next((mode for pattern, mode in _MODES if pattern.search(text)), Mode.FACT),
        utterly=bool(_UTTERLY.search(text)),
        only=bool(_ONLY.search(text)),
    )


def hedged(clause: Clause) -> bool:
    """Whether it says itself that there are exceptions."""
    return bool(_HEDGED.search(clause.text))


def modes_agree(said: Reading, there: Reading) -> bool:
    """Whether what is said to be owed, allowed or a fact is that there; denied ones alike."""
    modes = {said.mode, there.mode}
    if said.denied and there.denied and modes <= _FORBIDDING:
        return True
    return said.mode is there.mode or modes in _ALIKE


def unlike_all(said: Sequence[Unit], there: Sequence[Unit]) -> str:
    """What a claim says of all of a kind and the passage does not; "" where there is none."""
    of_all = [unit for at in _universal(there) for unit in _counted(there, at)]
    for at in _universal(said):
        word, counted = said[at].text, _counted(said, at)
        general = word in _EVERYONE and bool(of_all)
        if not counted or word in _DENYING or general:
            continue
        if not any(unit.meets(one) for unit in counted for one in of_all):
            return f"{word} {' '.join(unit.text for unit in counted)}"
    return ""


def unlike_some(said: Sequence[Unit], there: Sequence[Unit]) -> str:
    """The word by which a claim says of some what the passage does not; "" where there is none."""
    known = {unit.text for unit in there}
    for one, other in (("either", "both"), ("both", "either")):
        if other in known - {one} and any(unit.text == one for unit in said):
            return one
    found = (
        unit.text
        for before, unit in zip([None, *said], said, strict=False)
        if unit.text in _SOME - known and not (before and before.text in ("at", "the"))
    )
    return next(found, "")


def bound_modes(clause: Clause) -> list[tuple[Unit, Mode, bool]]:
    """Each word with content that stands behind “shall”, “may” and so on; whether it is denied."""
    found: list[tuple[Unit, Mode, bool]] = []
    mode, denied = None, False
    for unit in clause.units:
        if unit.text in _MODALS:
            mode, denied = _MODALS[unit.text], unit.text == "cannot"
        elif unit.text == "not":
            denied = True
        elif unit.content and mode:
            found.append((unit, mode, denied))
            mode, denied = None, False
    return found


def bound_alike(said: Clause, there: Sequence[Clause]) -> bool:
    """Whether each word behind “shall” or “may” stands behind such a word there, if behind any."""
    for unit, mode, denied in bound_modes(said):
        others = [
            (theirs, is_denied or reading(clause).denied)
            for clause in there
            for other, theirs, is_denied in bound_modes(clause)
            if unit.meets(other)
        ]
        mine = denied or reading(said).denied
        if others and not any(
            mode is theirs or (mine and is_denied and Mode.ADVISED not in (mode, theirs))
            for theirs, is_denied in others
        ):
            return False
    return True


def _universal(units: Sequence[Unit]) -> list[int]:
    return [at for at, unit in enumerate(units) if unit.text in _ALL]


def _counted(units: Sequence[Unit], at: int) -> list[Unit]:
    """What “all” is said of: the next two units with content."""
    return [unit for unit in units[at + 1 : at + 7] if unit.content][:2]


def opposite(missing: Sequence[Unit], there: Sequence[Unit]) -> str:
    """A word of a claim whose opposite the passage has in its place; "" where there is none."""
    known = {key for unit in there for key in (*_words(unit), *unit.keys)}
    for unit in missing:
        words = (*_words(unit), *unit.keys)
        if any(not known.isdisjoint(_opposites().get(word, ())) for word in words):
            return unit.text
        if any(f"{prefix}{word}" in known for prefix in _DENYING_PREFIXES for word in words):
            return unit.text
        bare = {word.removeprefix(one) for one in _DENYING_PREFIXES for word in words}
        if not known.isdisjoint(bare.difference(words)):
            return unit.text
    return ""


def _words(unit: Unit) -> list[str]:
    """The words of a unit, that may be a phrase, and their stems."""
    return [*unit.text.split(), *terms(unit.text)]


@cache
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _OPPOSITES.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        left, right = (
            {term for word in side.split() for term in (word, *terms(word))}
            for side in line.split("/")
        )
        for one, other in ((left, right), (right, left)):
            for term in one:
                found.setdefault(term, set()).update(other)
    return {term: frozenset(others) for term, others in found.items()}
