"""Words that were struck out by hand, kept apart from the text like a tracked deletion.

While a text is put together, noncharacters that no text has hold the places of such words.
"""

import re

from kb.domain import Revision, RevisionKind

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_PLACE = re.compile(f"{_OPEN}(\\d{{1,9}}){_CLOSE}")
_NONE = dict.fromkeys(map(ord, _OPEN + _CLOSE))


class Deletions:
    """The deletions of one text, with their places as these become known."""

    def __init__(self) -> None:
        self._words: list[tuple[str, str]] = []
        self.placed: list[Revision] = []

    def mark(self, words: str, date: str = "") -> str:
        """What stands in the text where `words` stood, until the place is known."""
        words = " ".join(unmarked(words).split())
        if not words:
            return " "
        self._words.append((words, date))
        return f"{_OPEN}{len(self._words) - 1}{_CLOSE}"

    def settle(self, text: str, start: int, nearest: int) -> str:
        """`text`, which will begin at `start`, without marks; one blank is left of two.

        A text of marks alone will not be there: its deletions stand at `nearest`.
        """
        if _OPEN not in text:
            return text
        pieces: list[str] = []
        places: list[tuple[int, int]] = []
        length, rim = 0, "\n"
        for number, piece in enumerate(_PLACE.split(text)):
            if number % 2:
                places.append((int(piece), length))
                continue
            words = piece.lstrip(" \n" if rim == "\n" else " ") if rim.isspace() else piece
            if words:
                pieces.append(words)
                length, rim = length + len(words), words[-1]
        kept = "".join(pieces)
        end = len(kept.rstrip())
        for which, place in places:
            if which < len(self._words):
                at = start + min(place, end) if end else nearest
                words, date = self._words[which]
                self.placed.append(Revision(RevisionKind.DELETION, "", date, at, at, words))
        return kept[:end]


def without_deletions(text: str) -> str:
    """The words of `text` that stay, marks left out."""
    return _PLACE.sub("", text).strip()


def unmarked(text: str) -> str:
    """`text` without the noncharacters that hold a place."""
    return text.translate(_NONE) if _OPEN in text or _CLOSE in text else text
