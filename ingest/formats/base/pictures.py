"""Pictures that lie in a document: those that may hold words become documents of their own."""

import re

from ingest.formats.base.parts import Parts
from kb.pages.pictures import LEAST_HIGH, LEAST_WIDE, size_of

_SOUND = re.compile(r"\.(?:mp[34g]|m4[av]|wav|wma|wmv|avi|mov|ogg|webm)$", re.IGNORECASE)


def take_picture(parts: Parts, name: str, content: bytes) -> None:
    """Take a picture out, or name what it is. A small one is left without a word.

    Raises `TooMuch`.
    """
    if _SOUND.search(name):
        parts.leave("sound and film", name)
        return
    size = size_of(content)
    if size is None:
        parts.leave("pictures of a kind that is not read", name)
    elif size[0] >= LEAST_WIDE and size[1] >= LEAST_HIGH:
        take_file(parts, name, content)


def take_file(parts: Parts, name: str, content: bytes) -> None:
    """Take an embedded file out; an empty one is named. Raises `TooMuch`."""
    if not content:
        parts.leave("empty or linked", name)
    elif parts.wanted:
        parts.take(name, [content])
