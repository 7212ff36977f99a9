"""Uploads as they come: multipart pieces go straight to the file store, never into memory whole.

Starlette's own form parser spools every file to the system's temporary folder
first, which is outside the data folder and without a limit for each file. The headers of
a part are bounded by python-multipart: eight, of four kilobytes each.
"""

from pathlib import PurePosixPath
from typing import Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from kb.errors import BadRequest

FIELD_LIMIT = 4096
"""Bytes of a text field: a matter's name or a path."""
FILENAME_LIMIT = 1024
"""Bytes of a file's name; file systems take 255."""
PARTS_LIMIT = 2000
"""Fields and files of one form."""
TRAILER_LIMIT = 1024
"""Bytes after a form's end, which nobody reads."""

MALFORMED = (
    "The upload is not a well-formed multipart form, or a header in it is too long; send it again."
)


class Taker(Protocol):
    """Who takes the parts of a form, one after the other."""

    def begin(self, name: str, filename: str | None) -> None: ...
    def data(self, piece: bytes) -> None: ...
    def end(self) -> None: ...


class Form:
    """A multipart/form-data body on its way from pieces to a `Taker`, within limits.

    Raises `BadRequest` for a body that is not such a form, passes a limit or ends too
    soon, and whatever the taker raises.
    """

    def __init__(self, content_type: str, taker: Taker) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise BadRequest(
                "An upload is multipart/form-data with the fields “matter” and “file”."
            )
        self._taker = taker
        self._name, self._value, self._disposition = bytearray(), bytearray(), b""
        self._parts = self._trailing = 0
        self._open = self._ended = False
        try:
            self._parser = MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._begin,
                    "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                    "on_header_end": self._header,
                    "on_headers_finished": self._named,
                    "on_part_data": lambda data, start, end: taker.data(data[start:end]),
                    "on_part_end": self._part,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise BadRequest(MALFORMED) from None

    def feed(self, piece: bytes) -> None:
        if self._ended:
            self._trailing += len(piece)
        try:
            self._parser.write(piece)
        except FormParserError:
            raise BadRequest(MALFORMED) from None
        if self._trailing > TRAILER_LIMIT:
            raise BadRequest("The upload goes on after the end of its form; send the form alone.")

    def finish(self) -> None:
        """No more will come."""
        if self._open:
            raise BadRequest("The upload ended in the middle of a file; send it again.")

    def _begin(self) -> None:
        self._open, self._disposition = True, b""
        self._parts += 1
        if self._parts > PARTS_LIMIT:
            raise BadRequest(
                f"A form has at most {PARTS_LIMIT} fields and files. Send the rest in another."
            )

    def _header(self) -> None:
        if bytes(self._name).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _named(self) -> None:
        _, options = parse_options_header(self._disposition)
        filename = options.get(b"filename")
        if filename is not None and len(filename) > FILENAME_LIMIT:
            raise BadRequest(
                f"The name of a file is at most {FILENAME_LIMIT} bytes long. Give it a shorter one."
            )
        self._taker.begin(
            options.get(b"name", b"").decode("utf-8", errors="replace"),
            None if filename is None else filename.decode("utf-8", errors="replace"),
        )

    def _part(self) -> None:
        self._open = False
        self._taker.end()

    def _end(self) -> None:
        self._ended = True


def base_name(path: str) -> str:
    """The file's own name, from whichever system it was sent."""
    return PurePosixPath(path.replace("\\", "/")).name
