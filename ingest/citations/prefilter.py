"""Which parts of a text may cite anything that eyecite knows: quick, and wrong in that direction.

Most contracts have numbers with capitals behind them and cite nothing; reading them with
eyecite took as long as cutting them into passages.
"""

import re
from collections.abc import Iterator
from functools import cache

from kb.domain.citations import squeezed

_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\b"
_NUMBERED = rf"\d\s+(?!{_MONTH})(?P<words>[A-Z][^\d;:!?§]{{0,40}})(?=\d)"
_SIGNS = (
    r"§|\bECLI:|\[(?:1[89]|20)\d\d\]|\b(?i:supra\b|(?:ibid|id)\b[.,])|\b(?:Fed|Bankr|Const|Pub)\. "
)
LIKELY = re.compile(rf"{_SIGNS}|{_NUMBERED}")
"""What a text that cites anything has somewhere."""
_WINDOW = 4_000
_OVER = 60
"""Characters; a citation that begins in one window shows its signs at most so far behind it."""
_BEHIND = re.compile(r"(?:at|pp?|pages?|no|ch|art|reg|rule|sec|section)$")
"""Words between a reporter and the page, as they are squeezed."""


def windows(text: str) -> Iterator[tuple[int, int]]:
    """The parts of `text` with a sign of a citation, or a number before a listed reporter."""
    for start in range(0, len(text), _WINDOW):
        end = start + _WINDOW
        if any(_shown(found) for found in LIKELY.finditer(text, start, end + _OVER)):
            yield start, end


def _shown(found: re.Match[str]) -> bool:
    return found["words"] is None or _known(squeezed(found["words"]))


def _known(words: str) -> bool:
    names = _names()
    return words in names or _BEHIND.sub("", words) in names


@cache
def _names() -> frozenset[str]:
    """Squeezed names of reporters, laws and journals, up to the first figure in them."""
    from reporters_db import JOURNALS, LAWS, REPORTERS  # noqa: PLC0415 - reads a large file

    found: set[str] = set()
    for books in (REPORTERS, LAWS, JOURNALS):
        for short, clusters in books.items():
            found.add(short)
            for cluster in clusters:
                found.update(cluster.get("editions", ()))
                found.update(cluster.get("variations", ()))
    return frozenset(re.split(r"\d", squeezed(name), maxsplit=1)[0] for name in found)
