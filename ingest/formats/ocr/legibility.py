"""How much of a page's lines a model could read: the measure by which models are compared."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.formats.ocr.page_reading import Line
from kb.text.languages import script

_LEAST_SEEN = 0.3  # widths of the page; less may be a stamp or a speck
_DOUBTFUL = 0.7
_ACCEPTED = 0.6
_BETTER = 1.2


@dataclass(frozen=True, slots=True)
class Legibility:
    """Lengths of lines in widths of the page: of all that were seen, and of what was read.

    A line counts as read by how sure its engine is of it and by its share of letters that
    the model was made for.
    """

    read: float = 0.0
    seen: float = 0.0

    @property
    def share(self) -> float:
        return self.read / self.seen if self.seen else 1.0

    @property
    def doubtful(self) -> bool:
        """Whether another model should be tried."""
        return self.seen > _LEAST_SEEN and self.share < _DOUBTFUL

    @property
    def poor(self) -> bool:
        """Whether people should be told that much of it is missing or wrong."""
        return self.seen > _LEAST_SEEN and self.share < _ACCEPTED

    def beats(self, other: "Legibility") -> bool:
        """Whether it is good in itself and clearly better than another reading of the page."""
        return self.share >= _ACCEPTED and self.read > _BETTER * other.read

    def __add__(self, other: "Legibility") -> "Legibility":
        return Legibility(self.read + other.read, self.seen + other.seen)


def legibility(lines: Sequence[Line], scripts: Collection[str], width: int) -> Legibility:
    """Of the lines that an engine found on an image of `width` pixels; no `scripts`: all fit."""
    lengths = [(line.box[2] - line.box[0]) / max(1, width) for line in lines]
    read = (
        length * line.confidence * _fitting(line.text, scripts)
        for length, line in zip(lengths, lines, strict=True)
    )
    return Legibility(sum(read), sum(lengths))


def _fitting(text: str, scripts: Collection[str]) -> float:
    letters = [letter for letter in text if letter.isalpha()]
    if not letters or not scripts:
        return 1.0
    return sum(script(letter) in scripts for letter in letters) / len(letters)
