"""What the styles of a .docx say of a paragraph or run: headings, lists, hidden words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.formats.base.wordprocessing import VAL, W
from ingest.formats.office.docx_numbering import Numbering

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_TITLES = ("title", "subtitle")
_CONTENTS = re.compile(r"toc \d|table of figures|table of authorities", re.IGNORECASE)
_TINY = 3  # half-points
_LIFTED, _AWAY = 4, 40  # half-points by which a mark of a note is raised
_BRIGHT = 0xFA  # of 255, in each colour: white to the eye


@dataclass(frozen=True, slots=True)
class ParagraphRole:
    """How a paragraph is set. `level` is 0 unless it is a heading, `label` its number."""

    level: int = 0
    listed: bool = False
    contents: bool = False
    label: str = ""


class Styles:
    """The styles of a document, with what they inherit."""

    def __init__(self, tree: etree._Element | None, numbering: Numbering) -> None:
        self._numbering = numbering
        self._styles: dict[str, etree._Element] = {}
        self._default = ""
        for style in () if tree is None else tree.iterfind(W + "style"):
            name = style.get(W + "styleId", "")
            self._styles[name] = style
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true"):
                self._default = name
        self._known: dict[tuple[str, str, str], etree._Element | None] = {}

    def role(self, paragraph: etree._Element) -> ParagraphRole:
        """The role of a paragraph by its properties; a numbered one is counted."""
        settings = paragraph.find(W + "pPr")
        style = self._style_of(settings)
        names = [self._name(one) for one in self._chain(style)]
        level = self._level(settings, style, names)
        number, depth = self._list_of(settings, style)
        label = self._numbering.label(number, depth) if number not in ("", "0") else ""
        contents = any(_CONTENTS.match(name) for name in names)
        return ParagraphRole(level, number not in ("", "0"), contents, label)

    def hides(self, run: etree._Element, paragraph: etree._Element | None) -> str:
        """Why the words of `run` cannot be seen, in words; "" where they can."""
        style = self._style_of(None if paragraph is None else paragraph.find(W + "pPr"))
        if _on(self._of_run(run, style, "vanish")):
            return "formatted as hidden"
        size = self._of_run(run, style, "sz")
        if size is not None and _number(size.get(VAL)) <= _TINY:
            return "in letters too small to read"
        color = self._of_run(run, style, "color")
        if color is None or not _white(color.get(VAL)) or self._shaded(run, style):
            return ""
        return "white on white"

    def raises(self, run: etree._Element, paragraph: etree._Element | None) -> bool:
        """Whether the words of `run` are set raised, as the mark of a note is."""
        style = self._style_of(None if paragraph is None else paragraph.find(W + "pPr"))
        aligned = self._of_run(run, style, "vertAlign")
        if aligned is not None:
            return bool(aligned.get(VAL) == "superscript")
        lifted = self._of_run(run, style, "position")
        return lifted is not None and _LIFTED <= _number(lifted.get(VAL)) < _AWAY

    def strikes(self, run: etree._Element, paragraph: etree._Element | None) -> bool:
        """Whether `run` is shown with a line, or two, through it."""
        style = self._style_of(None if paragraph is None else paragraph.find(W + "pPr"))
        return any(_on(self._of_run(run, style, tag)) for tag in ("strike", "dstrike"))

    def _shaded(self, run: etree._Element, style: str) -> bool:
        """Whether something other than white paper may be behind a run."""
        if any(self._of_run(run, style, tag) is not None for tag in ("shd", "highlight")):
            return True
        for node in run.iterancestors():
            match node.tag.rpartition("}")[2]:
                case "p" | "tc" | "tbl" as name:
                    settings = node.find(f"{W}{name}Pr")
                    if settings is not None and (
                        settings.find(W + "shd") is not None
                        or settings.find(W + "tblStyle") is not None
                    ):
                        return True
                case "txbxContent":
                    return True
                case "document":
                    return node.find(W + "background") is not None
        return any(one.find(f"{W}pPr/{W}shd") is not None for one in self._chain(style))

    def _of_run(self, run: etree._Element, style: str, tag: str) -> etree._Element | None:
        settings = run.find(W + "rPr")
        if settings is not None and (own := settings.find(W + tag)) is not None:
            return own
        named = None if settings is None else settings.find(W + "rStyle")
        key = ("" if named is None else named.get(VAL, ""), style, tag)
        if key not in self._known:
            places = [f"{W}rPr/{W}{tag}"]
            found = (
                one.find(place) for name in key[:2] for one in self._chain(name) for place in places
            )
            self._known[key] = next((one for one in found if one is not None), None)
        return self._known[key]

    def _level(self, settings: etree._Element | None, style: str, names: list[str]) -> int:
        own = None if settings is None else settings.find(W + "outlineLvl")
        if own is None:
            outlines = (one.find(f"{W}pPr/{W}outlineLvl") for one in self._chain(style))
            own = next((one for one in outlines if one is not None), None)
        if own is not None and own.get(VAL, "").isdecimal():
            depth = int(own.get(VAL, ""))
            return depth + 1 if depth < 9 else 0
        for name in names:
            if found := _HEADING.fullmatch(name):
                return int(found[1])
        return 1 if names and names[0].lower() in _TITLES else 0

    def _list_of(self, settings: etree._Element | None, style: str) -> tuple[str, int]:
        own = None if settings is None else settings.find(W + "numPr")
        inherited = [one.find(f"{W}pPr/{W}numPr") for one in self._chain(style)]
        number = depth = ""
        for one in (own, *inherited):
            if one is not None:
                number = number or _value(one, "numId")
                depth = depth or _value(one, "ilvl")
        if not depth.isdecimal():
            steps = (self._numbering.level_of_style(number, one) for one in self._ids(style))
            return number, next((step for step in steps if step), 0)
        return number, int(depth)

    def _style_of(self, settings: etree._Element | None) -> str:
        return (_value(settings, "pStyle") if settings is not None else "") or self._default

    def _name(self, style: etree._Element) -> str:
        return _value(style, "name")

    def _ids(self, style: str) -> Iterator[str]:
        for one in self._chain(style):
            yield one.get(W + "styleId", "")

    def _chain(self, name: str) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            name = _value(self._styles[name], "basedOn")


def _value(node: etree._Element, tag: str) -> str:
    child = node.find(W + tag)
    return "" if child is None else str(child.get(VAL, ""))


def _on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get(VAL, "1") not in ("0", "false", "off")


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return float("inf")


def _white(color: str | None) -> bool:
    try:
        return len(color or "") == 6 and all(one >= _BRIGHT for one in bytes.fromhex(color or ""))
    except ValueError:
        return False
