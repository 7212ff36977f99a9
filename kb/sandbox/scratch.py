"""Whether a file that a parser left behind may be taken into the store."""

import os
import stat
from pathlib import Path

from kb.domain import Part
from kb.errors import ParseFailed


def trusted(part: Part, scratch: Path, *, most_bytes: int = 1 << 30) -> Path:
    """The path of `part`'s bytes, when it is what an honest parser leaves.

    That is a regular file of one name, directly in `scratch`, which is a real folder,
    owned by us and of at most `most_bytes`. A link would let a parser that was taken
    over hand us any file of ours as if it had been found inside the document.
    Raises `ParseFailed` ("damaged"). The check is worth most when the child that wrote
    the file has no further call: it may still change what is in its own folder.
    """
    path = Path(os.path.abspath(part.path))
    try:
        folder, found = scratch.lstat(), path.lstat()
    except (OSError, ValueError):
        raise _refusal(part) from None
    if (
        path.parent != Path(os.path.abspath(scratch))
        or not stat.S_ISDIR(folder.st_mode)
        or not stat.S_ISREG(found.st_mode)
        or found.st_nlink != 1
        or found.st_uid != folder.st_uid
        or found.st_size > most_bytes
    ):
        raise _refusal(part)
    return path


def _refusal(part: Part) -> ParseFailed:
    return ParseFailed(
        f"“{part.name}”, which lies inside it, could not be taken out. "
        "Take it out yourself and add it.",
        "damaged",
    )
