"""XML of any kind: its words in their order, a paragraph for each element that has some.

Entities declared in the file itself are put in, as far as they do not unfold into
more than a document holds; nothing outside the file is loaded.
"""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ingest.formats.base.elements import Draft
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import local, refuse_cut
from kb.domain import ElementKind, Reading
from kb.errors import LimitExceeded, ParseFailed

_PARAGRAPHS = frozenset("p para paragraph title head heading li item".split())
_HEADINGS = frozenset("title head heading".split())
_UNFOLDS = ("entity amplification", "entity nesting", "entity reference loop")


def read_xml(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read XML. Raises `ParseFailed` ("damaged") and `LimitExceeded`."""
    parser = etree.XMLParser(
        recover=True, resolve_entities="internal", no_network=True, load_dtd=False, huge_tree=False
    )
    tree = etree.fromstring(Path(path).read_bytes(), parser)
    if any(told in entry.message for entry in parser.error_log for told in _UNFOLDS):
        raise LimitExceeded("Its entities unfold into far more than it holds; it was not opened.")
    refuse_cut(parser)
    if tree is None:
        raise ParseFailed("It is not XML that can be read. Open and save it again.", "damaged")
    draft = Draft()
    for name, words in _paragraphs(tree):
        heading = name in _HEADINGS
        kind = ElementKind.HEADING if heading and len(words) < 200 else ElementKind.PARAGRAPH
        draft.add(kind, words, level=1 if kind is ElementKind.HEADING else 0)
    title = tree.findtext(".//{*}title") or ""
    return draft.reading("application/xml", title=title)


def _paragraphs(tree: etree._Element) -> Iterator[tuple[str, str]]:
    """Names and words of the elements that hold running text, in the order of the file."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node.tag, str):
            continue
        own = (node.text, *(child.tail for child in node))
        mixed = any(words and words.strip() for words in own)
        name = local(node).lower()
        if mixed or (name in _PARAGRAPHS and not _holds_paragraphs(node)):
            yield name, " ".join("".join(_words(node)).split())
        else:
            waiting.extend(reversed(node))


def _holds_paragraphs(node: etree._Element) -> bool:
    return any(local(one).lower() in _PARAGRAPHS for one in node.iterdescendants())


def _words(node: etree._Element) -> Iterator[str]:
    """The words in and below `node`; those of elements that stand apart are kept apart."""
    for event, one in etree.iterwalk(node, events=("start", "end", "comment", "pi")):
        if event == "start":
            yield one.text or ""
        elif one is not node:
            yield one.tail or ""
