"""What charts, diagrams (SmartArt) and shapes of Office documents say, in words and rows.

ECMA-376 part 1, 21.2 (charts), 21.4 (diagrams), 20.5 (drawings in sheets). Numbers are those
that the chart keeps, as they were when it was last saved.
"""

from collections.abc import Iterator
from itertools import takewhile

from lxml import etree

from ingest.formats.base.elements import Draft
from ingest.formats.base.package import Package, local
from ingest.formats.office.sheets.number_formats import shown_as
from kb.domain import ElementKind

KINDS = ("chart", "chartEx", "diagramData")
_MOST_POINTS = 10_000  # of a series
_MOST_SERIES = 200


def add_graphics(draft: Draft, package: Package, source: str) -> None:
    """Append the charts and diagrams that a part points to."""
    for kind in KINDS:
        for name in package.related(source, kind):
            add_drawn(draft, package, name)


def add_drawn(draft: Draft, package: Package, name: str) -> None:
    """Append a chart or a diagram by its part's name, with the shapes that lie upon it."""
    add_graphic(draft, package.xml(name))
    for one in package.related(name, "chartUserShapes"):
        for words in shapes(package.xml(one)):
            draft.add(ElementKind.PARAGRAPH, words)


def add_graphic(draft: Draft, tree: etree._Element | None) -> None:
    """Append a chart as its title and a row for each category, a diagram as its lines."""
    name = "" if tree is None else local(tree)
    if tree is None or name not in ("chartSpace", "dataModel"):
        return
    if name == "dataModel":
        for point in tree.iterfind("{*}ptLst/{*}pt"):
            for words in paragraphs(point):
                draft.add(ElementKind.LIST_ITEM, words)
        return
    title = tree.find("{*}chart/{*}title")
    named = " ".join(paragraphs(title)) if title is not None else ""
    draft.add(ElementKind.PARAGRAPH, f"Chart: {named}".rstrip(": "))
    draft.add_table(_rows(tree))
    draft.add_table(_newer_rows(tree))
    for other in tree.iter("{*}rich"):  # titles of axes, labels of points
        if title is None or title not in other.iterancestors():
            for words in paragraphs(other):
                draft.add(ElementKind.PARAGRAPH, words)


def graphics_of(node: etree._Element) -> Iterator[str]:
    """The links to charts and to what diagrams say."""
    for one in node.iter("{*}chart", "{*}relIds"):
        yield from links_of(one, ("id", "dm") if local(one) == "chart" else ("dm",))


def links_of(node: etree._Element, names: tuple[str, ...]) -> list[str]:
    """The attributes of `node` in another namespace that have one of these names."""
    return [value for key, value in node.attrib.items() if key.rpartition("}")[2] in names]


def text_boxes(node: etree._Element) -> Iterator[etree._Element]:
    """What is written in a drawing of Word; its second copy for older programs is left out."""
    for box in node.iter("{*}txbxContent"):
        if not _is_copy(box, node):
            yield box


def word_art(node: etree._Element) -> str:
    """The letters that a drawing of Word bends along a line: a watermark, for instance."""
    drawn = (one for one in node.iter("{*}textpath") if not _is_copy(one, node))
    return " ".join(one.get("string", "") for one in drawn)


def _is_copy(one: etree._Element, node: etree._Element) -> bool:
    """Whether what lies below `node` is said once more, by what is around it."""
    above = takewhile(lambda holder: holder is not node, one.iterancestors())
    return any(local(holder) in ("Fallback", "txbxContent") for holder in above)


def shapes(tree: etree._Element | None) -> Iterator[str]:
    """The paragraphs written in the shapes and text boxes of a sheet's drawing."""
    for shape in () if tree is None else tree.iter("{*}txBody"):
        yield from paragraphs(shape)


def paragraphs(node: etree._Element) -> Iterator[str]:
    """The paragraphs of DrawingML below `node`, each on one line."""
    for paragraph in node.iter("{*}p"):
        pieces = (one.text or " " for one in paragraph.iter("{*}t", "{*}br"))
        if words := " ".join("".join(pieces).split()):
            yield words


def _rows(tree: etree._Element) -> Iterator[list[str]]:
    """The names of the series, then each category with their values."""
    series = list(tree.iter("{*}ser"))[:_MOST_SERIES]
    names = [" ".join(_points(one, ("tx",)).values()) for one in series]
    if any(names):
        yield ["", *names]
    values = [_points(one, ("val", "yVal")) for one in series]
    categories: dict[int, str] = {}
    for one in series:
        categories = _points(one, ("cat", "xVal")) | categories
    for number in sorted({at for one in values for at in one} | set(categories)):
        yield [categories.get(number, ""), *(one.get(number, "") for one in values)]


def _newer_rows(tree: etree._Element) -> Iterator[list[str]]:
    """The rows of a chart of newer kinds, a waterfall or a treemap ([MS-ODRAWXML] 2.24.3)."""
    for data in tree.iter("{*}data"):
        levels: list[dict[int, str]] = []
        for level in data.iter("{*}lvl"):
            points = [(one.get("idx", ""), one.text or "") for one in level.iterfind("{*}pt")]
            numbered = [(int(at), words) for at, words in points if at.isdecimal() and len(at) < 9]
            levels.append(dict(numbered[:_MOST_POINTS]))
        for at in sorted({at for one in levels for at in one}):
            yield [one.get(at, "") for one in levels]


def _points(series: etree._Element, kinds: tuple[str, ...]) -> dict[int, str]:
    """What a series keeps of its name, categories or values, by place."""
    found: dict[int, str] = {}
    for kind in kinds:
        for holder in series.iterfind("{*}" + kind):
            code = holder.findtext(".//{*}formatCode", "General")
            for point in holder.iter("{*}pt"):
                at = point.get("idx", "")
                if not at.isdecimal() or len(at) > 9 or len(found) >= _MOST_POINTS:
                    continue
                words = point.findtext("{*}v", "")
                above = found.get(int(at))  # of several levels
                said = _number(words, code) if kind in ("val", "yVal") else words
                found[int(at)] = f"{said} {above}" if above else said
            if kind == "tx" and not found:
                found[0] = holder.findtext("{*}v", "")
    return found


def _number(words: str, code: str) -> str:
    try:
        return shown_as(float(words), code)
    except ValueError:
        return words
