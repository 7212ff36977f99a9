"""E-books (EPUB), chapter by chapter in reading order."""

import posixpath
from dataclasses import replace

from lxml import etree

from ingest.formats.base.elements import Draft
from ingest.formats.base.manuscript import Reasons, hidden_facts
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import Package, joined, properties
from ingest.formats.markup.html import add_html, decoded
from kb.domain import Reading
from kb.errors import ParseFailed

_CONTAINER = "META-INF/container.xml"
_OBFUSCATED = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read an e-book; a chapter that is missing is named in the reading's problem.

    Raises `ParseFailed` ("damaged", "encrypted").
    """
    book = Package(path, options)
    _refuse_locked(book)
    index = next(iter(_tree(book, _CONTAINER).xpath("//@full-path")), "")
    package = _tree(book, str(index))
    items = {item.get("id"): item.get("href") for item in package.iterfind(".//{*}item")}
    draft = Draft()
    reasons: Reasons = {}
    missing = 0
    for reference in package.iterfind(".//{*}itemref"):
        target = items.get(reference.get("idref"))
        chapter = book.read(joined(posixpath.dirname(str(index)), target)) if target else b""
        missing += not chapter
        add_html(draft, decoded(chapter), reasons)
    title, facts = properties(package)
    problem = f"{missing} of its chapters are missing and could not be read." if missing else None
    reading = draft.reading("application/epub+zip", title=title, problem=problem)
    return replace(reading, facts=(*facts, *hidden_facts(reasons)))


def _refuse_locked(book: Package) -> None:
    tree = book.xml("META-INF/encryption.xml")
    for method in () if tree is None else tree.iter("{*}EncryptionMethod"):
        if method.get("Algorithm") not in _OBFUSCATED:  # these hide fonts alone
            raise ParseFailed(
                "It is an e-book locked to a device or account. Add an unlocked copy.", "encrypted"
            )


def _tree(book: Package, name: str) -> etree._Element:
    """An index of the book; older ones have a DTD, which is not loaded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(book.read(name), parser)
    except etree.XMLSyntaxError:
        raise ParseFailed("It is an e-book whose index is damaged.", "damaged") from None
