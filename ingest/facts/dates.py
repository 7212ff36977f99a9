"""The one date that a document gives itself."""

import re
from collections.abc import Iterator

from ingest.facts.base.aligned import Aligned
from ingest.facts.base.days import Day, days
from ingest.facts.base.head_and_tail import Glance

_DECIDED = re.compile(
    r"\b(?:Decided|DECIDED|Filed|FILED|Entered|ENTERED|Issued|ISSUED|Dated|DATED|Date|DATE"
    r"|Decision [Dd]ate|Date [Ff]iled|Delivered|Verkündet am)(?: (?:on|and [Ff]iled|this))*"
    r" ?[:,—-]? ?(?:this )?$"
)
_ARGUED = re.compile(r"(?i:argued|submitted|heard|argument|hearing)[:, ]*(?:on )?$")
_LABEL = re.compile(
    r"(?i:(?:date|dated|issued|invoice date|effective(?: date)?|effective as of|last updated"
    r"|last revised|last modified|adopted|approved|revised|reviewed|in force from|datum|fecha"
    r"|version of|as of|sent|den|le|issued on|taken)(?: on)? ?[:,]? ?(?:as of )?)$"
)
_LABELLED_BY = 60  # characters from a line's beginning: a label and its day
_ALONE_AROUND = 45  # characters that may stand beside a letter's date on its line
_MADE = re.compile(
    r"(?i:\b(?:dated|made|entered into|effective|executed|concluded|signed|commenc\w+"
    r"|agreement date"
    r"|effective date|date|as of|with effect from|between the parties on)\b"
    r"(?:[:,(]|[\"“”)]| and| as| of| for reference| effect| this| the| on| day| effective| is"
    r"| entered| into| made| dated"
    r"| executed| date| from| to be| in| by| first| written| below|[-–])*) ?$"
)
_PAPER = (
    r"(?i:agreement|contract|lease|amendment|letter|plan|note|deed|proposal|order|prospectus"
    r"|statement|license|indenture|memorandum|loi|nda)"
)
_OTHER_PAPER = re.compile(
    r"(?i:\b(?:to|the|that|certain|under|original|existing|said|an?|our|previous|prior)\b)"
    rf" (?:[A-Z(\"“][^\s.;]{{0,30}} |of |and |to |for |the |as amended,? ){{0,8}}{_PAPER}[\"”),]*"
    r"(?: \([^)]{0,60}\))?,? [^.;]{0,60}$"
)
_DETERMINER = re.compile(r"(?i:\b(?:to|the|that|certain|under|original|existing|said|an?|our)\b)")
_THIS = re.compile(r"\b(?:This|THIS|this|these|THESE)\b")
_TITLED = re.compile(rf"(?:^|\s)[A-Z]\w*[ ]{_PAPER} $")
_TOP = 700  # characters, in which a day right below the title is the contract's own
_OPENING = 2_500
_SIGNED = re.compile(r"(?i:\bdated?(?: of)? ?: ?)$")
_BARE = re.compile(r"(?i:\bas of (?:the )?)$")
_VERB = re.compile(r"(?i:\b(?:dated|made|entered|effective|executed|concluded|agreement)\b)")
_RECITALS = re.compile(
    r"\b(?:WHEREAS|Whereas|RECITALS?|Recitals|WITNESSETH|W I T N E S S E T H|BACKGROUND|Background"
    r"|NOW,? THEREFORE)\b"
)


def decided(look: Glance) -> Aligned:
    """When a court decided or filed: a labelled day, else one that has a line to itself."""
    found = [day for line in look.lines[:70] for day in _labelled(line[:300], _DECIDED)]
    if not found:
        found = [
            _said(line, day)
            for line in look.lines[:70]
            for day in [next(days(line), None)]
            if day and day.start == 0 and (day.end > len(line) - 3 or _caption(line[day.end :]))
        ]
    if not found:
        found = [*_labelled(look.tail, _DECIDED)][-1:]
    return found[0] if found else Aligned()


def written(look: Glance) -> Aligned:
    """The day at the head of a letter, a memorandum, minutes: labelled, or nearly alone."""
    for line in look.lines[:25]:
        for day in days(line[:300]):
            if _LABEL.search(line[: day.start]) or _beside(day, line) < 3:
                return _said(line, day)
    for line in look.lines[:25]:
        first = next(days(line[:200]), None)
        if first and _beside(first, line) <= _ALONE_AROUND and first.start <= 30:
            return _said(line, first)
    return Aligned()


def labelled(look: Glance) -> Aligned:
    """A day that a word such as “Date:” or “Last updated” comes before."""
    for line in look.lines[:25]:
        for day in _labelled(line[:_LABELLED_BY], _LABEL):
            return day
    return Aligned()


def agreed(look: Glance) -> Aligned:
    """When a contract says it was made: “dated as of”, “entered into this … day of”.

    Days of other papers that the preamble speaks of are passed over. Where the preamble
    has none, the day right below the title, a labelled one at the top, or the one day
    beside all signatures.
    """
    over = _RECITALS.search(look.head, 200)
    opening = look.head[: min(over.start() if over else _OPENING, _OPENING)]
    for day in days(opening):
        before = opening[max(0, day.start - 160) : day.start]
        bare = day.start > _TOP and _BARE.search(before) and not _VERB.search(before[-60:])
        if _MADE.search(before) and not bare and not _of_another(before):
            return _said(opening, day)
        if day.start < _TOP and _TITLED.search(before):
            return _said(opening, day)
    for line in look.lines[:12]:
        first = next(days(line[:200]), None)
        if first and _beside(first, line) < 4:
            return _said(line, first)
    signed = {*_labelled(look.tail, _SIGNED)}
    return labelled(look) or (signed.pop() if len(signed) == 1 else Aligned())


def _of_another(before: str) -> bool:
    """Whether the day belongs to a contract that this one speaks of: “the Lease dated …”."""
    return any(
        _OTHER_PAPER.match(before, word.start()) and not _THIS.search(before, word.start())
        for word in _DETERMINER.finditer(before)
    )


def _beside(day: Day, line: str) -> int:
    """How many characters of a line are not its day."""
    return len(line) - (day.end - day.start)


def _said(text: Aligned, day: Day) -> Aligned:
    """A day that `text` names, as ISO 8601."""
    return text[day.start : day.end].read_as(day.iso)


def _labelled(text: Aligned, label: re.Pattern[str]) -> Iterator[Aligned]:
    for day in days(text):
        before = text[max(0, day.start - 60) : day.start]
        if label.search(before) and not _ARGUED.search(before):
            yield _said(text, day)


def _caption(rest: str) -> bool:
    """Whether a line goes on with what a caption says and not with a sentence."""
    return not any(letter.islower() for letter in rest)
