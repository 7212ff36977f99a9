"""Ways in which an original stops being what was taken in, each with how it is put right."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.app.catalogue import Catalogue
from kb.errors import OriginalChanged, OriginalDamaged, OriginalMissing, OriginalUnreadable
from kb.store import blobs

Harm = Callable[[Path, pytest.MonkeyPatch], None]


def changed_byte(path: Path, _: pytest.MonkeyPatch) -> None:
    """One bit, with the size and the times as they were."""
    known, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))


def cut_short(path: Path, _: pytest.MonkeyPatch) -> None:
    os.truncate(path, path.stat().st_size - 1)


def missing(path: Path, _: pytest.MonkeyPatch) -> None:
    path.unlink()


def folder(path: Path, _: pytest.MonkeyPatch) -> None:
    path.unlink()
    path.mkdir()


def link(path: Path, _: pytest.MonkeyPatch) -> None:
    """To the very same bytes: who can change them there is not known."""
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def pipe(path: Path, _: pytest.MonkeyPatch) -> None:
    path.unlink()
    os.mkfifo(path)


def forbidden(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the kernel answers; to root, who may run these tests, it would not."""
    usual = os.open

    def refused(wanted: str, flags: int) -> int:
        if Path(wanted) == path:
            raise PermissionError(13, "Permission denied", wanted)
        return usual(wanted, flags)

    monkeypatch.setattr(blobs, "_no_link", refused)


HARMS: list[tuple[Harm, type[OriginalDamaged]]] = [
    (changed_byte, OriginalChanged),
    (cut_short, OriginalChanged),
    (missing, OriginalMissing),
    (folder, OriginalChanged),
    (link, OriginalChanged),
    (pipe, OriginalChanged),
    (forbidden, OriginalUnreadable),
]

every_harm = pytest.mark.parametrize(
    ("harm", "kind"), [pytest.param(*one, id=one[0].__name__) for one in HARMS]
)


def restore(kb: Catalogue, sha256: str, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the file back, as from a backup."""
    monkeypatch.undo()
    path = kb.files.path(sha256)
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    path.write_bytes(content)
