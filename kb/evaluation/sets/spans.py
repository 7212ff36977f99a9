"""Finding gold text in canonical text, and measuring what quotes show of it."""

from collections.abc import Iterable

from kb.domain import DocumentId

Span = tuple[int, int]
"""First character and one past the last, in a document's canonical text."""
Place = tuple[DocumentId, int, int]
"""A document, and a span in its canonical text."""


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


def within(one: Span, gold: Iterable[Span]) -> bool:
    """Whether a span lies whole in a gold span, or holds one."""
    start, end = one
    return any((a <= start and end <= b) or (start <= a and b <= end) for a, b in gold)


def merged(places: Iterable[Place]) -> list[Place]:
    """The same characters without overlaps, sorted."""
    found: list[Place] = []
    for document, start, end in sorted(places):
        if found and found[-1][0] == document and start <= found[-1][2]:
            found[-1] = (document, found[-1][1], max(end, found[-1][2]))
        else:
            found.append((document, start, end))
    return found


def overlap(some: Iterable[Place], others: Iterable[Place]) -> int:
    """How many characters both hold; neither may overlap itself."""
    there = list(others)
    return sum(
        max(0, min(end, other_end) - max(start, other_start))
        for document, start, end in some
        for other, other_start, other_end in there
        if other == document
    )
