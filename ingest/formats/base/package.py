"""Documents that are zip files of XML: Office, OpenDocument, e-books.

Members are read by name and never written to disk, so their names cannot lead
anywhere. No reference to the outside is followed: external relationships are
not in `related`, and no DTD or external entity is loaded.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from ingest.formats.base.options import ParseOptions
from kb.domain import Fact
from kb.errors import LimitExceeded, ParseFailed

_LARGEST_PART = 1 << 28  # bytes of one XML part
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError)
_SMALL = 1 << 24  # bytes; below this a part may be packed as tightly as it likes
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(main|relationships|chart)\b")
_COMMON = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_SHOW = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.presentationml\.|ms-powerpoint\.)"
    rb"(?:slideshow|template)(?:\.macroEnabled)?\.main\+xml"
)
_PRESENTATION = (
    b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
)
_NOBODY = re.compile(
    r"python-docx|openpyxl|microsoft office user|unknown|user|admin(?:istrator)?|author|-|\s*",
    re.IGNORECASE,
)

_OF_PROGRAMS = re.compile(r"_|MSIP_|ContentTypeId|MediaService|KSO|ICV\b|\w*Guid\b", re.IGNORECASE)


class Package:
    """A zip file of XML parts. Raises `ParseFailed` ("damaged") and `LimitExceeded`."""

    def __init__(self, path: str, options: ParseOptions) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN:
            raise _damaged() from None
        self.names = frozenset(self._zip.namelist())
        for member in self._zip.infolist():
            ratio = member.file_size / max(1, member.compress_size)
            if member.file_size > _SMALL and ratio > options.most_ratio:
                raise LimitExceeded(
                    f"A part of it unfolds to {ratio:.0f} times its size, as no document does. "
                    "Open and save it again if you trust it."
                )

    def read(self, name: str) -> bytes:
        """The bytes of one member, b"" where there is none of that name."""
        if name not in self.names:
            return b""
        try:
            with self._zip.open(name) as part:
                content = part.read(_LARGEST_PART + 1)
        except (*_BROKEN, zlib.error):
            raise _damaged() from None
        if len(content) > _LARGEST_PART:
            raise LimitExceeded("A part of it is larger than a document can hold. Split it.")
        return content

    def xml(self, name: str) -> etree._Element | None:
        """The tree of one member; strict Office names are turned into the common ones."""
        content = self.read(name)
        if not content.strip():
            return None
        return parsed(_STRICT.sub(_COMMON, content))

    def in_common_terms(self) -> io.BytesIO:
        """The whole file for a library that knows no strict Office names, shows or templates.

        Raises `ParseFailed` ("damaged") where a part declares entities.
        """
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
            for name in self.names:
                content = self.read(name)
                if name.endswith((".xml", ".rels")):
                    _refuse_entities(content)
                    content = _SHOW.sub(_PRESENTATION, _STRICT.sub(_COMMON, content))
                copy.writestr(name, content)
        made.seek(0)
        return made

    def related(self, source: str, kind: str) -> list[str]:
        """Names of the members that `source` ("" for the package) points to as `kind`."""
        return [name for found, _, name in self._links(source) if found.endswith("/" + kind)]

    def targets(self, source: str) -> dict[str, str]:
        """Names of all members that `source` points to, by the link's id."""
        return {number: name for _, number, name in self._links(source)}

    def _links(self, source: str) -> Iterator[tuple[str, str, str]]:
        folder, file = posixpath.split(source)
        tree = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        for link in () if tree is None else tree.iterfind("{*}Relationship"):
            name = joined(folder, link.get("Target", ""))
            if link.get("TargetMode") != "External" and name in self.names:
                yield link.get("Type", ""), link.get("Id", ""), name


def joined(folder: str, target: str) -> str:
    """The member's name that `target` means, seen from `folder`."""
    target = unquote(target.split("#", maxsplit=1)[0])
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def parsed(content: bytes) -> etree._Element | None:
    """The tree of an XML part that has no business with a DTD.

    Raises `ParseFailed` ("damaged") where it declares one: Office and OpenDocument
    never do, and entities are how a small file is made to unfold into a huge one.
    Raises as `refuse_cut` too.
    """
    _refuse_entities(content)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        tree = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise _damaged() from None
    refuse_cut(parser)
    return tree


def refuse_cut(parser: etree._FeedParser) -> None:
    """Raise where a parser came to a limit of its own: it leaves out all that follows, silently.

    Raises `ParseFailed` ("damaged") for what is nested too deeply, else `LimitExceeded`.
    """
    for entry in parser.error_log:
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            if "depth" in entry.message:
                raise ParseFailed("Its parts are nested too deeply to be read.", "damaged")
            raise LimitExceeded("A part of it is larger than a document can hold. Split it.")


def _refuse_entities(content: bytes) -> None:
    if b"<!DOCTYPE" in content[:4096].replace(b"\0", b"").upper():
        raise ParseFailed(
            "It declares entities of its own, as no Office document does, and was not opened. "
            "Open and save it again if you trust it.",
            "damaged",
        )


def local(node: etree._Element) -> str:
    """The name of a node without its namespace; "" for comments and the like."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def properties(tree: etree._Element | None) -> tuple[str, tuple[Fact, ...]]:
    """The title that a document's properties claim, and its author as a fact."""
    if tree is None:
        return "", ()
    return str(tree.findtext(".//{*}title") or ""), tuple(_authors(tree))


def own_properties(tree: etree._Element | None) -> Iterator[str]:
    """The properties that an office gave a document, “Matter: 4711”; not those of programs."""
    for node in () if tree is None else tree.iter("{*}property", "{*}user-defined"):
        name = next((value for key, value in node.attrib.items() if key.endswith("name")), "")
        words = " ".join("".join(node.itertext()).split())
        if name and words and not _OF_PROGRAMS.match(name):
            yield f"{name}: {words}"


def authors(*names: str | None) -> tuple[Fact, ...]:
    """Facts for those of `names` that a person may have."""
    return tuple(
        Fact("author", " ".join(name.split())) for name in names if name and _is_person(name)
    )


def _authors(tree: etree._Element) -> Iterator[Fact]:
    initial = tree.findtext(".//{*}initial-creator")  # OpenDocument's first author
    yield from authors(initial or tree.findtext(".//{*}creator"))


def _is_person(name: str) -> bool:
    return not _NOBODY.fullmatch(name) and len(name) <= 200


def _damaged() -> ParseFailed:
    return ParseFailed(
        "It is damaged: its parts cannot be unpacked. Open and save it again.", "damaged"
    )
