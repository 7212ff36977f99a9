"""TAR archives, and single files packed by gzip, bzip2 or xz; the standard library, as a stream."""

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path, PurePath
from typing import IO, cast

from ingest.formats.archives.archive import DAMAGE, Member, Unpacking, pieces
from ingest.formats.archives.zip import member_name
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.parts import Parts, TooMuch, said_size
from kb.domain import Reading

_BLOCK = 512


class _Measured:
    """A stream of which no more is read than the limit says, however much it unpacks to."""

    def __init__(self, file: IO[bytes], most: int, first: bytes = b"") -> None:
        self._file = file
        self._left = self._most = most
        self._first = first

    def read(self, size: int) -> bytes:
        if self._first:
            piece, self._first = self._first[:size], self._first[size:]
        else:
            piece = self._file.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise TooMuch(f"it unpacks to more than {said_size(self._most)}")
        return piece


def read_tar(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a TAR archive: its list as text, its members as parts."""
    parts = Parts(options, Path(path).stat().st_size)
    with open(path, "rb") as file:
        return _untarred(cast(IO[bytes], file), parts, "application/x-tar")


def read_compressed(path: str, name: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a packed TAR archive, or the one file that is packed."""
    parts = Parts(options, Path(path).stat().st_size)
    with closing(_opened(path)) as file:
        media_type = f"application/{_kind(path)}"
        unpacking = Unpacking(parts)
        first = b""
        try:
            while len(first) < _BLOCK and (piece := file.read(_BLOCK - len(first))):
                first += piece
        except DAMAGE:
            pass  # what is left of it says so again
        if first[257:262] == b"ustar":
            limited = _Measured(file, parts.most_bytes + (64 << 20), first)
            return _untarred(cast(IO[bytes], limited), parts, media_type)
        packed = PurePath(name or "file")
        inside = packed.stem if packed.suffix else packed.name
        content = cast(IO[bytes], _Measured(file, parts.most_bytes, first))
        unpacking.all([Member(inside, _size(path), partial(pieces, content))])
        return unpacking.reading(media_type)


def _untarred(file: IO[bytes], parts: Parts, media_type: str) -> Reading:
    unpacking = Unpacking(parts)
    unpacking.all(_members(file))
    return unpacking.reading(media_type)


def _members(file: IO[bytes]) -> Iterator[Member]:
    try:
        with tarfile.open(
            fileobj=file, mode="r|", encoding="utf-8", errors="surrogateescape"
        ) as archive:
            for info in archive:
                if not info.isdir():
                    sealed = "" if info.isreg() else "links and devices"
                    yield Member(_name(info), info.size, partial(_content, archive, info), sealed)
    except tarfile.TarError:
        raise EOFError from None


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    file = archive.extractfile(info)
    try:
        yield from pieces(file) if file is not None else ()
    except tarfile.TarError:
        raise EOFError from None


def _name(info: tarfile.TarInfo) -> str:
    return member_name(info.name.encode("utf-8", "surrogateescape")).removeprefix("./")


def _kind(path: str) -> str:
    with open(path, "rb") as file:
        head = file.read(2)
    return {b"\x1f\x8b": "gzip", b"BZ": "x-bzip2"}.get(head, "x-xz")


def _opened(path: str) -> IO[bytes]:
    module = {"gzip": gzip, "x-bzip2": bz2}.get(_kind(path), lzma)
    return cast(IO[bytes], module.open(path, "rb"))


def _size(path: str) -> int:
    """Bytes that gzip says it holds, modulo 4 GB; for the others those of the packed file."""
    with open(path, "rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return Path(path).stat().st_size
        file.seek(-4, 2)
        return int.from_bytes(file.read(4), "little") or 1
