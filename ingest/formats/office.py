"""Word and PowerPoint, through unstructured."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree, html

from ingest.elements import Draft, heading_level
from ingest.formats import revisions, unstructured_door
from ingest.options import DEFAULT, ParseOptions
from kb.domain import ElementKind, Reading

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_LISTED = ("ListItem",)
_ASIDE = ("Header", "Footer", "PageNumber")


def read_word(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read a .docx as it reads with every tracked change accepted.

    Footnotes, endnotes and comments stand at the end, each as a paragraph.
    """
    content = Path(path).read_bytes()
    clean = revisions.accepted(content)
    draft = Draft()
    styled = revisions.headings(clean)
    for element in unstructured_door.partition_word(clean):
        _add(draft, element, styled)
    for note in revisions.notes(content):
        draft.add(ElementKind.PARAGRAPH, note)
    return draft.reading(WORD, title=_claimed_title(content))


def read_slides(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read a .pptx, a slide after another; titles are headings, notes are kept."""
    content = Path(path).read_bytes()
    draft = Draft()
    slide: int | None = None
    for element in unstructured_door.partition_slides(content):
        opens = element.slide != slide
        slide = element.slide
        _add(draft, element, {element.text: 1} if opens and element.kind == "Title" else {})
    return draft.reading(SLIDES, title=_claimed_title(content))


def _add(draft: Draft, element: unstructured_door.Part, styled: Mapping[str, int]) -> None:
    words = " ".join(element.text.split())
    if element.kind in _ASIDE:
        draft.add(ElementKind.FURNITURE, element.text)
    elif element.table:
        draft.add_table(_rows(element.table))
    elif words in styled:
        draft.add(ElementKind.HEADING, words, level=styled[words])
    elif level := heading_level(words):
        draft.add(ElementKind.HEADING, words, level=level)
    elif element.kind in _LISTED:
        draft.add(ElementKind.LIST_ITEM, element.text)
    else:
        draft.add(ElementKind.PARAGRAPH, element.text)


def _rows(table: str) -> Iterator[list[str]]:
    for row in html.fragment_fromstring(table).iter("tr"):
        yield [" ".join(cell.itertext()) for cell in row.iterchildren("td", "th")]


def _claimed_title(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        try:
            core = package.read("docProps/core.xml")
        except KeyError:
            return ""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    tree = etree.fromstring(core, parser)
    return "" if tree is None else str(tree.findtext(".//{*}title") or "")
