"""What a presentation says that unstructured does not: comments, edges, layouts, newer shapes.

ECMA-376 part 1, 19.3 (slides) and 19.4 (comments); [MS-PPTX] 2.6 (newer comments).
"""

from collections.abc import Iterator

from lxml import etree

from ingest.formats.base.package import Package
from ingest.formats.office.inside.graphics import paragraphs

_EDGES = ("ftr", "hdr", "dt", "sldNum")


def comments(package: Package, slide: str) -> Iterator[str]:
    """The comments on a slide with their answers, older and newer ones."""
    for name in package.related(slide, "comments"):
        tree = package.xml(name)
        for one in () if tree is None else tree.iter("{*}text", "{*}txBody"):
            words = (one.text or "",) if one.tag.endswith("}text") else paragraphs(one)
            if said := " ".join(" ".join(words).split()):
                yield f"Comment: {said}"


def edges(slide: etree._Element) -> set[str]:
    """The words of the footer, the day and the number of a slide."""
    return {
        " ".join(paragraphs(shape))
        for shape in slide.iter("{*}sp")
        if (holder := _place(shape)) is not None and holder.get("type") in _EDGES
    }


def beside(tree: etree._Element | None) -> Iterator[str]:
    """Paragraphs of a page of notes, a layout or a master that fill none of its places."""
    for shape in () if tree is None else tree.iter("{*}sp"):
        if _place(shape) is None:
            yield from paragraphs(shape)


def newer(slide: etree._Element) -> Iterator[str]:
    """Paragraphs of shapes that only newer programs draw, formulas for instance."""
    for choice in slide.iter("{*}Choice"):
        for shape in choice.iter("{*}txBody"):
            yield from paragraphs(shape)


def layout_words(package: Package, slides: list[str]) -> list[str]:
    """What stands on the layouts and masters of these slides, and so on every one of them."""
    layouts = [name for one in slides for name in package.related(one, "slideLayout")]
    masters = [name for one in layouts for name in package.related(one, "slideMaster")]
    kept = dict.fromkeys((*masters, *layouts))
    return list(dict.fromkeys(words for name in kept for words in beside(package.xml(name))))


def _place(shape: etree._Element) -> etree._Element | None:
    return shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
