"""Finding gold text in canonical text, and measuring what quotes show of it."""

from collections.abc import Iterable

Span = tuple[int, int]
"""First character and one past the last, in a document's canonical text."""


def locate(text: str, wanted: str) -> list[Span]:
    """Every place where `wanted` stands in `text`, white space not counted."""
    places = [index for index, letter in enumerate(text) if not letter.isspace()]
    dense = "".join(text[index] for index in places)
    needle = "".join(wanted.split())
    found: list[Span] = []
    at = dense.find(needle) if needle else -1
    while at >= 0:
        found.append((places[at], places[at + len(needle) - 1] + 1))
        at = dense.find(needle, at + 1)
    return found


def covered(text: str, gold: Span, shown: Iterable[Span]) -> bool:
    """Whether every character of `gold`, white space aside, stands inside what was shown."""
    missing = {index for index in range(*gold) if not text[index].isspace()}
    for start, end in shown:
        missing.difference_update(range(max(start, gold[0]), min(end, gold[1])))
    return not missing
