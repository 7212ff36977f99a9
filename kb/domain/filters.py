"""What a search may be narrowed by."""

from dataclasses import dataclass, fields

CURRENT = "current"
OLD = "old"


@dataclass(frozen=True, slots=True)
class Filters:
    """Several values of one filter are alternatives; different filters hold all together.

    Each is about what is known of a document, and one of which nothing is known of its kind
    is left out. `after` and `before` are ISO 8601 days, both included. `bates` are Bates
    numbers or ranges that lie in, or touch, the document's own. `version` is `current` or
    `old`. All others are words that the value holds, whatever their case and order, or, in
    double quotes, the whole value.
    """

    matter: tuple[str, ...] = ()
    client: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    court: tuple[str, ...] = ()
    jurisdiction: tuple[str, ...] = ()
    judge: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    docket: tuple[str, ...] = ()
    bates: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    after: str = ""
    before: str = ""

    @property
    def any(self) -> bool:
        return self != NONE

    @property
    def old(self) -> bool:
        """Whether they can only be met by a scope that takes in old versions."""
        return OLD in self.version


NONE = Filters()
NAMES = tuple(field.name for field in fields(Filters))
DAYS = ("after", "before")
BY_FACT = ("type", "court", "jurisdiction", "judge", "party", "language", "author", "docket")
"""Filters that compare words with the fact of the same name."""
FACETS = (
    "type", "court", "jurisdiction", "judge", "year", "party", "language", "matter", "client",
)  # fmt: skip
"""By what the documents of a search are counted."""


@dataclass(frozen=True, slots=True)
class Facet:
    """How many documents have each value, most first; `more` is how many values are not told."""

    name: str
    values: tuple[tuple[str, int], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Facets:
    """`selected`: how many documents the scope and all filters leave."""

    selected: int
    facets: tuple[Facet, ...]
