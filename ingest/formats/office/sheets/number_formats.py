"""Numbers and days as a sheet shows them: "$5,000,000.00", "004711", "38:30", for people search so.

The common forms of ECMA-376 part 1, 18.8.31; a number in any other is shown as it is.
"""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache

_QUOTED = re.compile(r"\"([^\"]*)\"|\\(.)|\[\$([^\]-]*)(?:-[0-9A-Fa-f]+)?\]|\[[^\]]*\]|[_*].")
_DIGITS = re.compile(r"[#0?]+(?:,[#0?]+)*(?:\.([#0?]+))?")
_CONDITION = re.compile(r"\[[<>=]")
_PATTERN = re.compile(r"[(]?0[0 ()/.-]*0")
_MOMENT = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]|[_*].|AM/PM|y+|m+|d+|h+|s+|.", re.IGNORECASE)
_ENGLISH = re.compile(r"\[\$-(?![0-9A-Fa-f]*09\])")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_LONGEST = 255  # characters of a format that Excel allows


@dataclass(frozen=True, slots=True)
class _Section:
    """One of a format's sections: for what is above zero, below it, zero."""

    before: str
    after: str
    whole: str = ""
    least: int = 0
    decimals: tuple[int, int] = (0, 0)
    thousands: bool = False
    percent: bool = False
    scale: int = 0

    def written(self, value: float) -> str:
        number = abs(value) * (100 if self.percent else 1) / 1000**self.scale
        if not self.whole:
            return " ".join(f"{self.before}{self.after}".split())
        if self.whole[0] == "=":
            return _filled(self.whole[1:], f"{number:.0f}")
        least, most = self.decimals
        words = f"{number:,.{most}f}" if self.thousands else f"{number:.{most}f}"
        front, point, back = words.partition(".")
        while len(back) > least and back.endswith("0"):
            back = back[:-1]
        if not self.thousands:
            front = front.zfill(self.least)
        words = front + (point if back else "") + back
        return " ".join(f"{self.before}{words}{self.after}".split())


@lru_cache(maxsize=512)
def _form(code: str) -> tuple[_Section, ...] | None:
    """The sections of a format, None where one of the first two is of no form known here."""
    if len(code) > _LONGEST or _CONDITION.search(code):
        return None
    sections = [_section(one, last=at == 2) for at, one in enumerate(code.split(";")[:3])]
    known = tuple(one for one in sections if one is not None)
    return known if len(known) == len(sections) else None


def _section(section: str, *, last: bool) -> _Section | None:
    plain = _QUOTED.sub(lambda found: found[1] or found[2] or found[3] or "", section)
    pattern = _PATTERN.fullmatch(plain.strip())
    if pattern and not _DIGITS.fullmatch(plain.strip()):
        return _Section("", "", whole=f"={plain.strip()}")
    digits = _DIGITS.search(plain)
    if last and (digits is None or not re.search("[0#]", digits[0])):  # of zero: "-"
        return _Section(plain.replace("?", ""), "")
    if digits is None or re.search(r"[dmyhsDMYHSE@/]", _QUOTED.sub("", section)):
        return None
    before, after = plain[: digits.start()], plain[digits.end() :]
    if _DIGITS.search(after):
        return None
    bare = after.lstrip(",")
    places = digits[1] or ""
    return _Section(
        before,
        bare,
        whole=digits[0],
        least=digits[0].partition(".")[0].count("0"),
        decimals=(len(places.rstrip("#")), len(places)),
        thousands="," in digits[0],
        percent="%" in before + bare,
        scale=len(after) - len(bare),
    )


def _filled(pattern: str, digits: str) -> str:
    """Digits in the places of a pattern such as 000-00-0000, from its end."""
    places = pattern.count("0")
    digits = digits.zfill(places)
    first = digits[: len(digits) - places + 1]
    rest = iter([first, *digits[len(first) :]])
    return "".join(next(rest) if one == "0" else one for one in pattern)


def shown_as(value: float, code: str) -> str:
    """`value` under the number format `code`, as 5 for 5.0 where the format says nothing."""
    sections = None if code in ("", "General", "@") else _form(code)
    if sections is None or not abs(value) < 1e15:
        return f"{value:.15g}"
    negative = value < 0
    if value == 0 and len(sections) == 3:
        return sections[2].written(value)
    shown = sections[len(sections) > 1 and negative].written(value)
    return f"-{shown}" if negative and len(sections) == 1 else shown


def elapsed_as(value: datetime.timedelta, code: str) -> str:
    """A length of time as [h]:mm shows it, hours beyond a day included: "38:30"."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    unit = _ELAPSED.search(code)
    with_seconds = "s" in _ELAPSED.sub("", code).lower()
    if unit and unit[1][0] in "sS":
        return f"{sign}{seconds}"
    if unit and unit[1][0] in "mM":
        return f"{sign}{seconds // 60}" + (f":{seconds % 60:02}" if with_seconds else "")
    hours, minutes = seconds // 3600, seconds // 60 % 60
    whole = with_seconds or not unit
    return f"{sign}{hours}:{minutes:02}" + (f":{seconds % 60:02}" if whole else "")


def day_as(value: datetime.datetime, code: str) -> str:
    """A day where the format names its month and year in full, "5 December 2022"; else "".

    What a format of figures alone shows depends on the reader's country.
    """
    pieces = [one[0] for one in _MOMENT.finditer(code.partition(";")[0][:_LONGEST])]
    kinds = {one.lower() for one in pieces}
    if not kinds & {"mmm", "mmmm"} or "yyyy" not in kinds or _ENGLISH.search(code):
        return ""
    if any(one[0] in "hs" or one == "am/pm" for one in kinds):
        return ""
    return " ".join("".join(_part(value, one) for one in pieces).split())


def _part(value: datetime.datetime, piece: str) -> str:
    names = {
        "yyyy": f"{value.year:04}",
        "mmmm": f"{value:%B}",
        "mmm": f"{value:%b}",
        "dddd": f"{value:%A}",
        "ddd": f"{value:%a}",
        "dd": f"{value.day:02}",
        "d": str(value.day),
    }
    if (known := names.get(piece.lower())) is not None:
        return known
    if piece[0] in '"\\' and len(piece) > 1:
        return piece.strip('"').removeprefix("\\")
    return "" if piece[0] in "[_*" else piece
