"""Words that are divided at the end of a line: `indemni-` there, `fication` on the next one.

Whether the hyphen is the word's own, as in `non-compete`, cannot be known: such a word is
found as one and by its pieces.
"""

import re

HYPHENS = "-\u00ad\u2010"
_BREAK = re.compile(f"[{HYPHENS}][ \t]{{0,8}}\r?\n[ \t]{{0,40}}")


def has_breaks(text: str) -> bool:
    """Whether any word of `text` may be divided."""
    return _BREAK.search(text) is not None


def divides(text: str, end: int, start: int) -> bool:
    """Whether what stands from `end` to `start` divides a word: a hyphen and the end of a line.

    What follows has a small letter, or all around it are capitals.
    """
    if not end or start >= len(text) or not _BREAK.fullmatch(text, end, start):
        return False
    return goes_on(text[max(0, end - 2) : end], text[start : start + 2])


def goes_on(before: str, after: str) -> bool:
    """Whether a word may go on between the last letters before a hyphen and the first after it."""
    if not before[-1:].isalpha():
        return False
    capitals = before + after
    return after[:1].islower() or (len(capitals) == 4 and capitals.isalpha() and capitals.isupper())
