"""A sentence with single spaces, and the way back to the text that it stands in."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from kb.domain import Passage
from kb.text.analyzer import terms

_WORD = re.compile(r"\w+(?:[.,'’]\w+)*")
_BOUNDARY = re.compile(
    r"[;:|()]|, |\b(?:and|or|but|plus|except|unless|provided|if|which|who|whereas|while)\b"
)
PARAGRAPH = 3
"""As how many such ends a blank line counts."""


class Measured(Protocol):
    """A sentence of a passage, as `kb.answer.coverage.Candidate` measures it."""

    @property
    def passage(self) -> Passage: ...
    @property
    def char_start(self) -> int: ...
    @property
    def char_end(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def cosine(self) -> float: ...
    @property
    def covered(self) -> float: ...


@dataclass(frozen=True)
class FlatSentence:
    """`flat` is the measured sentence's text with each run of white space as one space."""

    measured: Measured

    @cached_property
    def _places(self) -> tuple[str, list[int]]:
        text = self.measured.text
        kept = [
            at
            for at, letter in enumerate(text)
            if not letter.isspace() or (at and not text[at - 1].isspace())
        ]
        return "".join(" " if text[at].isspace() else text[at] for at in kept), kept

    @property
    def flat(self) -> str:
        return self._places[0]

    def offsets(self, start: int, end: int) -> tuple[int, int]:
        """A span of the flat text as a span of the document's canonical text."""
        _, places = self._places
        begin = self.measured.char_start
        return begin + places[start], begin + places[end - 1] + 1

    @cached_property
    def words(self) -> list[tuple[int, int, str]]:
        """Its words with their places in the flat text, each as its search term."""
        return [
            (found.start(), found.end(), term)
            for found in _WORD.finditer(self.flat)
            for term in terms(found[0])[:1]
        ]

    @cached_property
    def boundaries(self) -> list[int]:
        """Where a clause, an item of a list or a cell ends."""
        return [found.start() for found in _BOUNDARY.finditer(self.flat)] + self._paragraphs

    @property
    def _paragraphs(self) -> list[int]:
        """Where there are blank lines, each as often as it counts."""
        flat, places = self._places
        text = self.measured.text
        return [
            at
            for at in range(1, len(flat) - 1)
            for _ in range(PARAGRAPH)
            if flat[at] == " " and text[places[at] : places[at + 1]].count("\n") > 1
        ]
