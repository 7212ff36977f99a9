"""What a parser makes of a file: its canonical text, and what stands where in it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any


class ElementKind(StrEnum):
    """What a span of the canonical text is.

    FURNITURE is a repeated header or footer, QUOTED the history below a reply, HIDDEN
    what a reader of the page cannot see; FURNITURE and HIDDEN never reach a chunk.
    """

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    TABLE_ROW = "table-row"
    FURNITURE = "furniture"
    QUOTED = "quoted"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class WordBox:
    """Where a word that was recognised stands on its page.

    Coordinates are shares of the page's width and height from its top left corner.
    """

    char_start: int
    char_end: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page's span in the canonical text.

    `needs_ocr`: it is an image whose words are not known. `label` is the Bates number
    stamped on it. `words` is empty for a page that has text of its own, and holds a box
    for each word of one that was read by OCR. `lines` are those of a page with numbers of lines
    in its margin: where one begins in the canonical text, and its number, 0 for one that has
    none; the last pair is where the last of them ends. `printed` is the number that the page bears
    itself where that is not its place in the file, else 0.
    """

    number: int
    char_start: int
    char_end: int
    needs_ocr: bool = False
    label: str = ""
    words: tuple[WordBox, ...] = ()
    lines: tuple[tuple[int, int], ...] = ()
    printed: int = 0

    @property
    def cited(self) -> int:
        """The number by which the page is cited."""
        return self.printed or self.number

    def lines_moved(self, by: int) -> tuple[tuple[int, int], ...]:
        """The lines where the text before the page has grown by so many characters."""
        return tuple((at + by, number) for at, number in self.lines)


@dataclass(frozen=True, slots=True)
class Element:
    """A span of the canonical text with its role. `level` is the depth of a heading, from 1."""

    kind: ElementKind
    char_start: int
    char_end: int
    page: int | None = None
    level: int = 0


class RevisionKind(StrEnum):
    INSERTION = "insertion"
    DELETION = "deletion"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Revision:
    """A tracked change or a comment. The canonical text is the accepted one.

    The span is that of the inserted or commented text; a deletion's is empty and stands
    where `text`, the deleted words, stood. For a comment `text` is what it says.
    `date` is ISO 8601 as the file gives it, or "".
    """

    kind: RevisionKind
    author: str
    date: str
    char_start: int
    char_end: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A file found inside a file: an attachment, or a member of an archive.

    `path` is where the parser left its bytes, below the scratch folder it was given;
    `name` is the name inside the parent, with "/" between folders.
    """

    name: str
    path: str


FACTS = (
    "title",
    "type",
    "date",
    "meeting",
    "party",
    "court",
    "docket",
    "judge",
    "jurisdiction",
    "bates",
    "language",
    "author",
    "message-id",
    "reply-to",
    "hidden-text",
    "prompt-injection",
    "ocr",
)
"""Names of facts. A document may have several values of one, parties for instance.
Dates are ISO 8601 days, a language its ISO 639-1 code, a Bates range "FIRST - LAST";
meeting is when one is to be, "2024-06-18 14:30 Europe/London", of a calendar file or a request;
title is one where it stands at the top of the text, or a person has stated it;
reply-to holds the Message-IDs a mail answers, hidden-text what was set aside and why,
prompt-injection words that address a language model, ocr which model read the pages that are images
and how much of them it could read."""


@dataclass(frozen=True, slots=True)
class Fact:
    """The span is that of the words in the canonical text that the value was read from.

    It is None for a fact that a file's properties or a person state, and for one that no
    words state, such as the language.
    """

    name: str
    value: str
    char_start: int | None = None
    char_end: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parser made of one file: its canonical text and what the spans in it are.

    `elements` are in order and do not overlap; text between them is layout.
    `problem` is a sentence about a part that could not be read, None when all was.
    `facts` are those that the file itself states, in its properties or headers; `language` is
    what it names as its own, which programs write without asking.
    """

    media_type: str
    text: str
    elements: tuple[Element, ...]
    pages: tuple[Page, ...] = ()
    title: str = ""
    problem: str | None = None
    parts: tuple[Part, ...] = ()
    revisions: tuple[Revision, ...] = ()
    facts: tuple[Fact, ...] = ()
    language: str = ""

    def __getstate__(self) -> list[object]:
        """The fields in order; elements by columns, since a long text has a hundred thousand."""
        columns = zip(*map(_COLUMNS, self.elements), strict=True)
        return [[list(one) for one in columns], *_OTHERS(self)]

    def __setstate__(self, state: Sequence[Any]) -> None:
        columns, *others = state
        object.__setattr__(self, "elements", tuple(map(Element, *columns)) if columns else ())
        for name, value in zip(_NAMES, others, strict=True):
            object.__setattr__(self, name, value)


_COLUMNS = attrgetter(*(one.name for one in fields(Element)))
_NAMES = tuple(one.name for one in fields(Reading) if one.name != "elements")
_OTHERS = attrgetter(*_NAMES)
