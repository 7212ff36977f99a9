"""A day, a month or a year, as the first and the last of its days."""

import re
from calendar import monthrange
from typing import TypeAlias

Period: TypeAlias = tuple[str, str]
"""First and last day, ISO 8601."""

_PERIOD = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def period(text: str) -> Period | None:
    """The days of "2019", "2019-01" or "2019-01-31"; None for anything else."""
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if year == 0 or (match.group(2) and not 1 <= month <= 12):
        return None
    if not month:
        return f"{year:04}-01-01", f"{year:04}-12-31"
    last = monthrange(year, month)[1]
    if not match.group(3):
        return f"{year:04}-{month:02}-01", f"{year:04}-{month:02}-{last:02}"
    if not 1 <= day <= last:
        return None
    whole = f"{year:04}-{month:02}-{day:02}"
    return whole, whole


def compares(value: Period, sign: str, wanted: Period) -> bool:
    """Whether a date lies so to the wanted one; both may be longer than a day.

    `> 2015` is after its last day, `>= 2015` from its first day on.
    """
    match sign:
        case ">":
            return value[0] > wanted[1]
        case ">=":
            return value[0] >= wanted[0]
        case "<":
            return value[1] < wanted[0]
        case "<=":
            return value[1] <= wanted[1]
        case _:
            return wanted[0] <= value[0] and value[1] <= wanted[1]
