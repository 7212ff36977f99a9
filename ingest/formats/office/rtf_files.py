"""Pictures and objects of Rich Text as files.

Rich Text Format Specification 1.9.1; [MS-OLEDS] 2.2.5 for what an object holds.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.formats.base.options import ParseOptions
from ingest.formats.base.parts import Parts, TooMuch
from ingest.formats.base.pictures import take_file, take_picture
from ingest.formats.office.inside.files import opened_object, packed_file
from ingest.formats.office.rtf_tokens import words

_EMBEDDED = 2
_ART = re.compile(rb"\{\\sn gtextUNICODE\}\s*\{\\sv ([^{}]{1,2000})\}")
_HOLDS = ("pict", "objdata")
_KINDS = {
    "pngblip": "png",
    "jpegblip": "jpg",
    "emfblip": "emf",
    "wmetafile": "wmf",
    "dibitmap": "bmp",
}
_ASIDE = frozenset(
    "nonshppict result listpicture header headerl headerr headerf footer footerl footerr footerf "
    "pnseclvl background".split()
)
"""Second copies, previews, marks of lists, and what stands at the edges of pages."""


@dataclass(slots=True)
class _Group:
    holds: str = ""
    kind: str = ""
    aside: bool = False


def take_inside_rtf(source: bytes, options: ParseOptions) -> Parts:
    """The files inside; what was left out is told by their `problem`."""
    parts = Parts(options, len(source))
    if not any(b"\\" + name.encode() in source for name in _HOLDS):
        return parts
    try:
        for number, (group, content) in enumerate(_held(source), start=1):
            if group.holds == "pict":
                take_picture(parts, f"picture {number}.{group.kind or 'bin'}", content)
            else:
                take_file(parts, *_object(f"object {number}.bin", content))
    except TooMuch as limit:
        parts.end(str(limit))
    return parts


def _held(source: bytes) -> Iterator[tuple[_Group, bytes]]:
    """The groups that hold a picture or an object, with their data."""
    group, outer = _Group(), list[_Group]()
    data, digits = bytearray(), bytearray()
    for word in words(source, binary=True):
        if word.kind == "open":
            outer.append(group)
            group = replace(group, holds="")
        elif word.kind == "close":
            if group.holds and not group.aside:
                yield group, bytes(data) or _unhexed(digits)
            group = outer.pop() if outer else _Group()
        elif word.kind == "control":
            if word.name in _HOLDS:
                group.holds = word.name
                data.clear()
                digits.clear()
            group.kind = _KINDS.get(word.name, group.kind)
            group.aside = group.aside or word.name in _ASIDE
        elif word.kind == "binary" and group.holds:
            data += word.content
        elif word.kind == "text" and group.holds and not group.aside:
            digits += word.content


def _unhexed(digits: bytearray) -> bytes:
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return b""


def _object(name: str, content: bytes) -> tuple[str, bytes]:
    """The file that an object is, past the names of its class; b"" for one that is linked."""
    try:
        _, kind = struct.unpack_from("<II", content)
        at, names = 8, []
        for _ in range(3):  # class, topic, item
            start, at = at + 4, at + 4 + struct.unpack_from("<I", content, at)[0]
            names.append(content[start:at])
        size = struct.unpack_from("<I", content, at)[0]
    except struct.error:
        return name, b""
    held = content[at + 4 : at + 4 + size] if kind == _EMBEDDED else b""
    if held and names[0].rstrip(b"\0") == b"Package":
        return packed_file(name, bytes(4) + held)
    return opened_object(name, held)


def word_art(source: bytes) -> Iterator[str]:
    """The letters that are bent along a line: a watermark, for instance."""
    for found in _ART.finditer(source):
        pieces = (
            chr((one.number or 0) % 0x10000)
            if one.name == "u"
            else one.content.decode("cp1252", "replace")
            for one in words(found[1])
            if one.name == "u" or one.kind in ("text", "byte")
        )
        yield "".join(pieces)
