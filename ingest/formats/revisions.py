"""A .docx made ready for reading: tracked changes accepted, hidden text brought into view.

python-docx sees only runs that lie directly in a paragraph. Insertions, moved
text, content controls and text boxes lie deeper and would be lost, so they are
unwrapped; deletions are removed. Footnotes and comments are read beside it.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from kb.errors import ParseFailed

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")
_GONE = tuple(_W + tag for tag in ("del", "moveFrom"))
_UNWRAPPED = tuple(
    _W + tag
    for tag in (
        "ins",
        "moveTo",
        "smartTag",
        "sdtContent",
        "sdt",
        "fldSimple",
        "customXml",
        "ruby",
        "rubyBase",
    )
)
_LARGEST = 1 << 28  # bytes of one XML part


def accepted(content: bytes) -> bytes:
    """The same .docx with every tracked change accepted and every wrapper taken off."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as new,
    ):
        for item in old.infolist():
            part = _part(old, item.filename)
            new.writestr(item.filename, _accept(part) if _PARTS.fullmatch(item.filename) else part)
    return written.getvalue()


def notes(content: bytes) -> Iterator[str]:
    """Footnotes, endnotes and comments, each as a paragraph that says what it is."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for kind, label in (("footnote", "Footnote"), ("endnote", "Endnote")):
            for note in _nodes(package, f"word/{kind}s.xml", kind):
                if note.get(_W + "type") is None and (words := _words(note)):
                    yield f"{label} {note.get(_W + 'id')}: {words}"
        for note in _nodes(package, "word/comments.xml", "comment"):
            if words := _words(note):
                yield f"Comment by {note.get(_W + 'author') or 'unknown'}: {words}"


def headings(content: bytes) -> dict[str, int]:
    """Texts of the paragraphs whose style is a heading or title, with their level."""
    found: dict[str, int] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for paragraph in _nodes(package, "word/document.xml", "p"):
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            name = "" if style is None else str(style.get(_W + "val", ""))
            level = re.fullmatch(r"(?i)(?:heading|berschrift|titre)\s?([1-9])", name)
            if level:
                found[_words(paragraph)] = int(level[1])
            elif name.lower() in ("title", "subtitle", "titel"):
                found[_words(paragraph)] = 1
    return found


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    try:
        with package.open(name) as part:
            content = part.read(_LARGEST + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        raise ParseFailed("It is damaged. Open and save it again in Word.", "damaged") from None
    if len(content) > _LARGEST:
        raise ParseFailed("It unpacks to more than a document can hold.", "damaged")
    return content


def _nodes(package: zipfile.ZipFile, name: str, tag: str) -> Iterator[etree._Element]:
    if name in package.namelist():
        tree = _parsed(_part(package, name))
        yield from () if tree is None else tree.iter(_W + tag)


def _parsed(part: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    return etree.fromstring(part, parser)


def _accept(part: bytes) -> bytes:
    tree = _parsed(part)
    if tree is None or _STRICT in part[:4096]:
        return part
    for row in list(tree.iter(_W + "tr")):
        if row.find(f"{_W}trPr/{_W}del") is not None:
            _remove(row)
    for node in list(tree.iter(*_GONE)):
        _remove(node)
    _show_text_boxes(tree)
    for node in list(tree.iter(*_UNWRAPPED)):
        _unwrap(node)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _remove(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _unwrap(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is None:
        return
    at = parent.index(node)
    kept = [child for child in node if child.tag not in (_W + "sdtPr", _W + "sdtEndPr")]
    parent[at : at + 1] = kept


def _show_text_boxes(tree: etree._Element) -> None:
    """Put the paragraphs of a text box after the one it hangs on; its older copy is dropped."""
    for fallback in list(
        tree.iter("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
    ):
        _remove(fallback)
    for box in list(tree.iter(_W + "txbxContent")):
        host = next((node for node in box.iterancestors(_W + "p")), None)
        if host is None or any(True for _ in box.iterancestors(_W + "txbxContent")):
            continue
        for child in reversed(list(box)):
            host.addnext(deepcopy(child))
        _remove(box)


def _words(node: etree._Element) -> str:
    """The accepted words of a paragraph or note."""
    texts: list[str] = []
    for piece in node.iter(_W + "t", _W + "tab", _W + "br"):
        if next(piece.iterancestors(*_GONE), None) is None:
            texts.append(piece.text or "" if piece.tag == _W + "t" else " ")
    return " ".join("".join(texts).split())
