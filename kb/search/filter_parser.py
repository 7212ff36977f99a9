"""Filters as people and programs write them, and as they are written back."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kb.domain.filters import CURRENT, DAYS, NAMES, OLD, Filters
from kb.errors import BadRequest
from kb.text.normalization import bates_numbers, is_day, wanted

MOST_VALUES = 100
LONGEST_VALUE = 300
"""Values of one filter, and the characters of one."""
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def filters_of(written: Mapping[str, object]) -> Filters:
    """The filters that a mapping of names to a value or to several means.

    Days may be months or years: `after` is then from its first day on, `before` up to its
    last. Raises `BadRequest` with a sentence for a name that is no filter, a day that there
    is not, and a value that cannot be looked for.
    """
    for name in written:
        if name not in NAMES:
            raise BadRequest(f"There is no filter “{name}”. The filters are: {', '.join(NAMES)}.")
    texts = {name: _values(name, written.get(name)) for name in NAMES if name not in DAYS}
    days = {name: _day(name, written.get(name)) for name in DAYS}
    if days["after"] and days["before"] and days["after"] > days["before"]:
        raise BadRequest(
            f"Nothing is both after {days['after']} and before {days['before']}. Swap the two days."
        )
    chosen: dict[str, Any] = {**texts, **days}
    return Filters(**chosen)


def written_of(filters: Filters) -> dict[str, object]:
    """The mapping that means these filters; those that are not set are left out."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(filters).items()
        if value
    }


def _values(name: str, written: object) -> tuple[str, ...]:
    if written is None:
        return ()
    several = [written] if isinstance(written, str) else written
    if not isinstance(several, Sequence) or not all(isinstance(one, str) for one in several):
        raise BadRequest(f"The filter “{name}” takes a text, or a list of them.")
    values = tuple(dict.fromkeys(" ".join(str(one).split()) for one in several))
    if len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in values):
        raise BadRequest(
            f"The filter “{name}” takes at most {MOST_VALUES} values "
            f"of at most {LONGEST_VALUE} characters."
        )
    for value in values:
        _check(name, value)
    return values


def _check(name: str, value: str) -> None:
    """Raises `BadRequest` for a value that cannot be looked for."""
    if name == "bates":
        bates_numbers(value)
    elif name == "version":
        if value not in (CURRENT, OLD):
            raise BadRequest(f"A version is “{CURRENT}” or “{OLD}”, not “{value}”.")
    else:
        wanted(name, value)


def _day(name: str, written: object) -> str:
    if written is None or written == "":
        return ""
    found = _PERIOD.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise _no_day(name, written)
    year, month, day = found.groups()
    last = name == "before"
    month = month or ("12" if last else "01")
    if not day:
        there = year != "0000" and 1 <= int(month) <= 12
        day = f"{monthrange(int(year), int(month))[1]:02}" if last and there else "01"
    if not is_day(f"{year}-{month}-{day}"):
        raise _no_day(name, written)
    return f"{year}-{month}-{day}"


def _no_day(name: str, written: object) -> BadRequest:
    said = f" not “{written}”" if isinstance(written, str) else " not that"
    return BadRequest(
        f"The filter “{name}” takes a day that there is, such as 2024-03-01, "
        f"or a month or a year, such as 2024-03 or 2024;{said}."
    )
