"""PowerPoint, slide by slide, through unstructured."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree, html

from ingest.formats.base.elements import Draft
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import Package, own_properties, properties
from ingest.formats.office import unstructured_adapter
from ingest.formats.office.inside.files import take_inside
from ingest.formats.office.inside.graphics import add_graphics
from ingest.formats.office.inside.slide_margins import (
    beside,
    comments,
    edges,
    layout_words,
    newer,
)
from kb.domain import ElementKind, Fact, Reading

SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_LISTED = ("ListItem",)
_ASIDE = ("Header", "Footer", "PageNumber")


@dataclass(frozen=True, slots=True)
class _Slide:
    title: str
    notes: str
    part: str
    hidden: bool
    edges: frozenset[str] = frozenset()
    more: tuple[str, ...] = ()


def read_pptx(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a .pptx: each slide's title is a heading, its notes stand at its end.

    Hidden slides are read too and named in the facts. Raises `ParseFailed` ("damaged").
    """
    package = Package(path, options)
    title, facts = properties(package.xml("docProps/core.xml"))
    parts = list(unstructured_adapter.partition_slides(package.in_common_terms()))
    draft = Draft()
    slides = list(_slides(package))
    for number, slide in enumerate(slides, start=1):
        draft.add(ElementKind.HEADING, slide.title, level=1)
        for part in parts:
            if part.slide == number and " ".join(part.text.split()) != slide.title:
                _add(draft, part, slide.edges)
        for words in slide.more:
            draft.add(ElementKind.PARAGRAPH, words)
        add_graphics(draft, package, slide.part)
        if slide.notes:
            draft.add(ElementKind.PARAGRAPH, f"Notes: {slide.notes}")
        if slide.hidden:
            facts = (*facts, Fact("hidden-text", f"hidden slide {number} {slide.title}".strip()))
        for words in comments(package, slide.part):
            draft.add(ElementKind.PARAGRAPH, words)
    for words in layout_words(package, [slide.part for slide in slides]):
        draft.add(ElementKind.FURNITURE, words)
    for words in own_properties(package.xml("docProps/custom.xml")):
        draft.add(ElementKind.FURNITURE, words)
    inside = take_inside(package, Path(path).stat().st_size, options)
    reading = draft.reading(SLIDES, title=title, problem=inside.problem)
    return replace(reading, facts=facts, parts=inside.taken)


def _slides(package: Package) -> Iterator[_Slide]:
    """What unstructured does not say of a slide, in the order they are shown."""
    main = next(iter(package.related("", "officeDocument")), "ppt/presentation.xml")
    tree = package.xml(main)
    targets = package.targets(main)
    for entry in () if tree is None else tree.iter("{*}sldId"):
        name = targets.get(next((v for k, v in entry.attrib.items() if k.endswith("}id")), ""), "")
        slide = package.xml(name)
        if slide is None:
            yield _Slide("", "", "", hidden=False)
            continue
        notes = next((package.xml(one) for one in package.related(name, "notesSlide")), None)
        title = _words(slide, ("title", "ctrTitle"))
        hidden = slide.get("show") in ("0", "false")
        said = " ".join((_words(notes, ("body",)), *beside(notes))).strip()
        yield _Slide(title, said, name, hidden, frozenset(edges(slide)), tuple(newer(slide)))


def _words(tree: etree._Element | None, kinds: tuple[str, ...]) -> str:
    """The words in placeholders of these kinds."""
    found = []
    for shape in () if tree is None else tree.iter("{*}sp"):
        holder = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
        if holder is not None and holder.get("type") in kinds:
            for paragraph in shape.iter("{*}p"):
                found.append("".join(one.text or " " for one in paragraph.iter("{*}t", "{*}br")))
    return " ".join(" ".join(found).split())


def _add(draft: Draft, part: unstructured_adapter.Part, edges: frozenset[str]) -> None:
    if part.kind in _ASIDE or " ".join(part.text.split()) in edges:
        draft.add(ElementKind.FURNITURE, part.text)
    elif part.table:
        draft.add_table(_rows(part.table))
    elif part.kind in _LISTED:
        draft.add(ElementKind.LIST_ITEM, part.text)
    else:
        draft.add(ElementKind.PARAGRAPH, part.text)


def _rows(table: str) -> Iterator[list[str]]:
    for row in html.fragment_fromstring(table).iter("tr"):
        yield [" ".join(cell.itertext()) for cell in row.iterchildren("td", "th")]
