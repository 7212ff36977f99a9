"""What all archives share: which members are taken out, and the list that is their text."""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from lzma import LZMAError
from typing import IO
from zipfile import BadZipFile

from ingest.formats.base.elements import Draft
from ingest.formats.base.parts import Parts, TooMuch, said_size, shown
from kb.domain import ElementKind, Reading

DAMAGE = (BadZipFile, zlib.error, LZMAError, EOFError, OSError, ValueError)
"""What the standard library's unpackers raise for bytes that are not what they should be."""

_JUNK = frozenset(("__macosx", "thumbs.db", "desktop.ini"))
_DRIVE = re.compile(r"[A-Za-z]:")
_LISTED = 2000
_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive; `opened` gives its bytes. `sealed` says why it cannot be opened."""

    name: str
    size: int
    opened: Callable[[], Iterable[bytes]]
    sealed: str = ""


class Unpacking:
    """One archive being taken apart. `count` files were met, hidden ones left out."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rows: list[str] = []
        self.count = 0
        self._hidden = 0

    def all(self, members: Iterable[Member]) -> None:
        """Take out what may be taken, to the end or to the first thing that forbids more."""
        last = ""
        try:
            for member in members:
                last = member.name
                self._one(member)
        except TooMuch as limit:
            self._parts.end(str(limit))
        except DAMAGE:
            after = f" after “{shown(last)}”" if last else ""
            self._parts.end(f"the archive is damaged{after}")

    def reading(self, media_type: str) -> Reading:
        """The list of members as text, the members as parts."""
        draft = Draft()
        files = f"{self.count:,} files" if self.count != 1 else "1 file"
        draft.add(ElementKind.PARAGRAPH, f"Archive of {files}:" if self.count else "Archive.")
        gap = "\n\n"
        for row in self._rows:
            draft.add(ElementKind.LIST_ITEM, row, gap=gap)
            gap = "\n"
        if self.count > len(self._rows):
            rest = self.count - len(self._rows)
            draft.add(ElementKind.PARAGRAPH, f"{rest:,} more are not listed.")
        if self._hidden:
            draft.add(
                ElementKind.PARAGRAPH, f"Hidden and system files, not listed: {self._hidden:,}."
            )
        reading = draft.reading(media_type, problem=self._parts.problem)
        return replace(reading, parts=self._parts.taken)

    def _one(self, member: Member) -> None:
        if _is_hidden(member.name):
            self._hidden += 1
            return
        self.count += 1
        if len(self._rows) < _LISTED:
            self._rows.append(f"{shown(member.name)} ({said_size(member.size)})")
        refused = member.sealed or (
            "with a path that leads outside" if leads_out(member.name) else ""
        )
        if refused:
            self._parts.leave(refused, member.name)
        elif member.size and self._parts.wanted:
            self._take(member)

    def _take(self, member: Member) -> None:
        try:
            self._parts.take(member.name, member.opened())
        except DAMAGE:
            self._parts.leave("damaged", member.name)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of `file`, a quarter of a megabyte at a time."""
    while piece := file.read(_PIECE):
        yield piece


def leads_out(name: str) -> bool:
    """Whether a path is absolute, or leads above where it starts."""
    folders = name.replace("\\", "/").split("/")
    return ".." in folders or folders[0] == "" or bool(_DRIVE.match(folders[0]))


def _is_hidden(name: str) -> bool:
    folders = [one for one in name.replace("\\", "/").split("/") if one not in ("", ".", "..")]
    return any(one.startswith(".") or one.lower() in _JUNK for one in folders)
