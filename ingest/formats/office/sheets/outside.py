"""What a workbook says outside of its cells: on printed edges, in names, behind pivot tables.

ECMA-376 part 1, 18.2.5 (names), 18.3.1.46 (headers and footers), 18.10 (pivot tables).
"""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator

from lxml import etree

from ingest.formats.base.elements import Draft
from ingest.formats.base.package import Package
from ingest.formats.base.page_edges import edge_kind
from ingest.formats.base.parts import Parts
from kb.domain import ElementKind

_CODE = re.compile(r'&(?:"[^"]*"|K[\dA-F]{6}|K\d\d[+-]\d{3}|\d+|[A-Z])', re.IGNORECASE)
_NUMBERING = re.compile(r"(?:page|of|seite|von|\W|\d)*", re.IGNORECASE)
_CONSTANT = re.compile(r'"([^"]+)"|-?\d[\d.]*(?:E[+-]?\d+)?%?', re.IGNORECASE)
_MOST_NAMES = 500


def add_edges(draft: Draft, edges: Iterable[str]) -> None:
    """Append headers and footers without their codes; page numbers alone are left out."""
    for edge in dict.fromkeys(edges):
        pieces = (_CODE.sub(" ", piece) for piece in edge.split("&&"))
        words = " ".join("&".join(pieces).split())
        if not _NUMBERING.fullmatch(words):
            draft.add(edge_kind(words), words)


def sheet_parts(package: Package, book: str) -> dict[str, str]:
    """The parts of the sheets by their titles, of sheets that are a chart too."""
    tree, targets = package.xml(book), package.targets(book)
    return {
        sheet.get("name", ""): targets.get(_link(sheet), "")
        for sheet in (() if tree is None else tree.iterfind("{*}sheets/{*}sheet"))
    }


def add_constants(draft: Draft, package: Package, book: str) -> None:
    """Append the names that stand for a number or for words, which no cell need show."""
    tree = package.xml(book)
    for number, name in enumerate(() if tree is None else tree.iter("{*}definedName")):
        words = (name.text or "").strip().lstrip("=")
        if number < _MOST_NAMES and (found := _CONSTANT.fullmatch(words)):
            draft.add(ElementKind.PARAGRAPH, f"{name.get('name', '')}: {found[1] or words}")


def name_pivots(parts: Parts, package: Package, book: str, sheets: Collection[str]) -> None:
    """Name the data of pivot tables whose source is none of `sheets`."""
    for name in package.related(book, "pivotCacheDefinition"):
        if any(_is_elsewhere(package, name, sheets)):
            parts.leave("data behind a pivot table that lies in no sheet", posixpath.basename(name))


def _is_elsewhere(package: Package, name: str, sheets: Collection[str]) -> Iterator[bool]:
    tree = package.xml(name)
    for source in () if tree is None else tree.iterfind("{*}cacheSource"):
        of_sheet = source.find("{*}worksheetSource")
        yield of_sheet is None or bool(
            _link(of_sheet) or of_sheet.get("sheet", "") not in ("", *sheets)
        )


def _link(node: etree._Element) -> str:
    return next((value for key, value in node.attrib.items() if key.endswith("}id")), "")
