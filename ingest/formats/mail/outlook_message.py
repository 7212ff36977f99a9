"""Outlook's messages where oxmsg would give up: words in a code page that it does not know."""

from typing import cast

from oxmsg import Message
from oxmsg.domain import constants, encodings
from oxmsg.domain.model import StorageT, UnrecognizedCodePageError, UnsupportedEncodingError
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from ingest.formats.base.encodings import decode

_GUESSABLE = 200  # bytes; of fewer, a guess of their code page is worth nothing
_FALLBACK = "cp1252"
_HEADER, _ATTACHED_HEADER = 32, 24
"""Bytes before the properties of a file and of an attached message ([MS-OXMSG] 2.4.1)."""
GUESSED = "Its code page is not known here; some of its words were read by their look."


class Words(Properties):
    """The properties of a message; `guessed` says that words were read by their look."""

    guessed = False

    @property
    def body_encoding(self) -> str:
        return self._encoding(constants.PID_INTERNET_CODEPAGE) or self._str_prop_encoding

    @property
    def _str_prop_encoding(self) -> str:
        return self._encoding(constants.PID_MESSAGE_CODEPAGE) or _FALLBACK

    def str_prop_value(self, pid: int) -> str | None:
        """As oxmsg's, without ever failing for its code page."""
        found = self._get_property(pid, (constants.PTYP_STRING, constants.PTYP_STRING8))
        if found is None or found.ptyp == constants.PTYP_STRING:
            return super().str_prop_value(pid)
        page = constants.PID_MESSAGE_CODEPAGE
        if pid == constants.PID_BODY and self._cherry_pick_int_prop(
            constants.PID_INTERNET_CODEPAGE
        ):
            page = constants.PID_INTERNET_CODEPAGE
        content = cast(Storage, self._storage).property_stream_bytes(pid, constants.PTYP_STRING8)
        encoding = self._encoding(page)
        if encoding or not self._cherry_pick_int_prop(page):
            try:
                return content.decode(encoding or "iso-8859-15")  # oxmsg's where none is named
            except (UnicodeDecodeError, LookupError):
                pass
        return self.by_look(content)

    def by_look(self, content: bytes) -> str:
        """Words in a code page that is not known."""
        self.guessed = self.guessed or not content.isascii()
        if len(content) < _GUESSABLE and not content.isascii():
            try:
                return content.decode("utf-8")
            except UnicodeDecodeError:
                return content.decode(_FALLBACK, "replace")
        return decode(content)

    def _encoding(self, page: int) -> str:
        """The encoding that a property names; "" where it names none, or an unknown one."""
        said = self._cherry_pick_int_prop(page)
        try:
            return "" if said is None else encodings.encoding_from_codepage(said.value)
        except (UnrecognizedCodePageError, UnsupportedEncodingError):
            return ""


class OutlookMessage(Message):
    """A message in a file of its own, or `attached` to another one."""

    def __init__(self, storage: StorageT, *, attached: bool = False) -> None:
        super().__init__(storage)
        header = _ATTACHED_HEADER if attached else _HEADER
        self.words = Words(self._storage, properties_header_offset=header)

    @property
    def properties(self) -> Properties:
        return self.words
