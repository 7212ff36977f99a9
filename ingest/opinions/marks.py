"""Lines that say whose words follow: beginnings of opinions, heads of pages, a syllabus.

A separate opinion begins on a line of its own that says whose it is and what it does, and
says nothing else: “BOWNES, J., dissenting.” In a citation more stands after the word, before
the line, or both.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from ingest.opinions.names import ALONE, CALLED, SIGNED, mended, names
from kb.domain import Opinion, OpinionPart, Reading

_WINDOW = 420  # characters that a beginning may take, over several lines
_LONGEST_HEAD = 90  # characters
_LINE = re.compile(r"[^\r\n\f]+")
_NUMBERED = re.compile(
    r"\d{1,2} {2,}(?=\S)|(?:\[?¶ ?\d{1,4}\]?\.?|\*{1,2}\d{1,5}|\[\*{0,2}\d{1,5}\])\s(?=\S)"
)
"""The number of a line, of a paragraph, or of a page of the reporter."""
_LIKELY = re.compile(
    r"\bJJ?\.|Judge|JUDGE|Justice|JUSTICE|Chancellor|CHANCELLOR|PER CURIAM|Per Curiam|BY THE COURT"
    r"|S(?:YLLABUS|yllabus|UMMARY)|O(?:PINION|pinion)|COUNSEL|^Appeal|^On [Aa]ppeal|[Ss]tatement of"
)
_ENDED = re.compile(r"[.!?:;”\"’')\]*_—–†‡\d]$")
_SMALL = re.compile(r"[a-z]")

_DOES = r"(?:concurring|dissenting)(?:-in-part)?"
_AS_TO = (
    r"(?:in|from|sur|to|as|with|of|the|that|its|all|only|except|but|and|or|part|parts|result"
    r"|judge?ments?|judment|decision|disposition|outcome|order|opinions?|majority|plurality"
    r"|rehearing|en|banc|denial|grant|dismissal|certiorari|writ|petition|review|motion|stay"
    r"|application|appeal|affirmance|reversal|vacate|remand|specially|separately|respectfully"
    r"|dubitante|for|reasons|stated|by|both|each|these|cases|court|section|count|counts"
    r"|(?-i:[IVX]{1,5}|[A-H]|[IVX]{1,5}[.–-][A-H](?:[.–-]\d)?|\d{1,2}))"
)
_KIND = (
    r"(?P<kind>(?i:(?:separately |specially |respectfully |also )?"
    rf"(?:{_DOES}|dubitante|respecting the (?:denial|grant))(?:[,;]? (?:{_DOES}|{_AS_TO}))*))"
)
_JOINED_BY = (
    r"(?:,? (?:with whom|and with whom|joined by|joining|for (?:him|her)self)\b[^()\d]{2,220}?)?"
)
_SAYS = rf"{_JOINED_BY}(?:,? ?\({_KIND}\)[.:,—–]?|, {_KIND.replace('kind', 'said')})"
_SEPARATE = re.compile(rf"(?:{SIGNED}|{CALLED}){_SAYS} ?(?P<end>[.:—–]|\*|$)?")
_STATEMENT = re.compile(rf"(?i:statement of )(?:{SIGNED}|{CALLED}) (?i:respecting the)\b")
_TITLED = re.compile(
    r"(?P<kind>(?i:concurring|dissenting)(?i:,? (?:and |& |in part,? |concurring |dissenting )*)?)"
    rf" ?(?i:opinion)(?: ?(?:(?i:of|by):? (?:{SIGNED}|{CALLED}))?)"
)
_FOLLOWING = re.compile(rf"(?:{SIGNED}|{CALLED})\W*(?:$|(?i:filed|joins?)\b)")

_LEAD = re.compile(
    rf"(?P<lead>(?:{CALLED}|{SIGNED}),? ?(?i:delivered the (?:opinion|judgment) (?:of|for)"
    r"|announced the (?:court['’]s )?judgment)(?P<rest>.{0,260}))"
)
_AUTHOR = re.compile(
    rf"(?:(?i:opinion by:? |opinion of the court by:? ))?{ALONE}(?<!s)(?:[*†]{{0,3}}[.:—–](?!\w)"
    r"|(?<= J\.)(?= [A-Z“\"]|:|$)|(?<=\.J\.)(?= [A-Z“\"]|:|$)|[*†]{1,3}$)"
)
_FIRST_PERSON = re.compile(
    r"\W{0,4}I (?:respectfully |must |also |therefore |emphatically )*(?i:(dissent|concur))\b"
)
_FIRST_SAID = {"dissent": OpinionPart.DISSENT, "concur": OpinionPart.CONCURRENCE}
_UNSIGNED = re.compile(r"(?:PER CURIAM|Per Curiam|BY THE COURT)[.:*†—–]{0,3}(?=\s|$)")
_OF_COURT = re.compile(r"(?i:opinion of the court|per curiam)\.?")
_HEAD = re.compile(rf"{SIGNED}, {_KIND}")
_HEAD_OF = re.compile(rf"(?i:(?:(?:appendix (?:[A-Z] )?to )?opinion|statement) of )(?:{SIGNED})")
_HEAD_OF_COURT = re.compile(r"(?i:(?:appendix (?:[A-Z] )?to )?opinion of the court|per curiam)")
_SYLLABUS = re.compile(
    r"(?P<plain>Syllabus|SYLLABUS)|(?i:syllabus (?:by|of) the court|syllabus points?)"
    r"|SUMMARY ?[*†‡]{1,3}"
)
_AFTER_SYLLABUS = re.compile(
    r"COUNSEL|OPINION|(?i:appeals? from|on appeal from|original proceeding)\b.*"
)


class Sign(Enum):
    """By what a line says it: in so many words, as a page's head, by a name or a vote alone."""

    BEGINNING = auto()
    HEAD = auto()
    AUTHOR = auto()
    VOTE = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """From `start` on `opinion` speaks; None ends a syllabus.

    `told` is False for a head that says whose page it is and not of what kind, and for an
    opinion that is that of the court in some of its parts only.
    """

    start: int
    opinion: Opinion | None
    sign: Sign = Sign.BEGINNING
    told: bool = True


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without its margins; `opens`: what stands before it has ended."""

    start: int
    words: str
    window: str
    opens: bool
    alone: bool
    """Whether an element of the document begins with it."""
    whole: bool
    """Whether it is all of one."""


def marks(reading: Reading) -> Iterator[Mark]:
    """In the order of the text; the time grows with its length and no faster."""
    lines = list(_lines(reading))
    heads = Counter(line.words for line in lines if len(line.words) < _LONGEST_HEAD)
    for number, line in enumerate(lines):
        repeated = line.whole or heads[line.words] > 1
        found = _head(line) if repeated and len(line.words) < _LONGEST_HEAD else None
        found = found or (_beginning(line, lines[number + 1 : number + 4]) if line.opens else None)
        if found is not None:
            yield found


def _lines(reading: Reading) -> Iterator[_Line]:
    """The lines that may say it."""
    text = reading.text
    starts = [one.char_start for one in reading.elements]
    spans = {(one.char_start, one.char_end) for one in reading.elements}
    above, apart, last = "", True, 0
    for found in _LINE.finditer(text):
        words = found[0].strip()
        if not words:
            continue
        start = found.start() + found[0].index(words[0])
        apart = text.count("\n", last, found.start()) != 1 or "\f" in text[last : found.start()]
        last = found.end()
        number = _NUMBERED.match(words)
        said = words[number.end() :] if number else words
        if said and _LIKELY.search(said[:_WINDOW]) and not said[0].islower():
            place = bisect_left(starts, start)
            alone = place < len(starts) and starts[place] == start
            ended = bool(_ENDED.search(above)) or not _SMALL.search(above) or (apart and alone)
            whole = (start, start + len(words)) in spans
            first = start + len(words) - len(said)
            window = mended(text[first : first + _WINDOW])
            yield _Line(start, " ".join(said.split()), window, ended or whole, alone, whole)
        above = words


def _head(line: _Line) -> Mark | None:
    """What the head of a page says, on a line by itself."""
    words = mended(line.words)
    if found := _HEAD.fullmatch(words):
        return Mark(line.start, Opinion(_part(found["kind"]), names(found)), Sign.HEAD)
    if _HEAD_OF_COURT.fullmatch(words):
        return Mark(line.start, Opinion(OpinionPart.MAJORITY), Sign.HEAD)
    if found := _HEAD_OF.fullmatch(words):
        return Mark(line.start, Opinion(OpinionPart.SEPARATE, names(found)), Sign.HEAD, told=False)
    if words == "Syllabus":
        return Mark(line.start, Opinion(OpinionPart.SYLLABUS), Sign.HEAD)
    return None


def _beginning(line: _Line, below: Sequence[_Line]) -> Mark | None:
    if found := _SYLLABUS.fullmatch(line.words):
        sign = Sign.HEAD if found["plain"] else Sign.BEGINNING
        return Mark(line.start, Opinion(OpinionPart.SYLLABUS), sign)
    if _AFTER_SYLLABUS.fullmatch(line.words):
        return Mark(line.start, None)
    return _separate(line, below) or _of_court(line)


def _separate(line: _Line, below: Sequence[_Line]) -> Mark | None:
    found = _SEPARATE.match(line.window)
    if found and _closed(found, line):
        kind = found["kind"] or found["said"]
        return Mark(line.start, Opinion(_part(kind), names(found)))
    if found := _STATEMENT.match(line.window):
        return Mark(line.start, Opinion(OpinionPart.SEPARATE, names(found)))
    found = _TITLED.fullmatch(mended(line.words))
    if found and line.words[:1].isupper() and (line.words.isupper() or found.lastindex != 1):
        author = next(filter(None, (_FOLLOWING.match(mended(one.words)) for one in below)), None)
        by = names(found) or (names(author) if author else "")
        return Mark(line.start, Opinion(_part(found["kind"]), by))
    return None


def _closed(found: re.Match[str], line: _Line) -> bool:
    """Whether nothing else is said: a full stop, a colon, a bracket, or the line's end."""
    name = found["signed"] or found["called"]
    set_apart = bool(re.search(r"[A-Z]{2}", name)) or line.alone
    ended = found["end"] or found["kind"] or line.window[: found.end()] == line.window
    return set_apart and bool(ended or line.words == line.window[: found.end()])


