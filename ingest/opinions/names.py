"""Judges as they sign or head what they write: their names, their titles, who joins them."""

import re

from ingest.facts.base.casing import capitalised

_NO_NAME = (
    r"(?!JJ?\.(?! [A-Z]{2})"
    r"|(?:Judges?|Justices?|Chief|Senior|Circuit|District|Presiding|Associate)\b)"
)
_WORD = rf"{_NO_NAME}[A-ZÀ-Þ][\w'’.-]{{0,30}}"
_SUFFIX = r"(?:,? (?:Jr|JR|Sr|SR)\.?(?=[ ,]|$)|,? I{2,3}(?=,)|,? IV(?=,))?"
_ONE = rf"{_WORD}(?: (?:de|la|da|van|von|del|der|{_WORD})){{0,3}}{_SUFFIX}"
_RANK = (
    r"(?:(?:Chief|Senior|Acting|Associate|Presiding|Circuit|District|Appellate|Administrative"
    r"|United States|U\. ?S\.|Retired|Vice) ){0,4}"
)
_BENCH = (
    rf"(?:{_RANK}(?:Judges?|Justices?|Chancellor)(?!\w)"
    r"|(?:(?:[CPVA]\. ?){1,3}|Ch\. |Sr\. )?JJ?\.(?!\w))"
)
_CALLED = r"(?:(?:Mr|Ms|Mrs)\. |Madam )?(?:Chief )?(?:Justice|Judge|Chancellor) "

SIGNED = rf"(?P<signed>{_ONE}(?:(?:, and |, | and ){_ONE}){{0,7}}) ?, ?(?i:{_BENCH})"
"""As “BOWNES, Circuit Judge” and “SCALIA and THOMAS, JJ.”; for use once in an expression."""
ALONE = rf"(?P<signed>{_ONE}) ?, ?(?i:{_BENCH})"
"""One judge, as SIGNED."""
CALLED = (
    rf"(?P<called>(?i:the chief justice)|(?i:{_CALLED}){_ONE}"
    rf"(?:(?:, and |, | and )(?i:{_CALLED}){_ONE}){{0,7}})"
)
"""As “JUSTICE SCALIA” and “Justice X and Justice Y”; for use once in an expression."""
_TITLES = re.compile(rf"(?i:the chief justice|{_CALLED})")
_AND = re.compile(r", and | and |, ")
_JOINED = re.compile(r"(?i:jr|sr)\.?|I{2,3}|IV")
_TORN = re.compile(r"\b([A-Z]) (?=[A-Z]{2,}\b)")  # small capitals, torn apart


def mended(words: str) -> str:
    """Words on one line, whole where a line's end or small capitals tore them, without stress."""
    flat = " ".join(words.replace("**", "").split()).replace("\xad ", "").replace("\xad", "")
    flat = re.sub(r"(?<=[A-Z])- (?=[A-Z])|(?<=[a-z])- (?=[a-z])", "", flat)
    return _TORN.sub(r"\1", flat)


def names(found: re.Match[str]) -> str:
    """The names in what SIGNED or CALLED found, written as names are: “Scalia and Thomas”."""
    groups = found.groupdict()
    plain = groups.get("signed") or _TITLES.sub("", groups.get("called") or "")
    told: list[str] = []
    for name in _AND.split(plain):
        if told and _JOINED.fullmatch(name):
            told[-1] += f" {name}"
        elif name.strip():
            told.append(capitalised(name.strip()))
    return " and ".join(filter(None, [", ".join(told[:-1]), *told[-1:]]))


def last_name(name: str) -> str:
    """All that the head of a page tells of a judge."""
    return (name.split() or [""])[-1]
