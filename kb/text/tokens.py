"""Words as they are written, one after another: what exact searches count and compare.

Other than `kb.text.analyzer`, nothing is stemmed and nothing left out. Case, accents and
compatibility forms fall away (Unicode NFKD); a possessive keeps its ’s, every
other apostrophe and hyphen ends a word, but one that divides a word at the end of a line;
thousands separators fall away. A raised figure is the mark of a note and no word. Scripts
that are written without spaces give one token a character.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from kb.text.divided import HYPHENS, divides, has_breaks
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
_MOST_PIECES = 4
TOLD_ANEW = re.compile(rf"[{SUPERSCRIPTS}]|[{HYPHENS}][ \t]*\r?\n")
"""What a text has whose tokens are others than they were."""
_APOSTROPHES = str.maketrans("’ʼ＇", "'''")


def tokens(text: str) -> list[str]:
    """The folded tokens of `text`, in order."""
    return [_word(some) for some in _groups(text)]


def placed(text: str) -> list[tuple[int, list[str]]]:
    """Each of the tokens of `text`, with the character that it begins at.

    Behind one that is divided at the end of a line come its pieces.
    """
    return [
        (some[0].start(), [_fold(some[0].group())] if len(some) == 1 else _pieces(some))
        for some in _groups(text)
    ]


def token_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each of the tokens of `text` stands in it, in characters."""
    return ((some[0].start(), some[-1].end()) for some in _groups(text))


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


def _groups(text: str) -> Iterator[list[re.Match[str]]]:
    """The tokens, the pieces of one that is divided at the end of a line together."""
    if not has_breaks(text):
        yield from ([match] for match in _TOKEN.finditer(text))
        return
    some: list[re.Match[str]] = []
    for match in _TOKEN.finditer(text):
        if some and len(some) < _MOST_PIECES and divides(text, some[-1].end(), match.start()):
            some.append(match)
            continue
        if some:
            yield some
        some = [match]
    if some:
        yield some


def _word(some: list[re.Match[str]]) -> str:
    return _fold("".join(match.group() for match in some))


def _pieces(some: list[re.Match[str]]) -> list[str]:
    return list(dict.fromkeys([_word(some), *(_fold(match.group()) for match in some)]))
