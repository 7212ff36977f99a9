"""From a rendered prompt to tokens: the template's marks are marks, what it carries is text.

A document may hold `<|im_start|>`, `[INST]` or `</s>`, as text that anybody may write. Were the
prompt tokenised as one string, the model would take them for the turns of its own conversation.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

_GUARD = "\n"
"""Put before a text so that a vocabulary does not take it for the beginning of all."""


@dataclass(frozen=True)
class Piece:
    """A part of a rendered prompt: the template's own, or `content` that it was given."""

    text: str
    content: bool = False


@dataclass(frozen=True)
class PromptTokens:
    """The tokens of prompts, by one vocabulary.

    `tokenize` takes a text and whether marks in it become control tokens; `mark` gives the
    text of a token that is one of the vocabulary's marks, and None for every other. A
    single character is no mark.
    """

    tokenize: Callable[[str, bool], list[int]]
    mark: Callable[[int], str | None]

    def of_prompt(self, pieces: Iterable[Piece]) -> list[int]:
        """The token ids of a prompt, in order; those of content hold no mark."""
        ids: list[int] = []
        for piece in pieces:
            begins = not ids or self.mark(ids[-1]) is not None
            if piece.content:
                ids += self._plain(piece.text, begins=begins)
            else:
                ids += self._tokens(piece.text, special=True, begins=begins)
        return ids

    def of_content(self, text: str) -> list[int]:
        """The token ids of a text by itself, as content of a prompt has them."""
        return self._plain(text, begins=True)

    def _plain(self, text: str, *, begins: bool) -> list[int]:
        """llama.cpp finds some marks also where it is told not to: these are cut in two first."""
        ids = self._tokens(text, special=False, begins=begins)
        marks = {mark for known in ids if (mark := self.mark(known)) is not None}
        parts = _halved(text, marks)
        if len(parts) == 1:  # none, or one that cannot be cut: it is left out
            return [known for known in ids if self.mark(known) is None]
        ids = self._plain(parts[0], begins=begins)
        for part in parts[1:]:
            ids += self._plain(part, begins=False)
        return ids

    def _tokens(self, text: str, *, special: bool, begins: bool) -> list[int]:
        if not text:
            return []
        if not begins and self._spaced:
            ids = self.tokenize(_GUARD + text, special)
            if ids[: len(self._guard)] == self._guard:
                return ids[len(self._guard) :]
        return self.tokenize(text, special)

    @cached_property
    def _guard(self) -> list[int]:
        return self.tokenize(_GUARD, False)

    @cached_property
    def _spaced(self) -> bool:
        """Whether the vocabulary puts a space before what begins, as many of SentencePiece's do."""
        return len(self._guard) > 1


def _halved(text: str, marks: Iterable[str]) -> list[str]:
    """The text, cut in the middle of each of the marks."""
    cuts = [
        f"(?<={re.escape(mark[: len(mark) // 2])})(?={re.escape(mark[len(mark) // 2 :])})"
        for mark in sorted(marks)
        if len(mark) > 1
    ]
    return re.split("|".join(cuts), text) if cuts else [text]
