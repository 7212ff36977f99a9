"""What a workbook of Excel 97 holds beside its cells: objects taken out, drawings named.

[MS-XLS] 2.4.181 (objects) and 2.4.329 (their words).
"""

import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import olefile

from ingest.formats.base.options import ParseOptions
from ingest.formats.base.parts import Parts, TooMuch
from ingest.formats.base.pictures import take_file
from ingest.formats.office.inside.files import packed_file

_STREAMS = ("Workbook", "Book")
_OBJECT, _WORDS = 0x5D, 0x1B6
_NOTE, _CHART, _PICTURE = 0x19, 0x05, 0x08
_DRAWN = "drawn upon its sheets (save it as .xlsx to have them read)"


def take_inside_workbook(path: str, options: ParseOptions) -> Parts:
    """The files inside; what was left out is told by their `problem`."""
    parts = Parts(options, Path(path).stat().st_size)
    if olefile.isOleFile(path):
        try:
            with olefile.OleFileIO(path) as container:
                _look(parts, container)
        except TooMuch as limit:
            parts.end(str(limit))
        except (OSError, ValueError, IndexError):
            parts.end("its streams are damaged")
    return parts


def _look(parts: Parts, container: olefile.OleFileIO) -> None:
    for stream in _STREAMS:
        if container.exists(stream):
            for what, count in sorted(_drawn(container.openstream(stream).read()).items()):
                parts.leave(_DRAWN, f"{count} {what}")
            break
    for name in sorted({one[0] for one in container.listdir() if one[0].startswith("MBD")}):
        _take_object(parts, container, name)


def _take_object(parts: Parts, container: olefile.OleFileIO, name: str) -> None:
    if container.exists(f"{name}/Package"):
        take_file(parts, name, container.openstream(f"{name}/Package").read())
    elif container.exists(f"{name}/\x01Ole10Native"):
        native = container.openstream(f"{name}/\x01Ole10Native").read()
        take_file(parts, *packed_file(name, native))
    else:
        parts.leave("embedded objects (save it as .xlsx to have them read)", name)


def _drawn(stream: bytes) -> Counter[str]:
    """How many charts, pictures and shapes with words lie upon the sheets."""
    found: Counter[str] = Counter()
    kind = 0
    for number, content in _records(stream):
        if number == _OBJECT and len(content) >= 6:
            kind = int.from_bytes(content[4:6], "little")
            found["charts"] += kind == _CHART
            found["pictures"] += kind == _PICTURE
        elif number == _WORDS and kind != _NOTE:
            found["shapes with words"] += 1
    return +found


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        number, size = struct.unpack_from("<HH", stream, at)
        yield number, stream[at + 4 : at + 4 + size]
        at += 4 + size
