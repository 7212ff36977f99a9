"""Which court a paper is of, by the names that courts give themselves in a caption."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.facts.base.aligned import Aligned, joined
from ingest.facts.base.casing import capitalised
from ingest.facts.base.places import place_at, place_in

_MOST_LINES = 60
_LONGEST_LINE = 200
_ENTRY = r"(?i:(?:in the|in|the|before the)\s)?"
_NAME = r"[A-Z][\w'’-]*(?:\.? (?:of |and )?[A-Z][\w'’-]*){0,3}"
_FEDERAL = r"(?i:united states|u\. ?s\.)"
_PARTED = re.compile(r"\b(?:the|to|from|of|by|united)$", re.IGNORECASE)
_DATE = re.compile(r"^[A-Z][a-z]+ \d{1,2}, \d{4} ")
_NO_PLACE = re.compile(r"[ ,]*\b(?:No|Nos|Case|Civil|Criminal|Docket|Division|Index|Cause)\b.*")


@dataclass(frozen=True, slots=True)
class Court:
    """`place` has the law it speaks; both were read from its name in the caption."""

    name: Aligned
    place: Aligned


def court(lines: Sequence[Aligned]) -> Court | None:
    """The court whose name opens one of the first lines, or None.

    A court named within a line is one that is spoken of, or appealed from.
    """
    for number, line in enumerate(lines[:_MOST_LINES]):
        if len(line) > _LONGEST_LINE or (number and _PARTED.search(lines[number - 1])):
            continue
        words = joined(lines[number : number + 3], "\n")[: 2 * _LONGEST_LINE].replaced(_DATE)
        for form, named in _FORMS:
            found = form.match(words)
            if found:
                name, place = named(found)
                stated = words.matched(found)
                return Court(stated.read_as(" ".join(name.split())), stated.read_as(place))
    return None


def _supreme(_: re.Match[str]) -> tuple[str, str]:
    return "Supreme Court of the United States", "United States"


def _appeals(found: re.Match[str]) -> tuple[str, str]:
    whole = re.sub(r"^([FS]) ", r"\1", found[1].upper())  # small capitals, torn apart
    circuit = re.sub(r"D\. ?C\.?$", "District of Columbia", whole)
    name = "United States Court of Appeals for the"
    return f"{name} {capitalised(circuit.upper())} Circuit", "United States"


def _district(found: re.Match[str]) -> tuple[str, str]:
    kind, district = capitalised(found[1].upper()), capitalised(found[2].upper())
    return f"United States {kind} Court for the {district} {_place(found[3])}", "United States"


def _special(found: re.Match[str]) -> tuple[str, str]:
    return f"United States {capitalised(found[1].upper())}", "United States"


def _state(found: re.Match[str]) -> tuple[str, str]:
    place = _place(found[2])
    county = capitalised(found[3] or "")
    name = f"{capitalised(found[1].upper())} of {place}" + (f", {county}" if county else "")
    return name, place_in(place) or place


def _british(found: re.Match[str]) -> tuple[str, str]:
    name, division = capitalised(found[1].upper()), capitalised((found[2] or "").upper())
    if division and name.startswith("Court"):
        division = f" ({division})"
    return name + (division if division.startswith(" (") else f", {division}" * bool(division)), (
        "England and Wales"
    )


def _united_kingdom(_: re.Match[str]) -> tuple[str, str]:
    return "Supreme Court of the United Kingdom", "United Kingdom"


def _as_written(place: str) -> Callable[[re.Match[str]], tuple[str, str]]:
    return lambda found: (capitalised(found[1]), place)


def _place(words: str) -> str:
    """A place's name without what follows it on its line."""
    known, _ = place_at(words)
    return known or capitalised(_NO_PLACE.sub("", words).upper() if words.isupper() else words)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str]]], ...] = (
    (
        re.compile(rf"{_ENTRY}(?i:supreme\scourt\sof\s(?:the\s)?(?:united\sstates|u\. ?s\.))"),
        _supreme,
    ),
    (re.compile(r"(?i:(?:in the )?united states supreme court)\b"), _supreme),
    (
        re.compile(
            rf"{_ENTRY}{_FEDERAL}(?i:\scourt\sof\sappeals,?\s?(?:f ?or\sthe\s|for\s)?"
            r"(f ?irst|s ?econd|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh"
            r"|district\sof\scolumbia|d\. ?c\.?|federal)\sc ?ircuit)"
        ),
        _appeals,
    ),
    (
        re.compile(
            rf"{_ENTRY}{_FEDERAL}(?i:\s(district|bankruptcy)\scourt,?\s(?:for\sthe\s|in\sthe\s)?"
            r"((?:(?:northern|southern|eastern|western|middle|central)\s)?district\sof)\s)"
            rf"({_NAME})"
        ),
        _district,
    ),
    (
        re.compile(
            rf"{_ENTRY}{_FEDERAL}\s"
            r"(?i:(tax\scourt|court\sof\s(?:federal\sclaims|international\strade)))"
        ),
        _special,
    ),
    (
        re.compile(
            rf"{_ENTRY}(?i:supreme\scourt\sof\sthe\sunited\skingdom|uk\ssupreme\scourt)\b",
        ),
        _united_kingdom,
    ),
    (
        re.compile(
            rf"{_ENTRY}((?i:high\scourt\sof\sjustice|court\sof\sappeal(?!s)))"
            r"(?:[\s,(]{1,3}((?i:(?:king['’]?s|queen['’]?s)\sbench|chancery|family|civil"
            r"|criminal)\s(?i:division)))?\)?(?=\s|$)(?!\s(?i:of|for))"
        ),
        _british,
    ),
    (
        re.compile(
            rf"{_ENTRY}((?i:(?:supreme|superior|appellate|commonwealth|circuit|district|county)"
            r"\scourt(?:\sof\sappeals?)?|court\sof\s(?:civil\s|criminal\s)?appeals?"
            r"|court\sof\s(?:chancery|special\sappeals|common\spleas)|supreme\sjudicial\scourt))"
            r"\s(?i:of|for|in)\s(?i:the\s)?(?i:(?:state|commonwealth)\sof\s)?"
            rf"((?!(?i:state|the|united)\b){_NAME})"
            r"(?:[\s,.]{1,3}((?i:county\sof\s)[A-Z]\w+(?: [A-Z]\w+)?"
            r"|[A-Z]\w+(?: [A-Z]\w+)? (?i:county)))?(?=[\s,.]|$)"
        ),
        _state,
    ),
    (re.compile(r"((?i:european court of human rights))\b"), _as_written("")),
    (
        re.compile(r"((?i:court of justice of the european (?:union|communities)))"),
        _as_written("European Union"),
    ),
    (
        re.compile(
            r"((?i:bundesgerichtshof|bundesverfassungsgericht|bundesarbeitsgericht)"
            r"|(?:OBERLANDESGERICHT|Oberlandesgericht|LANDGERICHT|Landgericht) [A-Z]\w+)$",
            re.MULTILINE,
        ),
        _as_written("Germany"),
    ),
    (re.compile(r"((?i:cour de cassation|conseil d['’]état))\b"), _as_written("France")),
)
