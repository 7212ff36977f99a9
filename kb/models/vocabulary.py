"""How much of a text an embedding model cannot read, by its own tokenizer.

A tokenizer that does not know a writing gives its unknown token, or breaks words into single
letters or bytes, of which the model has learnt no meaning.
"""

import re
from collections.abc import Sequence
from functools import cache
from unicodedata import category

from kb.text.languages import script

LETTERS_A_PIECE = 1.5
"""A word whose pieces have fewer on average is spelled, not read."""
LEAST_LETTERS = 3
"""Of shorter words, and of figures, it cannot be told."""
_WHOLE = frozenset({"CJK", "HANGUL"})
"""Scripts of which one character is as much as a piece; more pieces than that are bytes."""


def unread_share(text: str, spans: Sequence[tuple[int, int]], unknown: Sequence[bool]) -> float:
    """The share of the letters of `text`, from 0 to 1, in words that the tokenizer cannot read.

    `spans` are of its tokens, in order; `unknown` says which of them stand for anything at all.
    """
    letters = unread = first = 0
    for word in _words().finditer(text):
        start, end = word.span()
        letters += end - start
        while first < len(spans) and spans[first][1] <= start:
            first += 1
        last = first
        lost = 0
        while last < len(spans) and spans[last][0] < end:
            if unknown[last]:
                lost += min(spans[last][1], end) - max(spans[last][0], start)
            last += 1
        unread += end - start if _spelled(word[0], last - first) else lost
    return unread / letters if letters else 0.0


def _spelled(word: str, pieces: int) -> bool:
    if pieces < 2:
        return False
    letters = sum(letter.isalpha() for letter in word)  # the marks on them do not count
    if letters < LEAST_LETTERS or pieces <= letters / LETTERS_A_PIECE:
        return False
    return script(word[0]) not in _WHOLE or pieces > letters * LETTERS_A_PIECE


@cache
def _words() -> re.Pattern[str]:
    """Letters with the marks on them."""
    marks = "".join(chr(n) for n in range(0x300, 0xFE30) if category(chr(n))[0] == "M")
    return re.compile(rf"[^\W\d_](?:[^\W\d_]|[{re.escape(marks)}])*")
