"""Files inside an Office document: embedded ones and pictures become documents of their own.

What cannot be taken out is named. Pictures of a header, a layout or a bullet are furniture.
"""

import io
import posixpath
import re

import olefile
from lxml import etree

from ingest.formats.base.options import ParseOptions
from ingest.formats.base.package import Package
from ingest.formats.base.parts import Parts, TooMuch
from kb.pages.pictures import size_of

_EMBEDDED = re.compile(r"/(?:embeddings|Objects?)/", re.IGNORECASE)
_MEDIA = re.compile(r"/media/", re.IGNORECASE)
_ASIDE = re.compile(
    r"/(?:slideMasters|slideLayouts|notesMasters|handoutMasters|theme)/|/(?:header|footer)\d*\.xml$|"
    r"/numbering\.xml$",
    re.IGNORECASE,
)
_KINDS = (
    ("WordDocument", ".doc"),
    ("PowerPoint Document", ".ppt"),
    ("Workbook", ".xls"),
    ("Book", ".xls"),
    ("__properties_version1.0", ".msg"),
)
_WIDE, _HIGH = 200, 50
"""Pixels; a smaller picture is a mark or a logo."""
_LINKS = ("id", "embed", "relid", "pict")
_SOUND = re.compile(r"\.(?:mp[34g]|m4[av]|wav|wma|wmv|avi|mov)$", re.IGNORECASE)


def take_inside(
    package: Package, size: int, options: ParseOptions, *, also: tuple[str, ...] = ()
) -> Parts:
    """The files inside `package`, whose file has `size` bytes; `also` names further members.

    What was left out is told by the `problem` of what is returned.
    """
    parts = Parts(options, size)
    shown, previews = _pointed_at(package)
    for name in sorted(package.names):
        try:
            if _EMBEDDED.search("/" + name) or name in also:
                _take(parts, *_opened(posixpath.basename(name), package.read(name)))
            elif _MEDIA.search("/" + name) and name in shown - previews:
                _take_picture(parts, package, name)
        except TooMuch as limit:
            parts.end(str(limit))
    return parts


def _take(parts: Parts, name: str, content: bytes) -> None:
    if not content:
        parts.leave("empty or linked", name)
    elif parts.wanted:
        parts.take(name, [content])


def _take_picture(parts: Parts, package: Package, name: str) -> None:
    called = posixpath.basename(name)
    if _SOUND.search(called):
        parts.leave("sound and film", called)
        return
    content = package.read(name)
    size = size_of(content)
    if size is None:
        parts.leave("pictures of a kind that is not read", called)
    elif size[0] >= _WIDE and size[1] >= _HIGH:
        _take(parts, called, content)


def _pointed_at(package: Package) -> tuple[set[str], set[str]]:
    """Members that what is read points to, and those that only show what an object looks like."""
    shown: set[str] = set()
    previews: set[str] = set()
    for links in package.names:
        if not links.endswith(".rels"):
            continue
        folder, file = posixpath.split(links)
        source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
        if _ASIDE.search("/" + source):
            continue
        targets = package.targets(source)
        shown.update(targets.values())
        if any(_EMBEDDED.search("/" + one) for one in targets.values()):
            previews.update(_previews(package.xml(source), targets))
    return shown, previews


def _previews(tree: etree._Element | None, targets: dict[str, str]) -> set[str]:
    found: set[str] = set()
    for holder in () if tree is None else tree.iter("{*}object", "{*}oleObj"):
        for node in holder.iter("{*}imagedata", "{*}blip"):
            ids = (value for key, value in node.attrib.items() if key.rpartition("}")[2] in _LINKS)
            found.update(targets[one] for one in ids if one in targets)
    return found


def _opened(name: str, content: bytes) -> tuple[str, bytes]:
    """An embedded object as the file that it was; as it is where nothing better is known."""
    if not content.startswith(olefile.MAGIC):
        return name, content
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            for stream, suffix in _KINDS:
                if container.exists(stream):
                    return name.rpartition(".")[0] + suffix, content
            if container.exists("\x01Ole10Native"):
                return _native(name, container.openstream("\x01Ole10Native").read())
            for stream in ("Package", "CONTENTS"):
                if container.exists(stream):
                    inner = container.openstream(stream).read()
                    suffix = ".pdf" if inner.startswith(b"%PDF") else ""
                    return name.rpartition(".")[0] + suffix, inner
    except (OSError, ValueError, IndexError):
        pass
    return name, content


def _native(name: str, content: bytes) -> tuple[str, bytes]:
    """A packed file: label, path, and its bytes after their number ([MS-OLEDS] 2.3.6)."""
    label, _, rest = content[6:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    _, _, rest = rest[4:].partition(b"\0") if len(rest) > 8 else (b"", b"", b"")
    length = int.from_bytes(rest[:4], "little")
    inner = rest[4 : 4 + length]
    called = posixpath.basename(label.decode("cp1252", "replace").replace("\\", "/")).strip()
    return (called or name, inner) if inner else (name, content)
