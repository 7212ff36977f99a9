"""What charts, diagrams (SmartArt) and shapes of Office documents say, in words and rows.

ECMA-376 part 1, 21.2 (charts), 21.4 (diagrams), 20.5 (drawings in sheets). Numbers are those
that the chart keeps, as they were when it was last saved.
"""

from collections.abc import Iterator

from lxml import etree

from ingest.formats.base.elements import Draft
from ingest.formats.base.package import Package, local
from ingest.formats.office.sheets.number_formats import shown_as
from kb.domain import ElementKind

KINDS = ("chart", "diagramData")
_MOST_POINTS = 10_000  # of a series
_MOST_SERIES = 200


def add_graphics(draft: Draft, package: Package, source: str) -> None:
    """Append the charts and diagrams that a part points to."""
    for kind in KINDS:
        for name in package.related(source, kind):
            add_graphic(draft, package.xml(name))


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


def graphics_of(node: etree._Element) -> Iterator[str]:
    """The links to charts and to what diagrams say."""
    for one in node.iter("{*}chart", "{*}relIds"):
        yield from links_of(one, ("id", "dm") if local(one) == "chart" else ("dm",))


def links_of(node: etree._Element, names: tuple[str, ...]) -> list[str]:
    """The attributes of `node` in another namespace that have one of these names."""
    return [value for key, value in node.attrib.items() if key.rpartition("}")[2] in names]


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
