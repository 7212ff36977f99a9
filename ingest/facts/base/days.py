"""Days as people write them, to ISO 8601. What could be read in two ways is not read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS = (
    "january jan janvier januar jänner enero",
    "february feb février fevrier févr februar feber febrero",
    "march mar mars märz maerz marzo",
    "april apr avril abril",
    "may mai mayo",
    "june jun juin juni junio",
    "july jul juillet juil juli julio",
    "august aug août aout agosto",
    "september sept sep septembre septiembre setiembre",
    "october oct octobre oktober okt octubre",
    "november nov novembre noviembre",
    "december dec décembre dezember dez diciembre",
)
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = "(?:" + "|".join(sorted(_NUMBER, key=len, reverse=True)) + r")(?!\w)"
_ORDINAL = r"(?: ?(?:st|nd|rd|th|er|º|°)(?!\w))?"
_YEAR = r"(?P<y{0}>(?:1[6-9]|20)\d\d)(?![\d/])"
_FORMS = (
    rf"(?P<m1>{_NAME})\.? ?(?P<d1>\d{{1,2}}){_ORDINAL}(?: ?,| of)? ?" + _YEAR.format(1),
    rf"\(?(?P<d2>\d{{1,2}}){_ORDINAL}\)?\.? ?(?:day )?(?:of "
    rf"|de )?(?P<m2>{_NAME})\.? ?,? ?(?:del? |in )?" + _YEAR.format(2),
    _YEAR.format(3).replace(r"(?![\d/])", "") + r"-(?P<m3>\d\d)-(?P<d3>\d\d)(?!\d)",
    r"(?P<a>\d{1,2})(?P<dot>[./-]) ?(?P<b>\d{1,2})(?P=dot) ?" + _YEAR.format(4),
    _YEAR.format(5).replace(r"(?![\d/])", "") + " ?年 ?(?P<m5>\\d{1,2}) ?月 ?(?P<d5>\\d{1,2}) ?日",
)
_DAY = re.compile(r"(?<![\w/])(?:" + "|".join(_FORMS) + ")", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """`iso` is YYYY-MM-DD; the span is that of its words in what was searched."""

    iso: str
    start: int
    end: int


def days(text: str) -> Iterator[Day]:
    """The days that `text`, on one line, names beyond doubt.

    Months in English, French, German and Spanish. 03/04/2020 is not read, since it
    is a day in March or in April; 13/04/2020, 04/13/2020 and 04/04/2020 are.
    """
    for found in _DAY.finditer(text):
        iso = _iso(found)
        if iso:
            yield Day(iso, found.start(), found.end())


def _iso(found: re.Match[str]) -> str:
    form = next(i for i in range(1, 6) if found[f"y{i}"])
    year = int(found[f"y{form}"])
    if form == 4:
        first, second = int(found["a"]), int(found["b"])
        if first <= 12 and second <= 12 and first != second:
            return ""
        month, day = (second, first) if first > 12 else (first, second)
    else:
        name, day = found[f"m{form}"], int(found[f"d{form}"])
        month = int(name) if name.isdigit() else _NUMBER[name.lower()]
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
