"""What a sheet says beside its cells: hidden lines, merged ranges, formulas without a value."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree
from openpyxl.utils.cell import get_column_letter, range_boundaries

from ingest.formats.base.package import Package, local
from ingest.formats.office.sheets.merged import Merged

_MOST_NAMED = 12
_EDGES = tuple(
    f"{page}{edge}" for page in ("odd", "even", "first") for edge in ("Header", "Footer")
)
_CHANGING = re.compile(r"(?<![A-Z.])(?:TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY)\(", re.IGNORECASE)


@dataclass(slots=True)
class Marks:
    """`formulas` are the cells whose stored value is missing or not to be trusted.

    `changing`: some formula has another value each time. `edges` are the headers and footers
    of its printed pages, with their codes.
    """

    columns: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    formulas: set[str] = field(default_factory=set)
    changing: bool = False
    edges: list[str] = field(default_factory=list)

    def hidden(self, title: str) -> Iterator[str]:
        """What is hidden of the sheet so called, as sentences for a fact."""
        for what, found in (("columns", self.columns), ("rows", self.rows)):
            if found:
                yield f"hidden {what} {listed(found)} of sheet {title}"


def marks(package: Package, part: str, *, stale: bool) -> Marks:
    """The marks of one sheet. `stale`: the workbook asks to be calculated when it is opened."""
    found, content = Marks(), package.read(part)
    if not content.strip():
        return found
    with_formulas = b"<f" in content or b":f" in content
    context = etree.iterparse(
        io.BytesIO(content), resolve_entities=False, no_network=True, recover=True
    )
    for _, node in context:
        name = local(node)
        if name == "col" and node.get("hidden") in ("1", "true"):
            edges = [_letters(node.get(edge, "1")) for edge in ("min", "max")]
            found.columns.append("-".join(dict.fromkeys(edges)))
        elif name in _EDGES:
            found.edges.append(node.text or "")
        elif name == "mergeCell":
            found.merged.extend(_range(node.get("ref", "")))
        elif name == "row":
            if node.get("hidden") in ("1", "true") and len(node):
                found.rows.append(node.get("r", "?"))
            if with_formulas:
                _look(found, node, stale=stale)
            node.clear()
            while node.getprevious() is not None:
                del node.getparent()[0]
    return found


def asks_for_calculation(package: Package, book: str) -> bool:
    """Whether a workbook says that its stored values are to be calculated when it is opened."""
    tree = package.xml(book)
    asked = None if tree is None else tree.find("{*}calcPr")
    return asked is not None and asked.get("fullCalcOnLoad") in ("1", "true")


def listed(found: Sequence[str]) -> str:
    """The first of them, and whether there are more."""
    return ", ".join(found[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")


def _look(found: Marks, row: etree._Element, *, stale: bool) -> None:
    for cell in row:
        formula = cell.find("{*}f")
        if formula is None:
            continue
        value = cell.find("{*}v")
        found.changing = found.changing or bool(_CHANGING.search(formula.text or ""))
        missing = (value is None or not value.text) and cell.get("t") != "str"
        if missing or stale:
            found.formulas.add(cell.get("r", ""))


def _range(reference: str) -> Iterator[Merged]:
    try:
        left, top, _, bottom = range_boundaries(reference)
    except (ValueError, TypeError):
        return
    if left is not None and top is not None and bottom is not None:
        yield Merged(top, bottom, left)


def _letters(number: str) -> str:
    column = int(number) if number.isdecimal() else 1
    return get_column_letter(column) if 0 < column <= 18_278 else "?"
