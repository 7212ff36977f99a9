"""The tokens of Rich Text, the tables before its text, and the format of a group."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)"
)
_CODE_PAGES = {
    **{128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254"},
    **{163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874"},
    **{238: "cp1250", 77: "mac_roman", 254: "cp437", 255: "cp850"},
}
_SETS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_ENDED = {key: {"super": 0, "up": 0} for key in ("nosupersub", "sub")}
_LIFTED = 4  # half-points by which a mark of a note is raised
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)

SIGNS = {
    **{"tab": " ", "line": "\n", "~": " ", "_": "-", "-": "", "\n": "\n", "\r": "\n"},
    **{"emdash": "\u2014", "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019"},
    **{"ldblquote": "\u201c", "rdblquote": "\u201d", "bullet": "\u2022", "emspace": " "},
    **{"enspace": " ", "qmspace": " ", "\\": "\\", "{": "{", "}": "}"},
}
"""Control words that are a character."""


@dataclass(frozen=True, slots=True)
class Word:
    """A token. `kind` is open, close, text, byte, binary or control, `number` a control word's."""

    kind: str
    name: str = ""
    number: int | None = None
    content: bytes = b""


def words(source: bytes, *, binary: bool = False) -> Iterator[Word]:
    """The tokens of a file; `binary` data is left out unless it is asked for."""
    at = 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None:
            at += 1
            continue
        at = found.end()
        name, number, byte, sign, brace, text = found.groups()
        if name == b"bin":
            start, at = at, at + max(0, int(number or 0))
            if binary:
                yield Word("binary", content=source[start:at])
        elif name is not None:
            yield Word("control", name.decode(), None if number is None else int(number))
        elif byte is not None:
            yield Word("byte", content=bytes.fromhex(byte.decode()))
        elif brace is not None:
            yield Word("open" if brace == b"{" else "close")
        elif text is not None:
            yield Word("text", content=text)
        else:
            shown = sign in b"\\{}"
            yield Word("text", content=sign) if shown else Word("control", sign.decode("latin-1"))


class Tables:
    """Fonts, colours, styles and the people who changed something."""

    def __init__(self) -> None:
        self.levels: dict[int, int] = {}
        self.people: list[str] = []
        self.shaded = False
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._colors: list[tuple[int, ...]] = []
        self._color: dict[str, int] = {}
        self._number = 0

    def codec(self, font: int) -> str:
        return self._fonts.get(font, self._codec)

    def is_white(self, color: int) -> bool:
        """Whether a colour of the table cannot be told from paper."""
        known = 0 < color < len(self._colors) and self._colors[color]
        return bool(known) and min(self._colors[color]) >= 250

    def set_codec(self, word: Word) -> None:
        """Take the document's own character set from its header."""
        name = _SETS.get(word.name, f"cp{word.number}")
        try:
            self._codec = codecs.lookup(name).name
        except LookupError:
            self._codec = "cp1252"

    def take(self, table: str, word: Word) -> None:
        """A control word inside one of the tables."""
        number = word.number or 0
        if table == "fonttbl" and word.name == "f":
            self._number = number
        elif table == "fonttbl" and word.name == "fcharset" and number in _CODE_PAGES:
            self._fonts[self._number] = _CODE_PAGES[number]
        elif table == "colortbl" and word.name in ("red", "green", "blue"):
            self._color[word.name] = number
        elif table == "stylesheet" and word.name == "s":
            self._number = number

    def say(self, table: str, text: str) -> None:
        """Text inside one of the tables."""
        if table == "colortbl":
            for _ in range(text.count(";")):
                self._colors.append(tuple(self._color.values()))
                self._color = {}
        elif table == "revtbl":
            self.people += [one.strip() for one in text.split(";")[:-1]] or [text.strip(" ;")]
        elif table == "stylesheet" and (found := _HEADING.match(text.strip())):
            self.levels[self._number] = int(found[1])


@dataclass(slots=True)
class Group:
    """The format in force; a group inside another begins with a copy."""

    destination: str = "text"
    font: int = 0
    substitutes: int = 1
    style: int = -1
    level: int = 0
    in_table: bool = False
    inserted: tuple[str, str] | None = None
    deleted: tuple[str, str] | None = None
    _format: dict[str, int] = field(default_factory=dict)

    def format(self, word: Word, tables: Tables) -> None:
        """Take a control word that changes how words look, and who wrote or deleted them."""
        number = 1 if word.number is None else word.number
        match word.name:
            case "pard":
                self.style, self.level, self.in_table = -1, 0, False
            case "plain":
                self._format = {}
            case "intbl":
                self.in_table = number != 0
            case "f":
                self.font = number
            case "uc":
                self.substitutes = number
            case "s":
                self.style = number
            case "outlinelevel":
                self.level = number + 1 if number < 9 else 0
            case "ansicpg" | "mac" | "pc" | "pca":
                tables.set_codec(word)
            case "highlight" | "cb" | "chcbpat" | "clcbpat" | "cbpat":
                tables.shaded = tables.shaded or number > 0
            case _:
                self._format = {**self._format, **_ENDED.get(word.name, {}), word.name: number}
        self.inserted = self._who("revised", "revauth", "revdttm", tables)
        self.deleted = self._who("deleted", "revauthdel", "revdttmdel", tables)

    def hides(self, tables: Tables, tiny: int) -> str:
        """Why words of this format cannot be seen; "" where they can."""
        if self._format.get("v"):
            return "formatted as hidden"
        if self._format.get("fs", 24) <= tiny:
            return "in letters too small to read"
        pale = tables.is_white(self._format.get("cf", 0)) and not tables.shaded
        return "white on white" if pale and not self.in_table else ""

    @property
    def raised(self) -> bool:
        """Whether words of this format are set raised, as the mark of a note is."""
        return bool(self._format.get("super")) or self._format.get("up", 0) >= _LIFTED

    def _who(self, switch: str, author: str, date: str, tables: Tables) -> tuple[str, str] | None:
        if not self._format.get(switch):
            return None
        number = self._format.get(author, 0)
        known = 0 <= number < len(tables.people)
        return tables.people[number] if known else "", moment(self._format.get(date, 0))


def moment(packed: int) -> str:
    """A DTTM, minutes to years in the bits of a number, as ISO 8601; "" for none."""
    bits = packed & 0xFFFFFFFF
    day, month, year = bits >> 11 & 31, bits >> 16 & 15, (bits >> 20 & 511) + 1900
    try:
        return datetime(year, month, day, bits >> 6 & 31, bits & 63).isoformat()
    except ValueError:
        return ""
