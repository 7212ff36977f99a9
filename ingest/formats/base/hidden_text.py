"""Words of a web page that its reader cannot see, by the styles it brings with it.

Only what is certain counts: styles on the element itself, and rules of the page's
own style sheets for a single class, id or tag. Rules for other media are left out.
"""

import re

from lxml import etree

_MEDIA = re.compile(r"@[\w-]+[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"[.#]?[\w-]+")
_LENGTH = re.compile(r"(-?\d*\.?\d+)(px|pt|em|rem|%|)")
_IN_POINTS = {"px": 0.75, "pt": 1.0, "": 0.75, "em": 12.0, "rem": 12.0, "%": 0.12}
_TINY = 1.5  # points
_FAR = -700.0  # points: no page is as wide
_WHITE = re.compile(r"white|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*(?:,\s*1\s*)?\)")
_LINES = ("text-decoration", "text-decoration-line")
_LONGEST_SHEET = 200_000  # characters
_INVISIBLE = re.compile("[\u200b-\u200d\u2060-\u2064\ufeff]{6,}|[\U000e0000-\U000e007f]+")
_TAGS = {code: code - 0xE0000 for code in range(0xE0020, 0xE007F)}


def visible_text(text: str) -> tuple[str, str]:
    """`text` without runs of characters that have no width, and what they spell.

    Unicode's tag characters are ASCII out of sight; other runs are given as their number.
    Flags are spelt with tag characters too, behind a black flag, and stay.
    """
    pieces: list[str] = []

    def unseen(found: re.Match[str]) -> str:
        if found.start() and text[found.start() - 1] == "\U0001f3f4":
            return found[0]
        words = found[0].translate(_TAGS)
        spelt = words.isascii() and words.isprintable()
        pieces.append(words if spelt else f"{len(found[0])} characters without width")
        return ""

    return _INVISIBLE.sub(unseen, text), " ".join(pieces)


class StyleSheets:
    """The rules of a page that make elements invisible."""

    def __init__(self, tree: etree._Element) -> None:
        self._rules: dict[str, dict[str, str]] = {}
        self._backgrounds = False
        for sheet in tree.iter("style"):
            text = _MEDIA.sub("", (sheet.text or "")[:_LONGEST_SHEET])
            self._backgrounds = self._backgrounds or "background" in text
            for selectors, body in _RULE.findall(text):
                for selector in selectors.lower().split(","):
                    if _SIMPLE.fullmatch(selector.strip()):
                        self._rules.setdefault(selector.strip(), {}).update(_declared(body))

    def hides(self, node: etree._Element) -> str:
        """Why `node` and all in it cannot be seen, in words; "" where it can."""
        style = self._style(node)
        if node.get("hidden") is not None or style.get("display") == "none":
            return "not displayed"
        if style.get("visibility") in ("hidden", "collapse") or _zero(style.get("opacity")):
            return "made invisible"
        size = _points(style.get("font-size"))
        if size is not None and size <= _TINY and not _enlarged(node):
            return "in letters too small to read"
        moved = style.get("position") in ("absolute", "fixed")
        places = [style.get(side) for side in ("left", "top") if moved] + [style.get("text-indent")]
        if any((place := _points(one)) is not None and place <= _FAR for one in places):
            return "placed outside the page"
        color = style.get("color") or (node.get("color") or "").lower()
        if _WHITE.fullmatch(color) and not self._set_off(node):
            return "white on white"
        return ""

    def raises(self, node: etree._Element) -> bool:
        """Whether words are set raised, as the mark of a note is."""
        if node.tag == "sup":
            return True
        styled = node.get("style") or node.get("class")
        return bool(styled) and self._style(node).get("vertical-align") in ("super", "text-top")

    def strikes(self, node: etree._Element) -> bool:
        """Whether `node` is shown with a line through it."""
        if node.tag in ("del", "s", "strike"):
            return True
        style = self._style(node)
        return any("line-through" in style.get(name, "") for name in _LINES)

    def _style(self, node: etree._Element) -> dict[str, str]:
        style: dict[str, str] = {}
        names = [str(node.tag), *("." + one for one in (node.get("class") or "").lower().split())]
        for name in (*names, "#" + (node.get("id") or "").lower()):
            style.update(self._rules.get(name, {}))
        style.update(_declared(node.get("style") or ""))
        return style

    def _set_off(self, node: etree._Element) -> bool:
        """Whether something other than white may be behind an element."""
        for one in (node, *node.iterancestors()):
            style = self._style(one)
            if one.get("bgcolor") or one.get("background"):
                return True
            if any(name.startswith("background") for name in style):
                return not _WHITE.fullmatch(style.get("background-color", ""))
            if self._backgrounds and (one.get("class") or one.get("id")):
                return True
        return False


def _declared(body: str) -> dict[str, str]:
    pairs = (one.partition(":") for one in body.lower().split(";"))
    return {
        name.strip(): value.replace("!important", "").strip() for name, _, value in pairs if value
    }


def _points(value: str | None) -> float | None:
    found = _LENGTH.fullmatch(value or "")
    return float(found[1]) * _IN_POINTS[found[2]] if found else None


def _zero(value: str | None) -> bool:
    return value is not None and bool(re.fullmatch(r"0+(?:\.0+)?%?", value))


def _enlarged(node: etree._Element) -> bool:
    """Whether an element inside has a size of its own: mails set 0 to close the gaps of tables."""
    return any(_sized(one) for one in node.iterdescendants() if isinstance(one.tag, str))


def _sized(node: etree._Element) -> bool:
    size = _points(_declared(node.get("style") or "").get("font-size"))
    return (size is not None and size > _TINY) or node.get("size") is not None
