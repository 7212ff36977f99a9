"""The lines of calendar files and cards: RFC 5545, RFC 6350, and what preceded them."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^\":;]*(?:\"[^\"]*\"[^\":;]*)*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([\w-]+)(?:=((?:\"[^\"]*\"|[^\";])*))?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SEPARATED = re.compile(r"(?:\\.|[^\\;,])+", re.DOTALL)
_ENCODINGS = ("BASE64", "B", "QUOTED-PRINTABLE")


@dataclass(frozen=True, slots=True)
class Line:
    """One property: its name and parameters in capitals, its value as it is written."""

    name: str
    value: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The value as a person wrote it; a line break is "\\n"."""
        return _ESCAPED.sub(_unescaped, self._decoded()).strip()

    @property
    def pieces(self) -> list[str]:
        """The parts of a value that has several, such as an address, without the empty ones."""
        found = (_ESCAPED.sub(_unescaped, one) for one in _SEPARATED.findall(self._decoded()))
        return [one.strip() for one in found if one.strip()]

    @property
    def content(self) -> bytes | None:
        """What is packed in the line itself, None where it is text or an address."""
        value = self.value
        if self.parameters.get("ENCODING", "").upper() in ("BASE64", "B"):
            packed = value
        elif value[:5].lower() == "data:" and ";base64," in value[:200].lower():
            packed = value.partition(",")[2]
        else:
            return None
        try:
            return base64.b64decode("".join(packed.split()), validate=False)
        except (binascii.Error, ValueError):
            return b""

    def _decoded(self) -> str:
        if self.parameters.get("ENCODING", "").upper() != "QUOTED-PRINTABLE":
            return self.value
        raw = quopri.decodestring(self.value.encode("utf-8", "replace"))
        try:
            return raw.decode(self.parameters.get("CHARSET", "utf-8"))
        except (LookupError, ValueError):
            return raw.decode("cp1252", "replace")


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END: its own lines, and those of what it holds apart."""

    name: str
    lines: list[Line] = field(default_factory=list)

    def first(self, name: str) -> Line | None:
        return next((one for one in self.lines if one.name == name), None)

    def said(self, name: str) -> str:
        """The words of the first such line on one line, "" where there is none."""
        found = self.first(name)
        return " ".join(found.words.split()) if found else ""


def components(text: str) -> Iterator[Component]:
    """Every component in the order of their beginnings; what is not closed ends with the text."""
    found: list[Component] = []
    within: list[Component] = []
    for line in _lines(text):
        name = line.value.strip().upper()
        if line.name == "BEGIN":
            within.append(Component(name))
            found.append(within[-1])
        elif line.name == "END":
            if any(one.name == name for one in within[-8:]):
                while within.pop().name != name:
                    pass
        elif within:
            within[-1].lines.append(line)
    yield from found


def _lines(text: str) -> Iterator[Line]:
    held: list[str] = []
    for written in (*_FOLD.sub("", text).splitlines(), ""):
        soft = written.endswith("=") and (held or "QUOTED-PRINTABLE" in written[:200].upper())
        held.append(written[:-1] if soft else written)
        if soft:  # a line of quoted-printable goes on after "="
            continue
        found = _LINE.fullmatch("".join(held))
        held.clear()
        if found:
            yield _line(found)


def _line(found: re.Match[str]) -> Line:
    parameters: dict[str, str] = {}
    for one in _PARAMETER.finditer(found[2]):
        name, value = one[1].upper(), one[2]
        if value is None and name in _ENCODINGS:  # as vCard 2.1 writes them
            name, value = "ENCODING", name
        parameters.setdefault(name, (value or "").replace('"', ""))
    return Line(found[1].upper(), found[3], parameters)


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]
