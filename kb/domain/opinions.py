"""The nouns of a court's opinion: which part of it speaks, and whose it is."""

from dataclasses import dataclass
from enum import StrEnum


class OpinionPart(StrEnum):
    """A part of a judicial opinion; only MAJORITY and PLURALITY are the court's own reasons.

    MIXED concurs in part and dissents in part. SEPARATE is a judge's own writing that says
    neither, as a statement on a denial or one that is dubitante. SYLLABUS is a summary that is
    no part of the opinion, DISPOSITION what the court orders at its end.
    """

    SYLLABUS = "syllabus"
    MAJORITY = "majority"
    PLURALITY = "plurality"
    CONCURRENCE = "concurrence"
    DISSENT = "dissent"
    MIXED = "mixed"
    SEPARATE = "separate"
    DISPOSITION = "disposition"


_SEPARATE = (
    OpinionPart.CONCURRENCE,
    OpinionPart.DISSENT,
    OpinionPart.MIXED,
    OpinionPart.SEPARATE,
)
_NAMED = {
    OpinionPart.MIXED: "concurrence in part and dissent in part",
    OpinionPart.SEPARATE: "separate opinion",
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """A part of an opinion; `by` is its judge's name, or several, "" where none is told."""

    part: OpinionPart
    by: str = ""

    @property
    def separate(self) -> bool:
        """Whether it is a judge's own, which nobody may take for the court's."""
        return self.part in _SEPARATE

    @property
    def named(self) -> str:
        """In English, as “dissent of Bownes”."""
        name = _NAMED.get(self.part, self.part.value)
        return f"{name} of {self.by}" if self.by else name


@dataclass(frozen=True, slots=True)
class OpinionSpan:
    """Where one part of an opinion stands in the canonical text."""

    opinion: Opinion
    char_start: int
    char_end: int
