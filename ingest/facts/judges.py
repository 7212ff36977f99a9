"""Who decided: the panel, the author of an opinion, the judge who signs."""

import re
from collections.abc import Iterator

from ingest.facts.base.aligned import Aligned, flat, joined, standing
from ingest.facts.base.casing import capitalised
from ingest.facts.base.head_and_tail import Glance

_RANKS = (
    r"(?:(?:Chief|Senior|Acting|Associate|Presiding|Circuit|District|Appellate|Magistrate"
    r"|Bankruptcy|United States|U\. ?S\.|Retired) ){0,4}"
)
_TITLE = (
    rf"(?:{_RANKS}(?:Judges?|Justices?)(?!\w)|(?<=, )(?:[CP]\. ?)?J\.(?!\w)|\bJJ\.(?!\w)"
    r"|(?:Vice )?Chancellor(?!\w))"
)
_TITLES = re.compile(_TITLE, re.IGNORECASE)
_PERSON = (
    r"[A-ZÀ-Þ][\w'’.-]{0,30}(?: (?:de|la|da|van|von|del|der|[A-ZÀ-Þ][\w'’.-]{0,30})){0,3}"
    r"(?: (?:Jr|JR|Sr|SR)\.?| I{2,3}| IV)?"
)
_NAME = re.compile(_PERSON)
_PANEL = re.compile(
    r"(?:^|(?<=[.)*\]] ))(?:Before|BEFORE|PRESENT|Present)\b ?:?,?\s?(?=[A-ZÀ-Þ])", re.MULTILINE
)
_CLOSED = re.compile(r".*(?:judges?|justices?)\.|jj\.", re.IGNORECASE)
_BETWEEN_TITLES = 110  # characters
_AUTHOR = re.compile(
    rf"(?:(?i:opinion of the court by|opinion by|statement of) )?(?:({_PERSON}), ?\*{{0,3}} ?"
    rf"{_RANKS}(?:Judge|Justice)(?=[.:,;*†]|$)|([A-ZÀ-Þ][A-ZÀ-Þ'’-]+), ?(?:[CP]\. ?)?J\.(?!\w))"
)
_JUSTICE = re.compile(
    r"(?:MR\. |MADAM )?(?:CHIEF )?JUSTICE ([A-Z][A-Z'’-]+)(?:,| delivered| announced)"
)
_VOTES = ("delivered the opinion", "announced the judgment")
_VOTES_WITHIN = 80_000  # characters: a syllabus may be long
_VOTE = re.compile(r"((?:[A-Z][A-Z'’-]+,? (?:and )?){1,9})(?:C\. )?JJ?\.")
_SIGNED = re.compile(
    r"([A-Z][\w.'’-]{0,30}(?: [A-Z][\w.'’-]{0,30}){1,3}),? (?i:(?:chief |senior )?"
    r"(?:united states|u\.s\.) (?:district|magistrate|bankruptcy) judge)"
)
_BRACKETS = re.compile(r"\[[^\[\]]{0,120}\]")  # the judge below: “[Hon. A. Doe, U.S. …]”
_BRITISH = re.compile(
    r"(?:THE |The )?(?:RT\.? |Rt\.? )?(?:HON\.? |HONOURABLE |Hon\.? |Honourable )?((?i:lord|lady"
    r"|mr|mrs|ms|sir|dame|his honour|her honour)\b[^():]{3,60})"
)
_TORN = re.compile(r"\b[A-Z] [A-Z]")  # small capitals, torn apart
_MARKS = re.compile(r"[*†‡§]|\d")
_BEFORE_SUFFIX = re.compile(r",(?= (?:Jr|JR|Sr|SR|II|III|IV)\b)")
_PARTS = re.compile(r" ?[,;&] ?|(?:^| )and ")
_HONORABLE = re.compile(r"^(?:and |(?:The )?Hon(?:orable|\.) |HONORABLE |HON\. )+")
_INITIAL = re.compile(r"(?<=^[A-Z]) (?=[A-Z]{2})")  # small capitals, torn apart
_SOFT_HYPHEN = re.compile("\xad ?")
_HYPHEN = re.compile(r"(?<=[A-Z])- (?=[A-Z])")
_AND = re.compile(r"\band\b")
_SURNAME = re.compile(r"[A-Z][A-Z'’-]{2,}")
_NO_NAME = {"per curiam", "the court", "the", "united states", "of", "by", "hon", "honorable"}


def judges(look: Glance, text: str) -> Iterator[Aligned]:
    """The judges of an opinion or order, the panel first.

    `text` is the whole text, for the vote that stands below a syllabus.
    """
    found = [*_panel(look), *_authors(look), *_votes(text)]
    if not found:
        tail = look.tail.replaced(_BRACKETS)
        found = [tail.matched(signed, 1) for signed in _SIGNED.finditer(tail)][-1:]
    known: list[Aligned] = []
    for name in found:
        stated = name.strip(" ,.*†")
        tidied = stated.read_as(capitalised(stated) + "." * name.endswith("Jr."))
        last = tidied.lower().split()[-1:]
        if (
            tidied.lower() in _NO_NAME
            or _TORN.search(tidied)
            or any(last == one.lower().split()[-1:] for one in known)
        ):
            continue
        known.append(tidied)
    yield from known


def _panel(look: Glance) -> Iterator[Aligned]:
    head = joined(look.lines, "\n")
    for opened in _PANEL.finditer(head):
        window = flat(head[opened.end() : opened.end() + 600])
        end = 0
        for title in _TITLES.finditer(window):
            if title.start() - end > _BETWEEN_TITLES:
                break
            end = title.end()
            if _CLOSED.match(title[0] + window[end : end + 1]):
                break
        names = [*_names(window[:end])]
        if names:
            yield from names
            return
    for number, line in enumerate(look.lines):
        if re.fullmatch(r"(?i:before) ?:?", line):
            for below in look.lines[number + 1 : number + 6]:
                if found := _BRITISH.match(below):
                    yield below.matched(found, 1)


def _names(panel: Aligned) -> Iterator[Aligned]:
    plain = panel.replaced(_MARKS).replaced(_BEFORE_SUFFIX)
    for name in plain.replaced(_TITLES, ",").parted(_PARTS):
        tidied = name.strip(" .").replaced(_HONORABLE).replaced(_INITIAL)
        if _NAME.fullmatch(tidied) and len(tidied) > 2:
            yield tidied


def _authors(look: Glance) -> Iterator[Aligned]:
    for line in look.lines:
        found = _AUTHOR.match(line) or _JUSTICE.match(line)
        name = line.matched(found, found.lastindex or 0) if found else Aligned()
        if name and len(name.split()) < 5:
            yield name


def _votes(text: str) -> Iterator[Aligned]:
    """Names in a sentence such as “KAGAN, J., delivered the opinion of the Court, in which …”."""
    for words in _VOTES:
        at = text.find(words, 0, _VOTES_WITHIN)
        if at >= 0:
            window = flat(standing(text, max(0, at - 80), at + 900))
            window = window.replaced(_SOFT_HYPHEN).replaced(_HYPHEN)
            for vote in _VOTE.finditer(window):
                several = window.matched(vote, 1).replaced(_AND)
                yield from map(several.matched, _SURNAME.finditer(several))
            yield from (window.matched(found, 1) for found in _JUSTICE.finditer(window))
