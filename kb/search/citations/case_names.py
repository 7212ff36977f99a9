"""Whether the paper of a court is the case that others cite by name, court and year."""

import re
from collections.abc import Iterable

_DROPPED = frozenset(
    "the inc incorporated corp corporation co company llc lllp llp lp ltd limited plc na sa ag "
    "gmbh et al and of jr sr".split()
)
_COURT = frozenset("united states court for the of in and".split())
_DISTRICTS = {"n": "northern", "s": "southern", "e": "eastern", "w": "western", "m": "middle",
              "c": "central"}  # fmt: skip


def same_case(name: str, court: str, parties: Iterable[str], paper_court: str) -> bool:
    """Whether `name`, “A v. B” or “In re A”, as cited of `court`, is of these parties and court.

    Both sides must be names of parties: whole, or without first names, or abbreviated
    (“Ins.”, “Dep't”). Courts are compared where the citation names one.
    """
    sides = [words for side in _sides(name) if (words := _words(side))]
    known = [_words(party) for party in parties]
    if (
        not sides
        or len(sides) < len(_sides(name))
        or (court and not _same_court(court, paper_court))
    ):
        return False
    taken: set[int] = set()
    for side in sides:
        found = next(
            (n for n, one in enumerate(known) if n not in taken and _ends(one, side)), None
        )
        if found is None:
            return False
        taken.add(found)
    return len(sides) == 2 or name.casefold().startswith(("in re", "ex parte", "matter of"))


def _sides(name: str) -> list[str]:
    return re.split(r" v\.? ", re.sub(r"^(?i:in re|ex parte|matter of) ", "", name), maxsplit=1)


def _words(name: str) -> list[str]:
    joined = re.sub(
        r"\b(?:[^\W\d_]\.){2,}", lambda found: found[0].replace(".", ""), name.casefold()
    )
    joined = re.sub(r"\bu\.? ?s\.?(?=\W|$)", "united states", joined)
    return [word for word in re.findall(r"[\w’']+\.?", joined) if word.strip(".") not in _DROPPED]


def _ends(whole: list[str], cited: list[str]) -> bool:
    """Whether the words of a party end with those that it is cited by."""
    tail = whole[-len(cited) :]
    return len(tail) == len(cited) and all(map(_same_word, tail, cited))


def _same_word(word: str, cited: str) -> bool:
    short, long = sorted((word, cited), key=len)
    if word.strip(".") == cited.strip("."):
        return True
    if short.endswith(".") and len(short) > 3:
        return long.startswith(short[:-1])
    start, mark, end = short.replace("’", "'").strip(".").partition("'")
    plain = long.strip(".")
    return bool(mark and start and end) and plain.startswith(start) and plain.endswith(end)


def _same_court(cited: str, paper: str) -> bool:
    wanted = _bench(cited)
    return bool(wanted) and wanted <= _bench(paper)


def _bench(court: str) -> set[str]:
    plain = re.sub(r"\bd\.c\.", "district columbia", court.casefold())
    plain = re.sub(r"\b([nsewmc])\. ?d\.", lambda found: f"{_DISTRICTS[found[1]]} district", plain)
    return {word for word in re.findall(r"\w{2,}", plain) if word not in _COURT} or {"supreme"}
