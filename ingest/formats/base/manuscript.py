"""A text being written with tracked changes, comments and hidden words in it.

Words come in pieces, in the order of the file. White space is made single on
the way, so the place of a change is known exactly as it is written.
"""

import re
from dataclasses import dataclass, replace

from ingest.formats.base.elements import HEADING_LENGTH, Draft, heading_level, tidy
from ingest.formats.base.hidden_text import visible_text
from kb.domain import ElementKind, Fact, Reading, Revision, RevisionKind
from kb.text.raised import raised_words

_PIECE = re.compile(r"(\s+)|\S+")
_SHOWN = 200  # characters of hidden words that a fact repeats
_MOST_FACTS = 20
_NEAR = 20  # characters before words that are set raised

Reasons = dict[str, list[str]]
"""Hidden words by why they cannot be seen."""


@dataclass(slots=True)
class Mark:
    """A change or comment whose place may still move with the line it stands in.

    `start` and `end` count from the line's beginning while `start_moves` and
    `end_moves`, and from the text's beginning after.
    """

    kind: RevisionKind
    author: str
    date: str
    start: int
    end: int
    text: str = ""
    start_moves: bool = True
    end_moves: bool = True
    open: bool = False


class Manuscript:
    """Lines are said piece by piece and then ended, which makes each an element."""

    def __init__(self) -> None:
        self.draft = Draft()
        self._line: list[str] = []
        self._length = 0
        self._space = ""
        self._bars = 0
        self._marks: list[Mark] = []
        self._moving: list[Mark] = []
        self._hidden: list[str] = []
        self._reasons: Reasons = {}
        self._reason = ""

    def say(self, text: str) -> None:
        """Append words as a reader sees them; white space at a line's rim is dropped."""
        text, unseen = visible_text(text)
        self.hide(unseen, "in characters without width")
        for piece in _PIECE.finditer(tidy(text)):
            if piece[1] is not None:
                if self._length and not self._bars:
                    self._space = "\n" if "\n" in piece[1] + self._space else " "
                continue
            words = self._gap() + piece[0]
            self._line.append(words)
            self._length += len(words)
            self._space, self._bars = "", 0

    def say_raised(self, text: str) -> None:
        """As `say`, of words that are set raised: the mark of a note stands apart."""
        before = "".join(self._line[-2:])[-_NEAR:]
        self.say(raised_words(before + self._gap(), text))

    def next_cell(self) -> None:
        """What is said next belongs to the next cell of a row."""
        self._bars += 1
        self._space = ""

    def hide(self, text: str, reason: str) -> None:
        """Set words aside that a reader of the page cannot see."""
        if text.strip():
            self._hidden.append(text if reason == self._reason else f" {text}")
            self._reason = reason
            self._reasons.setdefault(reason, []).append(text)

    def delete(self, author: str, date: str, text: str) -> None:
        """Words that were deleted here; they are no part of the text."""
        if text:
            self._mark(Mark(RevisionKind.DELETION, author, date, 0, 0, tidy(text)))

    def begin(self, kind: RevisionKind, author: str, date: str, text: str = "") -> Mark:
        """What is said from here until `end` was inserted, or is commented on with `text`."""
        return self._mark(Mark(kind, author, date, 0, 0, text, open=True))

    def end(self, mark: Mark) -> None:
        """The place where `mark` ends."""
        mark.end, mark.end_moves, mark.open = self._here(), True, False
        if mark not in self._moving:
            self._moving.append(mark)

    def end_line(
        self,
        kind: ElementKind,
        *,
        label: str = "",
        level: int = 0,
        gap: str = "\n\n",
        by_words: bool = True,
    ) -> bool:
        """Make an element of what was said, `label` before it; whether there was anything.

        With `by_words`, a paragraph whose words read like a heading becomes one.
        """
        words = "".join(self._line)
        shown = f"{label} {words}" if label and words else words
        if by_words and kind in (ElementKind.PARAGRAPH, ElementKind.LIST_ITEM):
            level = heading_level(shown)
            kind = ElementKind.HEADING if level else kind
        if kind is ElementKind.HEADING and len(shown) > HEADING_LENGTH * 2:
            kind, level = ElementKind.PARAGRAPH, 0
        self._line.clear()
        start = self.draft.add(kind, shown, level=level, gap=gap)
        if start is not None:
            self._settle(start + len(shown) - len(words), len(words))
        self._length, self._space, self._bars = 0, "", 0
        hidden, self._hidden = " ".join("".join(self._hidden).split()), []
        self.draft.add(ElementKind.HIDDEN, hidden, gap=gap)
        return start is not None

    def reading(self, media_type: str, *, title: str, facts: tuple[Fact, ...]) -> Reading:
        """The finished reading, with revisions in the order of their places."""
        reading = self.draft.reading(media_type, title=title)
        self._settle(len(reading.text), 0)
        return replace(
            reading,
            revisions=_revisions(reading.text, self._marks),
            facts=(*facts, *hidden_facts(self._reasons)),
        )

    def _mark(self, mark: Mark) -> Mark:
        mark.start = mark.end = self._here()
        self._marks.append(mark)
        self._moving.append(mark)
        return mark

    def _here(self) -> int:
        return self._length + len(self._gap())

    def _gap(self) -> str:
        if self._bars:
            return (" " if self._length else "") + "| " * self._bars
        return self._space

    def _settle(self, base: int, longest: int) -> None:
        for mark in self._moving:
            if mark.start_moves:
                mark.start, mark.start_moves = base + min(mark.start, longest), False
            if mark.end_moves and not mark.open:
                mark.end, mark.end_moves = base + min(mark.end, longest), False
        self._moving = [mark for mark in self._moving if mark.end_moves and not mark.open]


