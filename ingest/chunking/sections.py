"""What stands together under one heading, in one part of an opinion, with nothing left out."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kb.domain import Element, ElementKind, Opinion, OpinionPart, OpinionSpan, Reading
from kb.text.context import PATH_JOINT

_ASIDE = (ElementKind.FURNITURE, ElementKind.HIDDEN)
_HEADING = 300  # characters of a heading that are repeated above what stands below it
_DEEPEST = 12  # headings above one another that a chunk tells of


@dataclass(slots=True)
class Section:
    """Elements under one heading with nothing left out between them.

    `said`: whether anything but headings stands in it.
    """

    heading: str
    elements: list[Element]
    opinion: Opinion | None = None
    said: bool = False


def sections(reading: Reading, title: str, parts: Sequence[OpinionSpan]) -> Iterator[Section]:
    """Headings open sections; headings with nothing between them open one together.

    So do the parts of an opinion; a judge who speaks apart stands under no heading of others.
    """
    path: list[tuple[int, str]] = []
    section = Section("", [])
    for element, opinion in _divided(reading, parts):
        apart = opinion != section.opinion
        quoted = bool(section.elements) and _quoted(element) != _quoted(section.elements[-1])
        aside = element.kind in _ASIDE
        if aside or apart or quoted:
            if section.elements:
                yield section
            if apart and _writing(opinion) != _writing(section.opinion):
                path, section = [], Section("", [])
            section = Section(section.heading, [], opinion)
        if aside:
            continue
        if is_heading(element):
            if section.said:
                yield section
                section = Section("", [], opinion)
            words = " ".join(reading.text[element.char_start : element.char_end].split())
            path = [step for step in path if step[0] < element.level][: _DEEPEST - 1]
            path.append((element.level, words[:_HEADING]))
            section.heading = PATH_JOINT.join(words for _, words in path if words != title)
        else:
            section.said = True
        section.elements.append(element)
    if section.elements:
        yield section


def is_heading(element: Element) -> bool:
    return element.kind in (ElementKind.HEADING, ElementKind.TITLE)


def _divided(
    reading: Reading, parts: Sequence[OpinionSpan]
) -> Iterator[tuple[Element, Opinion | None]]:
    """The elements, cut where a part begins or ends, each with the part that it is of."""
    edges = sorted({edge for one in parts for edge in (one.char_start, one.char_end)})
    for element in reading.elements:
        if not edges:
            yield element, None
            continue
        start, place = element.char_start, bisect_right(edges, element.char_start)
        while start < element.char_end:
            stop = min([element.char_end, *edges[place : place + 1]])
            words = reading.text[start:stop]
            if words.strip():
                first = start + len(words) - len(words.lstrip())
                last = start + len(words.rstrip())
                yield replace(element, char_start=first, char_end=last), _part_at(parts, first)
            start, place = stop, place + 1


def _part_at(parts: Sequence[OpinionSpan], at: int) -> Opinion | None:
    place = bisect_right(parts, at, key=lambda one: one.char_start) - 1
    return parts[place].opinion if place >= 0 and at < parts[place].char_end else None


def _writing(opinion: Opinion | None) -> Opinion | None:
    """Whose words they are, as far as headings reach: what the court orders is its own."""
    if opinion and (opinion.separate or opinion.part is OpinionPart.SYLLABUS):
        return opinion
    return None


def _quoted(element: Element) -> bool:
    return element.kind is ElementKind.QUOTED
