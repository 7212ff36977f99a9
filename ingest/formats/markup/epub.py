"""E-books (EPUB), chapter by chapter in reading order."""

import posixpath
from dataclasses import replace
from pathlib import Path

from lxml import etree

from ingest.formats.base.elements import Draft
from ingest.formats.base.manuscript import Reasons, hidden_facts
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import Package, joined, properties
from ingest.formats.base.parts import Parts, TooMuch
from ingest.formats.base.pictures import take_picture
from ingest.formats.markup.html import add_html, decoded
from kb.domain import Reading
from kb.errors import ParseFailed

_CONTAINER = "META-INF/container.xml"
_OBFUSCATED = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read an e-book: its chapters, then pages that no chapter is; its pictures are taken out.

    A chapter that is missing is named in the reading's problem.

    Raises `ParseFailed` ("damaged", "encrypted").
    """
    book = Package(path, options)
    _refuse_locked(book)
    index = next(iter(_tree(book, _CONTAINER).xpath("//@full-path")), "")
    package = _tree(book, str(index))
    folder = posixpath.dirname(str(index))
    items = {item.get("id"): _member(folder, item) for item in package.iterfind(".//{*}item")}
    draft = Draft()
    reasons: Reasons = {}
    missing, chapters = 0, set[str]()
    for reference in package.iterfind(".//{*}itemref"):
        name = items.get(reference.get("idref"), "")
        chapters.add(name)
        chapter = book.read(name)
        missing += not chapter
        add_html(draft, decoded(chapter), reasons)
    inside = Parts(options, Path(path).stat().st_size)
    try:
        for item in package.iterfind(".//{*}item"):
            name = _member(folder, item)
            if name and name not in chapters:
                _add_item(draft, inside, item, (name, book.read(name)))
    except TooMuch as limit:
        inside.end(str(limit))
    title, facts = properties(package)
    problem = f"{missing} of its chapters are missing and could not be read." if missing else None
    told = " ".join(one for one in (problem, inside.problem) if one) or None
    reading = draft.reading("application/epub+zip", title=title, problem=told)
    return replace(reading, facts=(*facts, *hidden_facts(reasons)), parts=inside.taken)


def _member(folder: str, item: etree._Element) -> str:
    target = item.get("href")
    return joined(folder, target) if target else ""


def _add_item(draft: Draft, inside: Parts, item: etree._Element, member: tuple[str, bytes]) -> None:
    """What is in no chapter: a page is read, a picture taken out. Raises `TooMuch`."""
    name, content = member
    kind, called = item.get("media-type", ""), posixpath.basename(name)
    if "html" in kind and "nav" not in item.get("properties", "").split():
        add_html(draft, decoded(content))
    elif kind.startswith(("audio/", "video/")):
        inside.leave("sound and film", called)
    elif kind.startswith("image/"):
        take_picture(inside, called, content)


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
