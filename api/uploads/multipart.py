"""Uploads as they come: multipart pieces go straight to the file store, never into memory whole.

Starlette's own form parser spools every file to the system's temporary folder
first, which is outside the data folder and without a limit for each file.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from kb.errors import BadRequest

FIELD_LIMIT = 4096
"""Bytes of a text field: a matter's name or a path."""


@dataclass(slots=True)
class Part:
    """One field or file of a form; `pieces` can be read once, before the next part."""

    name: str
    filename: str | None
    pieces: Iterator[bytes]

    def text(self) -> str:
        read = bytearray()
        for piece in self.pieces:
            read += piece
            if len(read) > FIELD_LIMIT:
                raise BadRequest(f"The field “{self.name}” is longer than {FIELD_LIMIT} bytes.")
        return read.decode("utf-8", errors="replace").strip()


@dataclass(slots=True)
class _Heard:
    """What the parser has called back and nobody has taken yet."""

    events: deque[tuple[str, bytes]] = field(default_factory=deque)
    name: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)

    def parser(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_header_field": lambda data, start, end: self.name.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self.value.extend(data[start:end]),
                "on_header_end": self._header,
                "on_headers_finished": lambda: self.events.append(("begin", b"")),
                "on_part_data": lambda data, start, end: self.events.append(
                    ("data", bytes(data[start:end]))
                ),
                "on_part_end": lambda: self.events.append(("end", b"")),
            },
        )

    def _header(self) -> None:
        if bytes(self.name).lower() == b"content-disposition":
            self.events.append(("disposition", bytes(self.value)))
        self.name.clear()
        self.value.clear()


def parts(pieces: Iterable[bytes], content_type: str) -> Iterator[Part]:
    """The parts of a multipart/form-data body, in the order sent.

    What is left unread of a part is skipped. Raises `BadRequest` for a body
    that is not such a form, or that ends too soon.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise BadRequest("An upload is multipart/form-data with the fields “matter” and “file”.")
    events = _events(pieces, options[b"boundary"])
    disposition = b""
    for event, data in events:
        if event == "disposition":
            disposition = data
        elif event == "begin":
            part = _part(disposition, events)
            yield part
            disposition = b""
            deque(part.pieces, maxlen=0)


def _events(pieces: Iterable[bytes], boundary: bytes) -> Iterator[tuple[str, bytes]]:
    heard = _Heard()
    try:
        parser = heard.parser(boundary)
        for piece in pieces:
            parser.write(piece)
            while heard.events:
                yield heard.events.popleft()
        parser.finalize()
    except FormParserError:
        raise BadRequest("The upload is not a well-formed multipart form; send it again.") from None


def _part(disposition: bytes, events: Iterator[tuple[str, bytes]]) -> Part:
    _, options = parse_options_header(disposition)
    filename = options.get(b"filename")
    return Part(
        name=options.get(b"name", b"").decode("utf-8", errors="replace"),
        filename=None if filename is None else filename.decode("utf-8", errors="replace"),
        pieces=_data(events),
    )


def _data(events: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    for event, data in events:
        if event == "end":
            return
        yield data
    raise BadRequest("The upload ended in the middle of a file; send it again.")


def base_name(path: str) -> str:
    """The file's own name, from whichever system it was sent."""
    return PurePosixPath(path.replace("\\", "/")).name