def _of_court(line: _Line) -> Mark | None:
    if found := _LEAD.match(line.window):
        own = "an opinion" in found["rest"]
        split = own and "the opinion of the court" in found["lead"].lower()
        lead = Opinion(OpinionPart.PLURALITY if own else OpinionPart.MAJORITY, names(found))
        sign = Sign.VOTE if found["signed"] else Sign.BEGINNING
        return Mark(line.start, lead, sign, told=not split)
    if _UNSIGNED.match(line.words):
        return Mark(line.start, Opinion(OpinionPart.MAJORITY), Sign.AUTHOR)
    if found := _AUTHOR.match(line.window):
        says = _FIRST_PERSON.match(line.window[found.end() :])
        part = _FIRST_SAID[says[1].lower()] if says else OpinionPart.MAJORITY
        sign = Sign.BEGINNING if says else Sign.AUTHOR
        return Mark(line.start, Opinion(part, names(found)), sign)
    return None


def _part(kind: str) -> OpinionPart:
    words = kind.lower()
    concurs, dissents = "concurring" in words, "dissenting" in words
    if concurs and dissents:
        return OpinionPart.MIXED
    if "dubitante" in words or not (concurs or dissents):
        return OpinionPart.SEPARATE
    return OpinionPart.DISSENT if dissents else OpinionPart.CONCURRENCE
