"""What an OpenDocument holds beside its body: files, page edges, forms and its own properties.

OpenDocument 1.3 part 3, 10.4 (frames), 13 (forms), 16.9 (master pages).
"""

import base64
import binascii
import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from ingest.formats.base.elements import Draft
from ingest.formats.base.options import ParseOptions
from ingest.formats.base.package import Package, joined, local, own_properties
from ingest.formats.base.page_edges import edge_kind
from ingest.formats.base.parts import Parts, TooMuch
from ingest.formats.base.pictures import take_file, take_picture
from ingest.formats.office.inside.files import opened_object
from kb.domain import ElementKind
from kb.errors import ParseFailed

_EDGES = tuple(f"{edge}{page}" for edge in ("header", "footer") for page in ("", "-left", "-first"))
_IN_OBJECT = re.compile(r"Object [^/]+/Pictures/.")
_COUNTED = ("page-number", "page-count", "sheet-name", "file-name", "time", "date", "title")
_DECLARED = ("header-decl", "footer-decl", "date-time-decl")


class Inside:
    """The files that a document shows; `package` is None where it is one file of XML."""

    def __init__(self, package: Package | None, size: int, options: ParseOptions) -> None:
        self._package = package
        self.parts = Parts(options, size)

    def object(self, node: etree._Element) -> etree._Element | None:
        """The document that a `draw:object` shows, None where it is none."""
        name = joined("", _link(node))
        if self._package is None or not name:
            return next((one for one in node if local(one) in ("document", "math")), None)
        try:
            return self._package.xml(posixpath.join(name, "content.xml"))
        except ParseFailed:
            self.parts.leave("damaged", posixpath.basename(name))
            return None

    def take(self, content: etree._Element) -> None:
        """Take out the pictures and packed objects that `content` shows, each once."""
        seen: set[str] = set()
        try:
            for number, node in enumerate(content.iter("{*}image", "{*}object-ole", "{*}plugin")):
                name = joined("", _link(node))
                if name not in seen and not _is_preview(node):
                    self._take(node, name, number)
                if name:
                    seen.add(name)
            for name in sorted(() if self._package is None else self._package.names):
                if _IN_OBJECT.match(name):
                    self._take_shown(name)
        except TooMuch as limit:
            self.parts.end(str(limit))

    def _take_shown(self, name: str) -> None:
        """A picture that an object shows, which is read where it stands."""
        if self._package is not None:
            take_picture(self.parts, posixpath.basename(name), self._package.read(name))

    def _take(self, node: etree._Element, name: str, number: int) -> None:
        called = posixpath.basename(name) or f"{local(node)} {number + 1}"
        content = _binary(node)
        if self._package is not None and not content:
            if name not in self._package.names:
                return
            content = self._package.read(name)
        if local(node) == "object-ole":
            take_file(self.parts, *opened_object(called, content))
        elif local(node) == "plugin":
            self.parts.leave("sound and film", called)
        elif content:
            take_picture(self.parts, called, content)


def formula(tree: etree._Element) -> str:
    """The signs of a formula in one line, "" for what is none."""
    signs = tree.iter("{*}mi", "{*}mn", "{*}mo", "{*}mtext") if local(tree) == "math" else ()
    return " ".join(" ".join(one.text or "" for one in signs).split())


def add_outside(
    draft: Draft,
    content: etree._Element,
    styles: etree._Element | None,
    meta: etree._Element | None,
) -> None:
    """Append what is filled into forms, the edges and masters of pages, and own properties."""
    for field in _fields(content):
        draft.add(ElementKind.PARAGRAPH, field)
    for edge in dict.fromkeys(_edges(styles)):
        draft.add(edge_kind(edge), edge)
    for words in dict.fromkeys((*_masters(styles), *_declared(content))):
        draft.add(ElementKind.FURNITURE, words)
    for words in own_properties(meta):
        draft.add(ElementKind.FURNITURE, words)


def _fields(content: etree._Element) -> Iterator[str]:
    for forms in content.iter("{*}forms"):
        for field in forms.iterdescendants():
            told = {key.rpartition("}")[2]: value for key, value in field.attrib.items()}
            words = (told.get("label", ""), told.get("current-value", ""))
            if any(words):
                yield ": ".join(" ".join(one.split()) for one in words if one)


def _edges(styles: etree._Element | None) -> Iterator[str]:
    for page in () if styles is None else styles.iter("{*}master-page"):
        for node in page:
            shown = all(value != "false" for key, value in node.attrib.items() if "display" in key)
            if local(node) in _EDGES and shown:
                yield " ".join("".join(_words(node)).split())


def _words(node: etree._Element) -> Iterator[str]:
    """The words below `node` without the numbers and names that programs put in."""
    yield node.text or ""
    for child in node:
        if local(child) and local(child) not in _COUNTED:
            yield from _words(child)
        yield child.tail or ""
    if local(node) in ("p", "h"):
        yield " "


def _masters(styles: etree._Element | None) -> Iterator[str]:
    """What stands on the masters of slides and fills no place of theirs."""
    for page in () if styles is None else styles.iter("{*}master-page"):
        for shape in page:
            places = [key for key in shape.attrib if key.endswith("}class")]
            if local(shape) in ("frame", "custom-shape", "g") and not places:
                yield " ".join("".join(_words(shape)).split())


def _declared(content: etree._Element) -> Iterator[str]:
    for name in _DECLARED:
        for node in content.iter(f"{{*}}{name}"):
            yield " ".join((node.text or "").split())


def _is_preview(node: etree._Element) -> bool:
    """Whether a picture only shows what an object beside it looks like."""
    holder = node.getparent()
    beside = () if holder is None else (local(one) for one in holder)
    return local(node) == "image" and any(one in ("object", "object-ole") for one in beside)


def _link(node: etree._Element) -> str:
    return next((value for key, value in node.attrib.items() if key.endswith("}href")), "")


def _binary(node: etree._Element) -> bytes:
    try:
        return base64.b64decode(node.findtext("{*}binary-data", ""))
    except binascii.Error:
        return b""
