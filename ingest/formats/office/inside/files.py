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
from ingest.formats.base.pictures import take_file, take_picture

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
_LINKS = ("id", "embed", "relid", "pict")


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
                take_file(parts, *opened_object(posixpath.basename(name), package.read(name)))
            elif _MEDIA.search("/" + name) and name in shown - previews:
                take_picture(parts, posixpath.basename(name), package.read(name))
        except TooMuch as limit:
            parts.end(str(limit))
    return parts


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


def opened_object(name: str, content: bytes) -> tuple[str, bytes]:
    """An embedded object as the file that it was; as it is where nothing better is known."""
    if not content.startswith(olefile.MAGIC):
        return name, content
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            for stream, suffix in _KINDS:
                if container.exists(stream):
                    return name.rpartition(".")[0] + suffix, content
            if container.exists("\x01Ole10Native"):
                return packed_file(name, container.openstream("\x01Ole10Native").read())
            for stream in ("Package", "CONTENTS"):
                if container.exists(stream):
                    inner = container.openstream(stream).read()
                    suffix = ".pdf" if inner.startswith(b"%PDF") else ""
                    return name.rpartition(".")[0] + suffix, inner
    except (OSError, ValueError, IndexError):
        pass
    return name, content


def packed_file(name: str, content: bytes) -> tuple[str, bytes]:
    """A packed file: label, path, and its bytes after their number ([MS-OLEDS] 2.3.6)."""
    label, _, rest = content[6:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    _, _, rest = rest[8:].partition(b"\0") if len(rest) > 8 else (b"", b"", b"")
    length = int.from_bytes(rest[:4], "little")
    inner = rest[4 : 4 + length]
    called = posixpath.basename(label.decode("cp1252", "replace").replace("\\", "/")).strip()
    return (called or name, inner) if inner else (name, content)
