"""At least or at most: what stands about a figure and makes it a bound."""

import re
from collections.abc import Sequence

from kb.answer.judging.clauses import Clause
from kb.answer.judging.words import Unit

_AT_MOST = re.compile(
    r"\b(?:at most|up to|(?:no|not) (?:\w+ )?(?:more|later|longer|greater|higher) than|"
    r"not (?:to )?exceed\w*|maximum|within|until|by|limited to|capped at|cap of|below|under|"
    r"(?<!no )(?<!not )(?:less|fewer) than|at the latest|before|prior to|"
    r"does not exceed|no more|ceiling|in)$"
)
_AT_LEAST = re.compile(
    r"\b(?:at least|(?:no|not) (?:less|fewer|earlier|sooner) than|minimum|"
    r"(?<!no )(?<!not )(?:more|longer|greater|later) than|over|above|"
    r"exceed|exceeds|exceeding|in excess of|beyond|older than|after|from|since|"
    r"starting|following)$"
)
_MORE_AFTER, _LESS_AFTER = (
    re.compile(r"^(?:or (?:more|over|above))"),
    re.compile(r"^(?:or (?:less|fewer|under)|at (?:the )?(?:most|latest))"),
)
_FILLING = re.compile(r"(?: (?:of|a|an|the|period|amount|sum|than|to|on|age|aged))*$")
_BOUNDS = (
    (
        "most",
        re.compile(
            r"\b(?:at most|(?:no|not) (?:more|later|longer|greater) than|"
            r"(?<!no )(?<!not )(?:less|fewer) than)\b"
        ),
    ),
    (
        "least",
        re.compile(
            r"\b(?:at least|(?:no|not) (?:less|fewer|earlier) than|"
            r"(?<!no )(?<!not )(?:more|greater|longer) than)\b"
        ),
    ),
)
WINDOW = 6


def bound(units: Sequence[Unit], at: int) -> str:
    """“most”, “least”, or “” for the figure at this place."""
    before = " ".join(unit.text for unit in units[max(0, at - WINDOW) : at])
    after = " ".join(unit.text for unit in units[at + 1 : at + 4])
    if _LESS_AFTER.match(after):
        return "most"
    if _MORE_AFTER.match(after):
        return "least"
    for text in (before, _FILLING.sub("", before)):
        if _AT_MOST.search(text):
            return "most"
        if _AT_LEAST.search(text):
            return "least"
    return ""


def bounded_alike(said: Clause, there: Clause) -> bool:
    """Whether “at least” is not said where the other says “at most”, of figures or of anything."""
    mine, theirs = _bounds_in(said.text), _bounds_in(there.text)
    return not mine or not theirs or not mine.isdisjoint(theirs)


def _bounds_in(text: str) -> set[str]:
    return {name for name, pattern in _BOUNDS if pattern.search(text)}


def bounds_agree(said: Clause, there: Clause, *, flipped: bool) -> bool:
    """Whether each figure both have is the same bound in both, or, `flipped`, the other one.

    “Not for fewer than thirty days” is “under thirty days are prohibited”.
    """
    seen = False
    for at, unit in enumerate(said.units):
        for place, other in enumerate(there.units):
            if unit.figure and other.figure and unit.figure.within(other.figure):
                mine, theirs = bound(said.units, at), bound(there.units, place)
                if mine and theirs and (mine == theirs) is flipped:
                    return False
                seen = seen or bool(mine and theirs)
    return seen if flipped else True
