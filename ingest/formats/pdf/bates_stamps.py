"""Bates numbers: stamps at the edge of each page that count the pages of a production."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.formats.pdf.running_headers import PageLine, as_furniture, at_edges, lines_of
from kb.domain import Fact, Page, Reading

_STAMP = re.compile(
    r"(?:(?<=\s)|^)(?P<prefix>[A-Z][A-Z&.']*(?:[-_][A-Z][A-Z0-9&.']*){0,3})?"
    r"(?P<joint>[-_. ]{0,2})(?P<number>\d{4,10})(?=\s|$)"
)
_ALONE = re.compile(_STAMP.pattern.replace("[-_]", "[-_ ]", 1))  # a prefix of several words
_NAMED = re.compile(  # a firm's name as a prefix; its number is filled up with zeros
    r"(?P<prefix>[A-Z][\w&.']*(?:[-_ ][A-Z][\w&.']*){0,3})(?P<joint>[-_. ]{1,2})"
    r"(?P<number>0\d{3,9})"
)
_NOT_BATES = re.compile(
    r"(?:ACCOUNT|ACCT|ART|ARTICLE|CASE|CHECK|CLAIM|CR|CUSIP|CV|DOC|DOCKET|DOCUMENT|ECF|EX|EXHIBIT|"
    r"FAX|FILE|FORM|ID|INV|INVOICE|ITEM|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|"
    r"SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER|MATTER|NO|NR|NUMBER|ORDER|P|PAGE|PAGEID|PART|PG|PHONE|"
    r"PO|POLICY|REF|RULE|SEC|SECTION|SSN|TEL|UNIT|VERSION|VIN|VOL|YEAR|ZIP)\b\W*",
)
_WIDE = 6  # digits; a number that wide and filled up with zeros counts pages, not years


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a line may say: `series` is the same on all pages of a production."""

    series: str
    number: int
    label: str
    line: PageLine
    alone: bool
    digits: str


def stamped(reading: Reading) -> Reading:
    """The reading with Bates numbers as labels of its pages, their lines furniture, and a fact.

    A stamp's prefix repeats and its number rises by one from page to page; a document of
    one page needs a form that nothing else has, and a place at the very edge.
    """
    found = {page.number: list(_candidates(lines_of(reading, page))) for page in reading.pages}
    chosen = _series(found) if len(found) > 1 else {}
    if not chosen and len(reading.pages) == 1:
        chosen = _single(reading, reading.pages[0], found[reading.pages[0].number])
    if not chosen:
        return reading
    pages = tuple(
        replace(page, label=chosen[page.number].label) if page.number in chosen else page
        for page in reading.pages
    )
    lines = [stamp.line for stamp in chosen.values()]
    reading = as_furniture(reading, [(line.char_start, line.char_end) for line in lines])
    labels = [page.label for page in pages if page.label]
    fact = Fact("bates", f"{labels[0]} - {labels[-1]}")
    others = tuple(one for one in reading.facts if one.name != "bates")
    return replace(reading, pages=pages, facts=(*others, fact))


def _candidates(lines: Sequence[PageLine]) -> Iterator[_Stamp]:
    for _, line in at_edges(lines):
        whole = _ALONE.fullmatch(line.text) or _NAMED.fullmatch(line.text)
        for found in [whole] if whole else _STAMP.finditer(line.text):
            prefix, digits = found["prefix"] or "", found["number"]
            if _NOT_BATES.match(prefix.upper()) or not _says_enough(prefix, digits):
                continue
            outer = found.start() == 0 or found.end() == len(line.text)
            if outer:
                series = f"{prefix}{found['joint'].strip()}/{len(digits)}"
                label = " ".join(found[0].split())
                alone = found.span() == (0, len(line.text))
                yield _Stamp(series, int(digits), label, line, alone, digits)


def _says_enough(prefix: str, digits: str) -> bool:
    letters = sum(map(str.isalpha, prefix))
    if not letters:
        return len(digits) >= _WIDE and digits[0] == "0"
    return letters >= 2 or len(digits) >= _WIDE


def _series(found: Mapping[int, Sequence[_Stamp]]) -> dict[int, _Stamp]:
    """The stamps of the series that is on most pages and rises with them, at least two."""
    runs: defaultdict[tuple[str, int], dict[int, _Stamp]] = defaultdict(dict)
    for page, stamps in found.items():
        for stamp in stamps:
            runs[stamp.series, stamp.number - page].setdefault(page, stamp)
    counts = Counter({key: len(run) for key, run in runs.items()})
    if not counts:
        return {}
    key, most = counts.most_common(1)[0]
    enough = max(2, 0.3 * len(found))
    return runs[key] if most >= enough else {}


def _single(reading: Reading, page: Page, stamps: Sequence[_Stamp]) -> dict[int, _Stamp]:
    lines = lines_of(reading, page)
    sure = [
        stamp
        for stamp in stamps
        if stamp.alone
        and stamp.series[0] != "/"
        and len(stamp.digits) >= _WIDE
        and stamp.digits[0] == "0"
        and stamp.line in (lines[0], *lines[-2:])
    ]
    return {page.number: sure[-1]} if sure else {}
