"""How names are compared: parties, courts, judges, dockets, Bates numbers, whoever spelled them.

A spelling is folded once, when it is stored, and what a person asks for is folded by the same
rules. A change of these rules needs a step in `kb/store/schema/migrations.py` that folds again.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from kb.errors import BadRequest

_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_FORMS = {"limited": "ltd", "incorporated": "inc", "corporation": "corp", "company": "co"}
_SMALL = frozenset({"the", "of", "and"})
_BENCH = frozenset(
    "chancellor chief circuit district hon honorable honourable j jj judge justice magistrate "
    "presiding senior vice".split()
)
_NUMBERED = frozenset({"no", "nos", "number", "docket", "case"})
_BATES = re.compile(r"(.*?)(\d{1,18})\W*", re.DOTALL)
_RANGE = re.compile(r"(?<=\d)(?:\s+-\s+|\s+to\s+|\s*(?:[–—]|\.\.)\s*)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGITS = 18
LANGUAGES = dict(
    pair.split(":")
    for pair in (
        "arabic:ar bulgarian:bg catalan:ca chinese:zh croatian:hr czech:cs danish:da dutch:nl "
        "english:en estonian:et finnish:fi french:fr german:de greek:el hebrew:he hindi:hi "
        "hungarian:hu indonesian:id italian:it japanese:ja korean:ko latvian:lv lithuanian:lt "
        "norwegian:no persian:fa polish:pl portuguese:pt romanian:ro russian:ru slovak:sk "
        "slovenian:sl spanish:es swedish:sv thai:th turkish:tr ukrainian:uk vietnamese:vi"
    ).split()
)
"""English names of languages and their ISO 639-1 codes."""


@dataclass(frozen=True, slots=True)
class SpellingPattern:
    """What a folded spelling must be or hold to be meant.

    `whole`: the spelling is this. Otherwise it holds each of `parts`.
    """

    parts: tuple[str, ...]
    whole: bool = False

    def fits(self, spelling: str) -> bool:
        if self.whole:
            return spelling == self.parts[0]
        return all(part in spelling for part in self.parts)


def folded(name: str, value: str) -> str:
    """The value of a fact of this name as it is compared; "" where it cannot be.

    Words between single spaces, in small letters, without accents, points of initials, small
    words; legal forms are short. A date is its ISO day. A Bates range is its prefix and two
    numbers of `_DIGITS` digits, a space between each.
    """
    match name:
        case "date":
            return value if is_day(value) else ""
        case "bates":
            return " ".join(_stretch(value) or ())
        case "docket":
            return _between(_plain_numbers(_words(value)))
    return _between(_large(_words(value)))


def wanted(name: str, value: str) -> SpellingPattern:
    """What a person asks for, folded. In double quotes it is meant whole, to the last word.

    Raises `BadRequest` for a value without a word in it.
    """
    bare = value.strip()
    whole = len(bare) > 2 and bare[0] in '"“„' and bare[-1] in '"”“'
    bare = bare[1:-1] if whole else bare
    words = _words(bare)
    if not words:
        raise BadRequest(f"The filter “{name}” has “{value}”, in which there is no word. Name one.")
    if name == "language":
        code = LANGUAGES.get(" ".join(words), words[0])
        return SpellingPattern((_between([code]),), whole=True)
    if whole:
        return SpellingPattern((folded(name, bare),), whole=True)
    if name == "docket":
        kept = [word for word in words if word not in _NUMBERED] or words
        return SpellingPattern((_between(_plain_numbers(kept)),))
    words = _large(words)
    if name == "judge":
        words = [word for word in words if word not in _BENCH] or words
    return SpellingPattern(tuple(word if _CJK.search(word) else f" {word} " for word in words))


def bates_numbers(value: str) -> tuple[str, str, str]:
    """(prefix, first, last) of a Bates number or a range of them, folded; the prefix may be "".

    Raises `BadRequest` for what is neither.
    """
    stretch = _stretch(value)
    if stretch is None:
        raise BadRequest(
            f"“{value}” is no Bates number. Write one as it is stamped, such as ABC-000123, "
            "or a range, such as “ABC-000100 - ABC-000200”."
        )
    return stretch


def is_day(value: str) -> bool:
    """Whether it is an ISO 8601 day that there is."""
    try:
        return bool(_DAY.fullmatch(value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _words(text: str) -> list[str]:
    joined = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    spelled = unicodedata.normalize("NFKD", joined.casefold().replace("’", "'"))
    plain = "".join(letter for letter in spelled if not unicodedata.combining(letter))
    plain = unicodedata.normalize("NFKC", plain)
    return [_FORMS.get(word, word) for word in _WORD.findall(re.sub(r"'s\b|'", "", plain))]


def _large(words: list[str]) -> list[str]:
    return [word for word in words if word not in _SMALL] or words


def _plain_numbers(words: list[str]) -> list[str]:
    return [word.lstrip("0") or "0" if word.isdecimal() else word for word in words]


def _between(words: list[str]) -> str:
    return f" {' '.join(words)} " if words else ""


def _stretch(value: str) -> tuple[str, str, str] | None:
    """The prefix may be left out at the end of a range."""
    ends = [_BATES.fullmatch(end) for end in _RANGE.split(value.strip())]
    if not 1 <= len(ends) <= 2 or not all(ends):
        return None
    first, last = (ends[0], ends[-1])
    assert first is not None and last is not None
    prefix, other = ("".join(_words(end[1])) for end in (first, last))
    if other not in ("", prefix) or int(first[2]) > int(last[2]):
        return None
    return prefix, first[2].zfill(_DIGITS), last[2].zfill(_DIGITS)
