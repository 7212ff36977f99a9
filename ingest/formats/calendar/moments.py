"""Days and hours as calendars write them (RFC 5545, 3.3), and as people read them."""

import datetime
import re
from dataclasses import dataclass

from ingest.formats.calendar.content_lines import Component, Line

_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?(Z)?)?")
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,5})D)?"
    r"(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?")  # fmt: skip
_RULE = {
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
    "HOURLY": "hour",
}
_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, with the hour where one is named, in the zone that the file names ("" for none)."""

    day: datetime.date
    hour: datetime.time | None = None
    zone: str = ""

    @property
    def written(self) -> str:
        """As a fact has it: "2024-06-18 14:30", with the zone after it."""
        shown = self.day.isoformat()
        if self.hour:
            shown += f" {self.hour:%H:%M}"
        return f"{shown} {self.zone}".strip()

    @property
    def shown_day(self) -> str:
        return f"{self.day:%A}, {self.day.day} {self.day:%B} {self.day.year}"


def moment(line: Line | None) -> Moment | None:
    """The moment that a line names, None where it is missing or malformed."""
    found = _MOMENT.match(line.value.strip()) if line else None
    if line is None or found is None:
        return None
    try:
        day = datetime.date(int(found[1]), int(found[2]), int(found[3]))
        if found[4] is None:
            return Moment(day)
        hour = datetime.time(int(found[4]), int(found[5]), min(int(found[6] or 0), 59))
    except ValueError:
        return None
    zone = "UTC" if found[7] else " ".join(line.parameters.get("TZID", "").split())
    return Moment(day, hour, _named(zone))


def span(event: Component) -> tuple[Moment | None, Moment | None]:
    """When an event or a task begins, and when it ends, as far as it says."""
    start = moment(event.first("DTSTART"))
    end = moment(event.first("DTEND")) or moment(event.first("DUE"))
    if start and end and start.hour is None and end.hour is None and event.first("DTEND"):
        whole = end.day > start.day  # the end of whole days is the day after the last
        end = Moment(end.day - datetime.timedelta(days=1)) if whole else None
        return start, None if end and end.day == start.day else end
    length = event.first("DURATION")
    if start and start.hour and not end and length:
        end = _later(start, length.value.strip())
    return start, end


def shown(start: Moment, end: Moment | None) -> str:
    """ "Tuesday, 18 June 2024, 14:30 to 16:30 (Eastern Standard Time)"."""
    words = start.shown_day + (f", {start.hour:%H:%M}" if start.hour else "")
    zone = f" ({start.zone})" if start.zone else ""
    if end is None or end == start:
        return words + zone
    apart = end.zone != start.zone and bool(end.zone)
    if end.hour is None:
        until = end.shown_day
    else:
        until = (
            f"{end.hour:%H:%M}" if end.day == start.day else f"{end.shown_day}, {end.hour:%H:%M}"
        )
    return f"{words}{zone} to {until} ({end.zone})" if apart else f"{words} to {until}{zone}"


def repeats(rule: str) -> str:
    """A rule of repetition in words, as far as they are plain; else as it is written."""
    told = dict(one.partition("=")[::2] for one in rule.upper().split(";"))
    unit = _RULE.get(told.pop("FREQ", ""))
    every = told.pop("INTERVAL", "1")
    if unit is None or not every.isdecimal():
        return rule
    words = f"every {unit}" if every == "1" else f"every {every} {unit}s"
    days = [_weekday(one) for one in told.pop("BYDAY", "").split(",") if one]
    if days and all(days):
        words += f" on {', '.join(days)}"
    elif days:
        return rule
    if (number := told.pop("BYMONTHDAY", "")).isdecimal():
        words += f" on day {number}"
    if (count := told.pop("COUNT", "")).isdecimal():
        words += f", {count} times"
    last = moment(Line("UNTIL", told.pop("UNTIL", "")))
    if last:
        words += f", until {last.shown_day}"
    told.pop("WKST", None)
    rest = ";".join(f"{name}={value}" for name, value in told.items() if value)
    return f"{words} ({rest})" if rest else words


def _weekday(code: str) -> str:
    day = _DAYS.get(code[-2:])
    if day is None or len(code) == 2:
        return day or ""
    number = code[:-2].removeprefix("+")
    ordinal = _ORDINALS.get(int(number)) if re.fullmatch(r"-?\d{1,2}", number) else None
    return f"the {ordinal} {day}" if ordinal else ""


def _later(start: Moment, length: str) -> Moment | None:
    found = _DURATION.fullmatch(length)
    if found is None or found[1] == "-" or start.hour is None:
        return None
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    much = datetime.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        after = datetime.datetime.combine(start.day, start.hour) + much
    except OverflowError:
        return None
    return Moment(after.date(), after.time(), start.zone)


def _named(zone: str) -> str:
    """The zone's own name, without the path that some programs put before it."""
    if zone.startswith("/"):
        return "/".join(zone.split("/")[-2:])
    return zone
