"""The numbers that Word writes before paragraphs: "2.1", "(b)", "Article IV".

They are not in the text of a file but made from its list definitions, and are
what lawyers cite. ECMA-376 part 1, 17.9.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = _W + "val"
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    text: str
    style: str
    legal: bool  # all numbers in digits, whatever the levels above say


class Numbering:
    """Counts paragraphs as Word does, one counter for each list and level."""

    def __init__(self, tree: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._linked: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._seen: set[str] = set()
        for abstract in () if tree is None else tree.iterfind(_W + "abstractNum"):
            self._add_abstract(abstract)
        for number in () if tree is None else tree.iterfind(_W + "num"):
            self._add_list(number)

    def level_of_style(self, number: str, style: str) -> int:
        """The level of list `number` that the paragraph style `style` is tied to, else 0."""
        levels = self._levels.get(self._lists.get(number, ""), {})
        return next((depth for depth, level in levels.items() if level.style == style), 0)

    def label(self, number: str, depth: int) -> str:
        """Count one paragraph of list `number` and return what stands before it, or ""."""
        abstract = self._lists.get(number, "")
        levels = self._levels.get(abstract, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, {})
        if number not in self._seen:
            self._seen.add(number)
            for (one, at), start in self._starts.items():
                if one == number:
                    counts[at] = start - 1
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if level.format in ("bullet", "none"):
            return ""
        return _PLACE.sub(lambda found: self._shown(level, levels, counts, found), level.text)

    def _shown(
        self,
        level: _Level,
        levels: Mapping[int, _Level],
        counts: Mapping[int, int],
        found: re.Match[str],
    ) -> str:
        at = int(found[1]) - 1
        named = levels.get(at, level)
        return written(counts.get(at, named.start), "decimal" if level.legal else named.format)

    def _add_abstract(self, abstract: etree._Element) -> None:
        name = abstract.get(_W + "abstractNumId", "")
        self._levels[name] = {
            int(level.get(_W + "ilvl", "0")): _level(level)
            for level in abstract.iterfind(_W + "lvl")
            if level.get(_W + "ilvl", "0").isdecimal()
        }
        style = _value(abstract, "styleLink")
        if style:
            self._linked[style] = name
        target = _value(abstract, "numStyleLink")
        if target in self._linked and not self._levels[name]:
            self._levels[name] = self._levels[self._linked[target]]

    def _add_list(self, number: etree._Element) -> None:
        name = number.get(_W + "numId", "")
        self._lists[name] = _value(number, "abstractNumId")
        for change in number.iterfind(_W + "lvlOverride"):
            start = _value(change, "startOverride")
            depth = change.get(_W + "ilvl", "0")
            if start.isdecimal() and depth.isdecimal():
                self._starts[name, int(depth)] = int(start)


def written(number: int, form: str) -> str:
    """A number in one of Word's formats; those not known are digits."""
    match form:
        case "lowerRoman" | "upperRoman" if 0 < number < 4000:
            shown = ""
            for value, letters in _ROMAN:
                shown += letters * (number // value)
                number %= value
            return shown if form == "lowerRoman" else shown.upper()
        case "lowerLetter" | "upperLetter" if 0 < number < 800:
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter if form == "lowerLetter" else letter.upper()
        case "decimalZero":
            return f"{number:02d}"
        case "ordinal":
            last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
            return f"{number}{'th' if number % 100 in (11, 12, 13) else last}"
        case "none" | "bullet":
            return ""
    return str(number)


def _level(node: etree._Element) -> _Level:
    start = _value(node, "start")
    return _Level(
        int(start) if start.isdecimal() else 1,
        _value(node, "numFmt") or "decimal",
        _value(node, "lvlText"),
        _value(node, "pStyle"),
        node.find(_W + "isLgl") is not None,
    )


def _value(node: etree._Element, tag: str) -> str:
    child = node.find(_W + tag)
    return "" if child is None else str(child.get(_VAL, ""))
