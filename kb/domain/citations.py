"""The nouns of legal citations: what a document cites, and how a citation is written down."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

READER = "2"
"""Which reading of citations this is; raise it, and `kb reindex` reads them again."""


class CitationKind(StrEnum):
    """What a citation is. Those from ID on point back at an authority cited before."""

    CASE = "case"
    STATUTE = "statute"
    JOURNAL = "journal"
    NEUTRAL = "neutral"
    ECLI = "ecli"
    ID = "id"
    SUPRA = "supra"
    SHORT = "short"


POINTING = (CitationKind.ID, CitationKind.SUPRA, CitationKind.SHORT)
"""Kinds that name no authority themselves, but one cited before."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """Words near a citation that may say how a case was treated: a hint, not a judgment.

    The span is that of the words in the canonical text.
    """

    words: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class LegalCitation:
    """One citation in a document; the span is that of its words in the canonical text.

    `normal` is the usual spelling, `410 U.S. 113`. `authority` is the `normal` of what is
    cited: of a parallel citation that of the first, of *id.*, *supra* and short forms that
    of the authority they mean, "" where that is not known. `pin` is the page or subsection
    meant, `name` the case's name, `court` its name, `year` 0 where none is given.
    `own`: the document says that this is its own citation; its span may then be empty,
    where only the title says it.
    """

    kind: CitationKind
    char_start: int
    char_end: int
    normal: str
    authority: str
    volume: str = ""
    reporter: str = ""
    page: str = ""
    pin: str = ""
    name: str = ""
    court: str = ""
    year: int = 0
    own: bool = False
    treatment: tuple[Treatment, ...] = ()


def squeezed(citation: str) -> str:
    """A citation without what spellings differ in: `410 U. S. 113` is "410us113".

    Letters and digits stay, lower case, and between two digits a full stop, a colon and
    a dash, which part the numbers of sections.
    """
    plain = unicodedata.normalize("NFKC", citation).casefold().translate(_DASHES)
    return re.sub(r"(?<!\d)[.:-]|[.:-](?!\d)|[^\w.:-]|_", "", plain)


_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
