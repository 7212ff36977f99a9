"""Word documents: body, notes, comments, headers and footers, from their XML."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from ingest.formats.base.manuscript import Manuscript
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import Package, joined, own_properties, properties
from ingest.formats.base.page_edges import edge_kind
from ingest.formats.base.wordprocessing import W
from ingest.formats.markup.html import add_html, decoded
from ingest.formats.office.docx_body import Body
from ingest.formats.office.docx_numbering import Numbering
from ingest.formats.office.docx_styles import Styles
from ingest.formats.office.inside.files import take_inside
from ingest.formats.office.inside.graphics import add_drawn, word_art
from kb.domain import ElementKind, Reading
from kb.errors import ParseFailed

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_COMMENT = ("author", "date")
_PAGE = re.compile(
    rb"(?i)\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|p|div|meta|table)"
)


def read_word(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a .docx as it reads with every tracked change accepted.

    The changes and comments are its revisions. Footnotes, endnotes and comments
    stand at the end, each as a paragraph that says what it is; headers and footers
    are furniture, unless they have a reference, a date or a number. Raises `ParseFailed`
    ("damaged").
    """
    package = Package(path, options)
    main = next(iter(package.related("", "officeDocument")), "word/document.xml")
    tree = package.xml(main)
    if tree is None:
        raise ParseFailed("It is damaged. Open and save it again in Word.", "damaged")
    manuscript = Manuscript()
    try:
        chunks = _write(manuscript, package, main, tree)
    except RecursionError:
        raise ParseFailed("Its parts are nested too deeply to be read.", "damaged") from None
    for words in own_properties(package.xml("docProps/custom.xml")):
        manuscript.draft.add(ElementKind.FURNITURE, words)
    title, facts = properties(package.xml("docProps/core.xml"))
    inside = take_inside(package, Path(path).stat().st_size, options, also=tuple(chunks))
    reading = manuscript.reading(WORD, title=title, facts=facts)
    return replace(reading, parts=inside.taken, problem=inside.problem)


def _write(manuscript: Manuscript, package: Package, main: str, tree: etree._Element) -> list[str]:
    """Say all of the document; the names of inserted documents that are to be read apart."""

    def part(kind: str) -> etree._Element | None:
        usual = joined(posixpath.dirname(main), f"{kind}.xml")
        return package.xml(next(iter(package.related(main, kind)), usual))

    styles = Styles(part("styles"), Numbering(part("numbering")))
    notes = dict(_comments(part("comments")))
    edges = _Edges(manuscript, package, main, styles)
    edges.say("header")
    inserted = _Inserted(manuscript, package, main)
    body = Body(manuscript, styles, notes, insert=inserted.insert)
    body.blocks(next(tree.iterfind(W + "body"), tree))
    for kind in ("footnote", "endnote"):
        for label, note in _notes(part(f"{kind}s"), kind, body.referred[kind]):
            body.blocks(note, label=label)
    for author, _, words in notes.values():
        if words:
            manuscript.say(f"Comment by {author or 'unknown'}: {words}")
            manuscript.end_line(ElementKind.PARAGRAPH)
    edges.say("footer")
    return inserted.apart


class _Edges:
    """Headers and footers: furniture, but for those with a reference, a date or a number."""

    def __init__(self, manuscript: Manuscript, package: Package, main: str, styles: Styles) -> None:
        self._package = package
        self._main = main
        self._bodies = {
            kind: Body(manuscript, styles, {}, always=kind)
            for kind in (ElementKind.FURNITURE, ElementKind.PARAGRAPH)
        }

    def say(self, which: str) -> None:
        seen: set[str] = set()
        for name in self._package.related(self._main, which):
            edge = self._package.xml(name)
            words = "" if edge is None else "".join((*edge.itertext(), word_art(edge))).strip()
            if edge is not None and words not in seen:
                seen.add(words)
                self._bodies[edge_kind(words)].blocks(edge)


class _Inserted:
    """Charts, diagrams and web pages that stand in the text; `apart` names other documents."""

    def __init__(self, manuscript: Manuscript, package: Package, source: str) -> None:
        self._to = manuscript.draft
        self._package = package
        self._targets = package.targets(source)
        self.apart: list[str] = []

    def insert(self, link: str) -> None:
        """Append what the link of this id points to."""
        name = self._targets.get(link, "")
        content = self._package.read(name)
        if _PAGE.match(content):
            add_html(self._to, decoded(content))
        elif name.endswith(".xml"):
            add_drawn(self._to, self._package, name)
        elif name:
            self.apart.append(name)


def _comments(tree: etree._Element | None) -> Iterator[tuple[str, tuple[str, str, str]]]:
    for note in () if tree is None else tree.iterfind(W + "comment"):
        words = " ".join(" ".join(_words(one) for one in note.iter(W + "p")).split())
        author, date = (str(note.get(W + name, "")) for name in _COMMENT)
        yield note.get(W + "id", ""), (author, date, words)


def _words(paragraph: etree._Element) -> str:
    pieces = paragraph.iter(W + "t", W + "tab", W + "br")
    return "".join(one.text or "" if one.tag == W + "t" else " " for one in pieces)


def _notes(
    tree: etree._Element | None, kind: str, referred: list[str]
) -> Iterator[tuple[str, etree._Element]]:
    """Foot- or endnotes with their numbers as Word shows them: in the order of reference."""
    if tree is None:
        return
    nodes = {note.get(W + "id", ""): note for note in tree.iterfind(W + kind)}
    ordered = dict.fromkeys(one for one in referred if one in nodes)
    for number, one in enumerate(ordered, start=1):
        yield f"{kind.capitalize()} {number}:", nodes[one]
    for one, note in nodes.items():
        if one not in ordered and note.get(W + "type") is None:
            yield f"{kind.capitalize()} {one}:", note
