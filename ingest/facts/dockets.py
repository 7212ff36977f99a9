"""The numbers under which a court keeps a case."""

import re
from collections.abc import Iterator, Sequence

from ingest.facts.base.aligned import Aligned

_MOST_LINES = 60
_TOKEN = r"(?=[A-Z.:-]{0,10}\d)[A-Z0-9](?:[\w:./–-]{0,28}\w)?(?: ?\([A-Z]{1,4}\))?"
_NUMBER = re.compile(_TOKEN)
_LIST = rf"{_TOKEN}(?:(?:,? and |, ?| ?& |; ){_TOKEN}){{0,12}}"
_MARK = (
    r"(?:(?:(?:Civil|Criminal|Crim\.|Adversary) )?(?:Case|Action|Docket|Index|Claim|Cause|File"
    r"|Appeal|Application|Proceeding|Civil|C\.A\.|Adv\. Proc\.)[ .:]{0,2})?"
    r"(?:(?:Nos?\b|NOS?\b|Number|NUMBER)\.?|#)"
)
_STATED = re.compile(
    rf"(?:^|[)|§] ?|\bvs?\. |— ?|, (?=Docket))(?:\[?{_MARK}"
    rf"|(?i:docket))[ :]{{1,3}}({_LIST})(?=[.,;)\]|* ]|$)"
)
_CAPITALS = re.compile(
    r"\b(?:CASE|CIVIL ACTION|CIVIL|CRIMINAL|ACTION|DOCKET|INDEX|CLAIM|CAUSE|FILE|APPEAL) "
    r"(?=NOS?\b|NUMBER)"
)
_ALONE = re.compile(
    r"\d{1,2}:?\d{0,2}[-–]\d{2,6}(?:[-–][a-zA-Z]{2,4})?(?:[-–][A-Z]{2,4})?(?:\(L\))?"
)
_CITED = re.compile(r"\d{4} (?:WL|U\.S\. Dist|LEXIS)|\bsupra\b|\bslip op")
_ENDS = re.compile(
    r"(?i:appeals? from|before\b|present:|per curiam)"
    r"|[A-Z][\w'’-]+, (?:(?:Chief|Senior|Circuit|District) )*(?:Judge|Justice)\b"
)


def dockets(lines: Sequence[Aligned]) -> Iterator[Aligned]:
    """The numbers stated in a caption; those of decisions that are cited are not among them."""
    for number, line in enumerate(lines[:_MOST_LINES]):
        if _CITED.search(line):
            continue
        if number < 4 and _ALONE.fullmatch(line):
            yield _tidy(line)
        plain = line.replaced(_CAPITALS)[:300]
        for found in _STATED.finditer(plain):
            several = plain.matched(found, 1)
            yield from (_tidy(several.matched(one)) for one in _NUMBER.finditer(several))
        if _ENDS.match(line) and number > 5:
            return


def _tidy(number: Aligned) -> Aligned:
    return number.read_as(number.replace("–", "-").replace(" (", "("))