def hidden_facts(reasons: Reasons) -> tuple[Fact, ...]:
    """What was set aside, and why, as facts: one for each reason with the words' beginning."""
    facts = []
    for reason, pieces in list(reasons.items())[:_MOST_FACTS]:
        words = " ".join("".join(pieces).split())
        shown = words if len(words) <= _SHOWN else words[:_SHOWN] + "…"
        facts.append(Fact("hidden-text", f"{reason}: “{shown}”"))
    return tuple(facts)


def _revisions(text: str, marks: list[Mark]) -> tuple[Revision, ...]:
    found: list[Revision] = []
    for mark in marks:
        start, end = mark.start, max(mark.start, len(text) if mark.open else mark.end)
        inner = text[start:end].strip()
        if inner:
            start += text[start:end].index(inner[0])
            end = start + len(inner)
        elif mark.kind is RevisionKind.INSERTION:
            continue
        else:
            end = start
        words = inner if mark.kind is RevisionKind.INSERTION else mark.text
        found.append(Revision(mark.kind, mark.author, mark.date, start, end, words))
    found.sort(key=lambda one: (one.char_start, one.kind is RevisionKind.INSERTION))
    return tuple(_joined(text, found))


def _joined(text: str, found: list[Revision]) -> list[Revision]:
    """Editors cut one change at each paragraph and change of font; put it together again."""
    joined: list[Revision] = []
    for one in found:
        above = joined[-1] if joined else None
        if above is not None and _goes_on(text, above, one):
            start, end = above.char_start, one.char_end
            words = above.text + one.text
            if one.kind is RevisionKind.INSERTION:
                words = text[start:end]
            joined[-1] = replace(above, char_end=end, text=words)
        else:
            joined.append(one)
    deletions = (one for one in joined if one.kind is RevisionKind.DELETION)
    tidied = {one: " ".join(one.text.split()) for one in deletions}
    return [replace(one, text=tidied.get(one, one.text)) for one in joined if tidied.get(one, "x")]


def _goes_on(text: str, above: Revision, one: Revision) -> bool:
    if (above.kind, above.author, above.date) != (one.kind, one.author, one.date):
        return False
    between = text[above.char_end : one.char_start]
    if one.kind is RevisionKind.DELETION:
        return above.char_end == one.char_start
    return one.kind is RevisionKind.INSERTION and not between.strip()
