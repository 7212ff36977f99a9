"""What the styles of an OpenDocument file say of words: hidden, or set raised."""

from lxml import etree

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"


def hiding_styles(*trees: etree._Element | None) -> dict[str, str]:
    """Names of the text and paragraph styles that make words invisible, and how."""
    found: dict[str, str] = {}
    for tree in trees:
        for style in () if tree is None else tree.iter(_STYLE + "style"):
            settings = style.find(_STYLE + "text-properties")
            if settings is not None and (reason := _hides(settings)):
                found[style.get(_STYLE + "name", "")] = reason
    return found


def raising_styles(*trees: etree._Element | None) -> frozenset[str]:
    """Names of the text styles that set words raised, as the mark of a note is."""
    found: list[str] = []
    for tree in trees:
        for style in () if tree is None else tree.iter(_STYLE + "style"):
            settings = style.find(_STYLE + "text-properties")
            placed = "" if settings is None else settings.get(_STYLE + "text-position", "")
            if placed.startswith("super") or (placed[:1].isdecimal() and placed[:2] != "0%"):
                found.append(style.get(_STYLE + "name", ""))
    return frozenset(found)


def _hides(settings: etree._Element) -> str:
    if settings.get(_TEXT + "display") == "none":
        return "formatted as hidden"
    size = settings.get(_FO + "font-size", "").removesuffix("pt")
    if size.replace(".", "", 1).isdecimal() and float(size) <= 1.5:
        return "in letters too small to read"
    white = settings.get(_FO + "color", "").lower() == "#ffffff"
    behind = settings.get(_FO + "background-color", "transparent").lower()
    return "white on white" if white and behind in ("transparent", "#ffffff") else ""
