"""Words as they are written, one after another: what exact searches count and compare.

Other than `kb.text.analyzer`, nothing is stemmed and nothing left out. Case, accents and
compatibility forms fall away (Unicode NFKD); a possessive keeps its ’s, every
other apostrophe and hyphen ends a word; thousands separators fall away. A raised figure is
the mark of a note and no word. Scripts that are written without spaces give one token a
character.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from kb.text.raised import POWER, SUPERSCRIPTS

_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f"
SINGLE = (
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""A character of a script that is written without spaces, as a regular expression."""
_PLAIN = rf"(?:(?!{SINGLE})[^\W_{SUPERSCRIPTS}])"
_TOKEN = re.compile(
    rf"(?P<single>{SINGLE})"
    r"|\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)+"
    rf"|{POWER}|{_PLAIN}(?:{_PLAIN}|[{_MARKS}])*(?:['’ʼ＇][sS](?![^\W_]))?"
)
TOLD_ANEW = re.compile(rf"[{SUPERSCRIPTS}]")
"""What a text has whose tokens are others than they were."""
_APOSTROPHES = str.maketrans("’ʼ＇", "'''")


def tokens(text: str) -> list[str]:
    """The folded tokens of `text`, in order."""
    return [_fold(match.group(0)) for match in _TOKEN.finditer(text)]


def placed(text: str) -> list[tuple[int, str]]:
    """Each of the tokens of `text`, with the character that it begins at."""
    return [(match.start(), _fold(match.group())) for match in _TOKEN.finditer(text)]


def token_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each of the tokens of `text` stands in it, in characters."""
    return (match.span() for match in _TOKEN.finditer(text))


def fold(word: str) -> str:
    """One spelling for all that differ in case, accents or width alone."""
    return _fold(word)


@lru_cache(maxsize=200_000)
def _fold(word: str) -> str:
    if word.isascii():
        return word.lower() if word.isalnum() else word.lower().replace(",", "")
    if re.match(SINGLE, word):
        return unicodedata.normalize("NFKC", word)
    spelled = unicodedata.normalize("NFKD", word.translate(_APOSTROPHES).casefold())
    bare = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", bare) or word
