"""A document's words in one line, with the way back to its canonical text."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PAGE_NUMBER = re.compile(r"(?<=[\n\f])[ \t]*-[ \t]*\d{1,4}[ \t]*-[ \t]*(?=[\n\f])")
_STAR_PAGE = re.compile(
    r"(?<=\d)\s\*\d{1,5}(?=(?:\s[A-Z][\w.]*){1,3}\s\d)|(?<=\sv\.)\s\*\d{1,5}(?=\s[A-Z])"
    r"|(?:(?<=[A-Z]\.)|(?<=[23]d)|(?<=[45]th))\s\*\d{1,5}(?=\s\d)"
)
"""A page of another edition between the words of a citation: “135 *355 Mass. 147”."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Flat:
    """`text` has one space where the canonical text has lines, pages and furniture.

    `places` and `origins` say of each word where it begins here and there.
    """

    text: str
    places: "array[int]"
    origins: "array[int]"

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the canonical text of one that is not empty here."""
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, place: int) -> int:
        word = bisect_right(self.places, place) - 1
        return self.origins[word] + place - self.places[word]


def _asides(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_PAGE_NUMBER, _STAR_PAGE):
        yield from (found.span() for found in pattern.finditer(text))


def flattened(text: str, without: Sequence[tuple[int, int]] = ()) -> Flat:
    """`text` without the spans `without`, which are in order, and pages in dashes or with a star.

    A citation goes on over the end of a line or page, and the running header between.
    """
    gaps = sorted([*without, *_asides(text)])
    words: list[str] = []
    places, origins = array("q"), array("q")
    place = begin = 0
    for gap_start, gap_end in [*gaps, (len(text), len(text))]:
        for found in _WORD.finditer(text, begin, max(begin, gap_start)):
            words.append(found[0])
            places.append(place)
            origins.append(found.start())
            place += len(found[0]) + 1
        begin = max(begin, gap_end)
    return Flat(" ".join(words), places, origins)
