"""Files found inside a file: written to the scratch folder, within the limits of the options."""

import errno
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from ingest.formats.base.options import ParseOptions
from kb.domain import Part
from kb.errors import ParseFailed

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)  # not the file's fault
_FEW = 5  # names in a sentence
_RATIO_FROM = 10 << 20  # bytes; less than this harms nobody, however small the file was
_LONGEST_NAME = 240


class TooMuch(Exception):
    """A limit is reached: nothing further is taken. Says which, as the end of a sentence."""


class Parts:
    """Takes files out of one file of `size` bytes; remembers what it left out, and why.

    `most_bytes` is what they may be together.
    """

    def __init__(self, options: ParseOptions, size: int) -> None:
        self._options = options
        self.most_bytes = min(options.most_bytes, max(options.most_ratio * size, _RATIO_FROM))
        self._bytes = 0
        self._taken: list[Part] = []
        self._names: set[str] = set()
        self._left: dict[str, list[str]] = {}
        self._ended = ""

    @property
    def wanted(self) -> bool:
        """Whether there is a scratch folder, and this file does not lie too deep in others."""
        if self._options.scratch and self._options.depth >= self._options.deepest:
            self.end(f"it lies inside {self._options.depth} others")
        return bool(self._options.scratch) and not self._ended

    def take(self, name: str, pieces: Iterable[bytes]) -> int:
        """Write a file out and return its size in bytes. Raises `TooMuch`, the file left out.

        `name` is for people alone: the file itself gets a number. An error of `pieces`
        is passed on, without the file.
        """
        if len(self._taken) >= self._options.most_parts:
            raise TooMuch(f"it holds more than {self._options.most_parts:,} files")
        path = Path(self._options.scratch, f"{len(self._taken) + 1:04}")
        before = self._bytes
        try:
            with path.open("xb") as file:
                for piece in pieces:
                    self._bytes += len(piece)
                    if self._bytes > self.most_bytes:
                        raise TooMuch(f"it unpacks to more than {said_size(self.most_bytes)}")
                    file.write(piece)
        except BaseException as error:
            path.unlink(missing_ok=True)
            self._bytes = before
            if isinstance(error, OSError) and error.errno in _DISK:
                raise ParseFailed(
                    f"What lies inside it could not be written ({error.strerror}). "
                    "Make room on the disk, then offer it again.",
                    "disk",
                ) from error
            raise
        self._taken.append(Part(self._own_name(name), str(path)))
        return self._bytes - before

    def leave(self, reason: str, name: str) -> None:
        """Remember a file that is not taken. `reason` completes “… were left out”."""
        self._left.setdefault(reason, []).append(shown(name))

    def end(self, why: str) -> None:
        """Take nothing further. `why` completes “the rest was not taken out, since …”."""
        self._ended = self._ended or why

    @property
    def taken(self) -> tuple[Part, ...]:
        return tuple(self._taken)

    @property
    def problem(self) -> str | None:
        """What was left out and why, in sentences; None when everything was taken."""
        told = [f"Left out, {reason}: {few(names)}." for reason, names in self._left.items()]
        if self._ended:
            what = "The rest of what it holds" if self._taken else "What it holds"
            told.append(f"{what} was not taken out, since {self._ended}. Unpack it and add that.")
        return " ".join(told) or None

    def _own_name(self, name: str) -> str:
        """A name that no other part has."""
        wanted = chosen = shown(name)
        stem, dot, suffix = wanted.rpartition(".")
        number = 1
        while chosen.casefold() in self._names:
            number += 1
            chosen = f"{stem} ({number}).{suffix}" if stem and dot else f"{wanted} ({number})"
        self._names.add(chosen.casefold())
        return chosen


def shown(name: str) -> str:
    """A name as people may see it: one line, "/" between folders, nothing that turns text round."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/"))
    kept = "".join(
        one for one in name if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    )
    kept = re.sub(r"\s+", " ", kept).strip()
    if len(kept) > _LONGEST_NAME:
        stem, dot, suffix = kept.rpartition(".")
        suffix = dot + suffix if stem and len(suffix) < 10 else ""
        kept = kept[: _LONGEST_NAME - len(suffix)] + suffix
    return kept or "unnamed"


def said_size(size: int) -> str:
    """A number of bytes as people say it."""
    for unit, power in (("GB", 30), ("MB", 20), ("kB", 10)):
        if size >= 1 << power:
            return f"{size / (1 << power):.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} bytes" if size != 1 else "1 byte"


def few(names: list[str]) -> str:
    listed = ", ".join(f"“{name}”" for name in names[:_FEW])
    return f"{listed} and {len(names) - _FEW:,} more" if len(names) > _FEW else listed
