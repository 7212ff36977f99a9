"""How much of everything one document may have: what is more is left out, and said.

A file of two megabytes can hold a million of something that costs the catalogue a row.
Words are never left out here: only what stands beside them, or how they are divided.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.domain import Element, ElementKind, Fact, Reading, Revision
from kb.errors import LimitExceeded

MOST_ELEMENTS = 200_000
"""Paragraphs, rows and headings; further ones are joined to longer paragraphs."""
MOST_HEADINGS = 20_000
MOST_VALUES = 500
"""Values of one fact: the references of a mail, for instance. The last ones are the nearest."""
LONGEST_VALUE = 1_000
"""Characters of a fact's value, and of a title."""
MOST_REVISIONS = 50_000
LONGEST_REVISION = 20_000
MOST_PAGES = 20_000

_ASIDE = (ElementKind.FURNITURE, ElementKind.HIDDEN)
_NAMED = {"reply-to": "references to other messages"}
_HEADINGS = (ElementKind.HEADING, ElementKind.TITLE)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers above, smaller ones in tests."""

    elements: int = MOST_ELEMENTS
    headings: int = MOST_HEADINGS
    values: int = MOST_VALUES
    revisions: int = MOST_REVISIONS
    pages: int = MOST_PAGES


BOUNDS = Bounds()


def bounded(reading: Reading, bounds: Bounds = BOUNDS) -> Reading:
    """`reading` within `bounds`, with a sentence in its `problem` for what was left out.

    Raises `LimitExceeded` where it has more pages, or where hidden and shown text take turns
    more often than elements are kept.
    """
    if len(reading.pages) > bounds.pages:
        raise LimitExceeded(f"It has more than {bounds.pages:,} pages. Split it and add the parts.")
    told: list[str] = []
    elements = _elements(reading.elements, bounds, told)
    facts = _facts(reading.facts, bounds, told)
    revisions = reading.revisions[: bounds.revisions]
    if len(revisions) < len(reading.revisions):
        told.append(
            f"Only the first {bounds.revisions:,} of its {len(reading.revisions):,} changes and "
            "comments are listed."
        )
    if any(len(one.text) > LONGEST_REVISION for one in revisions):
        told.append(f"Changes and comments are listed up to {LONGEST_REVISION:,} characters each.")
    problem = " ".join(one for one in (reading.problem, *told) if one) or None
    return replace(
        reading,
        elements=elements,
        facts=facts,
        revisions=tuple(map(_shortened, revisions)),
        title=reading.title[:LONGEST_VALUE],
        problem=problem,
    )


def _shortened(one: Revision) -> Revision:
    return (
        one if len(one.text) <= LONGEST_REVISION else replace(one, text=one.text[:LONGEST_REVISION])
    )


def _facts(facts: Sequence[Fact], bounds: Bounds, told: list[str]) -> tuple[Fact, ...]:
    by_name: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in dict.fromkeys(facts):
        if len(fact.value) <= LONGEST_VALUE:
            by_name[fact.name].append(fact)
        else:
            by_name[fact.name].append(Fact(fact.name, fact.value[:LONGEST_VALUE]))
    for name, several in by_name.items():
        if len(several) > bounds.values:
            told.append(
                f"Only the last {bounds.values:,} of its {len(several):,} "
                f"{_NAMED.get(name, f'values of {name}')} are kept."
            )
    return tuple(one for several in by_name.values() for one in several[-bounds.values :])


def _elements(elements: Sequence[Element], bounds: Bounds, told: list[str]) -> tuple[Element, ...]:
    headings = sum(one.kind in _HEADINGS for one in elements)
    if headings <= bounds.headings and len(elements) <= bounds.elements:
        return tuple(elements)
    if headings > bounds.headings:
        told.append(
            f"Only the first {bounds.headings:,} of its {headings:,} headings count as headings; "
            "all words are there."
        )
    if len(elements) > bounds.elements:
        told.append(
            f"After {bounds.elements:,} paragraphs, rows and headings the rest is joined to longer "
            "paragraphs; all words are there."
        )
    whole = list(_levelled(elements, bounds.headings))
    kept = whole[: bounds.elements]
    for element in whole[bounds.elements :]:
        last = kept[-1]
        if _sort(last) == _sort(element):
            kept[-1] = replace(
                last, kind=ElementKind(_sort(last)), char_end=element.char_end, level=0
            )
        else:
            kept.append(element)
        if len(kept) > 2 * bounds.elements:
            raise LimitExceeded("It is cut into too many pieces. Split it and add the parts.")
    return tuple(kept)


def _levelled(elements: Sequence[Element], most: int) -> Iterator[Element]:
    """Headings after the first `most` as paragraphs."""
    seen = 0
    for element in elements:
        seen += element.kind in _HEADINGS
        over = element.kind in _HEADINGS and seen > most
        yield replace(element, kind=ElementKind.PARAGRAPH, level=0) if over else element


def _sort(element: Element) -> str:
    """What may be joined: quoted to quoted, hidden to hidden, all other text to other text."""
    apart = (*_ASIDE, ElementKind.QUOTED)
    return element.kind.value if element.kind in apart else ElementKind.PARAGRAPH.value
