"""What of a mail is new and what is quoted history, in plain text and in HTML.

History begins with a line that mail programs write, in English, German, French or
Spanish, or is marked line by line with ">"; a reply between marked lines stays new.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml import html

from ingest.formats.base.elements import Draft, tidy
from ingest.formats.markup.html import add_html, page_of
from kb.domain import ElementKind

_BLANK_LINE = re.compile(r"\n[ \t>]*\n\s*")
_MARKED = re.compile(r"[ \t]{0,3}>")
_ATTRIBUTION = re.compile(
    r"(?:On\b.{6,250}\bwrote|Am\b.{6,250}\bschrieb\b.{0,120}|Le\b.{6,250}\ba\s+écrit"
    r"|El\b.{6,250}\bescribió)\s?:"
    r"|.{0,120}<[^<>\s@]+@[^<>\s]+>\s+(?:wrote|schrieb|a\s+écrit|escribió)\s?:",
    re.DOTALL,
)
_SAID = re.compile(r"(?:wrote|schrieb|écrit|escribió)\b")
_SEPARATOR = re.compile(
    r"[-_*> \t]*\b(?:original message|forwarded message|begin forwarded message"
    r"|ursprüngliche nachricht|weitergeleitete nachricht|anfang der weitergeleiteten nachricht"
    r"|message d['’]origine|message original|message transféré|message transmis"
    r"|début du message (?:réexpédié|transféré)"
    r"|mensaje original|mensaje reenviado|inicio del mensaje reenviado)[-_*: \t]*",
    re.IGNORECASE,
)
_LOTUS_SEPARATOR = re.compile(r"[-_ \t]{3,}Forwarded by\b.*", re.IGNORECASE)
_LOTUS_HEAD = re.compile(r".{3,120}\d{1,2}/\d{1,2}/\d{2,4}\s+\d{1,2}:\d{2}.{0,20}")
_RULE = re.compile(r"[-_]{10,}\s*")
_LABELS = (
    r"From|Von|De|Expéditeur",
    r"Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Fecha",
    r"To|An|À|Para|Destinataire|Cc|Kopie",
    r"Subject|Betreff|Objet|Asunto",
)
_LABEL = [re.compile(rf"[*>\s]*(?:{names})\s?:(?=[*\s])", re.IGNORECASE) for names in _LABELS]
_LOOKED_AT = 8  # lines, for the labels of a header block or the end of an attribution
_OPEN, _CLOSE, _REST = "\ue0f1", "\ue0f2", "\ue0f3"  # private characters that no text uses
_OUTLOOK_RULE = re.compile(r"border-top:\s*solid\s*#(?:E1E1E1|B5C4DF)", re.IGNORECASE)
_TO_THE_END = ("divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION", "reply-intro")
_ATTRIBUTED = ("gmail_attr", "moz-cite-prefix", "OutlookMessageHeader", "yahoo_quoted")


class Letter(Draft):
    """A mail's text being written: what is history becomes QUOTED."""

    def __init__(self) -> None:
        super().__init__()
        self._inside = 0
        self._to_the_end = False

    def add(self, kind: ElementKind, text: str, *, level: int = 0, gap: str = "\n\n") -> int | None:
        """As in `Draft`; QUOTED where the mail's HTML or the words themselves say so."""
        match text.strip():
            case "\ue0f1":
                self._inside += 1
            case "\ue0f2":
                self._inside -= 1
            case "\ue0f3":
                self._to_the_end = True
            case words:
                text, marked = self._unmarked(text)
                lines = words.splitlines()
                self._to_the_end = self._to_the_end or begins_history(lines)
                if self._to_the_end or self._inside or marked or _attribution(lines):
                    kind, level = ElementKind.QUOTED, 0
                return super().add(kind, text, level=level, gap=gap)
        return None

    def _unmarked(self, text: str) -> tuple[str, bool]:
        """`text` without marks, and whether there were any: nested deeply, they end up in it."""
        if not any(mark in text for mark in _PRIVATE):
            return text, False
        self._inside += text.count(_OPEN) - text.count(_CLOSE)
        self._to_the_end = self._to_the_end or _REST in text
        return tidy("".join(one for one in text if one not in _PRIVATE)), True

    def add_new(self, kind: ElementKind, text: str, *, gap: str = "\n\n") -> int | None:
        """Append what is no part of the body, whatever was quoted before; where it begins."""
        return super().add(kind, text, gap=gap)

    def add_text(self, body: str) -> None:
        """Append the paragraphs of a plain body."""
        gap = "\n\n"
        for quoted, run in _runs(tidy(body).split("\n")):
            for paragraph in _BLANK_LINE.split(run):
                kind = ElementKind.QUOTED if quoted else ElementKind.PARAGRAPH
                if Draft.add(self, kind, paragraph, gap=gap) is not None:
                    gap = "\n\n"
            gap = "\n\n" if not run.strip() or run.endswith("\n") else "\n"

    def add_page(self, source: str) -> None:
        """Append the blocks of an HTML body."""
        add_html(self, _with_history_marked(source.translate({ord(c): None for c in _PRIVATE})))
        self._inside, self._to_the_end = 0, False


_PRIVATE = _OPEN + _CLOSE + _REST


def begins_history(lines: Sequence[str]) -> bool:
    """Whether all from here on is history: a separator, or a block of From, Sent, To, Subject."""
    if not lines:
        return False
    if _SEPARATOR.fullmatch(lines[0]) or _LOTUS_SEPARATOR.match(lines[0]):
        return True
    if _LOTUS_HEAD.fullmatch(lines[0]):
        return all(any(label.match(line) for line in lines[1:5]) for label in _LABEL[2:])
    if _RULE.fullmatch(lines[0]):
        lines = lines[1:]
    if not lines or not _LABEL[0].match(lines[0]):
        return False
    near = lines[1:_LOOKED_AT]
    return sum(any(label.match(line) for line in near) for label in _LABEL[1:]) >= 2


def _attribution(lines: Sequence[str]) -> int:
    """How many lines say who wrote what follows, 0 when none do; programs wrap them."""
    if not any(_SAID.search(line) for line in lines[:4]):
        return 0
    for count in range(1, min(4, len(lines)) + 1):
        if not lines[count - 1].strip():
            return 0
        if _ATTRIBUTION.fullmatch(" ".join(line.strip(" \t>*_") for line in lines[:count])):
            return count
    return 0


def _runs(lines: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Lines in a row that are all history, or all new; blank lines belong to what is above."""
    held: list[str] = []
    state = False
    for quoted, line in zip(_quoted(lines), lines, strict=True):
        if quoted is not state and line.strip():
            if held:
                yield state, "\n".join(held)
            held, state = [], quoted
        held.append(line)
    if held:
        yield state, "\n".join(held)


def _quoted(lines: Sequence[str]) -> Iterable[bool]:
    found = [bool(_MARKED.match(line)) for line in lines]
    number = 0
    while number < len(lines):
        if not lines[number].strip() or found[number]:
            number += 1
            continue
        near = lines[number : number + _LOOKED_AT]
        told = _attribution(near)
        heads = told or (_length_of_head(near) if begins_history(near) else 0)
        found[number : number + heads] = [True] * heads
        if heads and not _marked_below(lines, number + heads):
            found[number:] = [True] * (len(lines) - number)
            break
        number += heads or 1
    return found


def _length_of_head(lines: Sequence[str]) -> int:
    """The separator or rule, and the labelled lines under it."""
    last = 0
    for number, line in enumerate(lines):
        if any(label.match(line) for label in _LABEL):
            last = number
    return last + 1


def _marked_below(lines: Sequence[str], number: int) -> bool:
    """Whether the next line that says anything is marked with ">"."""
    return next((bool(_MARKED.match(line)) for line in lines[number:] if line.strip()), False)


def _with_history_marked(source: str) -> str:
    """The same page with private characters, as blocks, around what is history."""
    tree = page_of(source)
    if tree is None:
        return source
    for node in list(tree.iter()):
        if not isinstance(node.tag, str):
            continue
        names = f"{node.get('class') or ''} {node.get('id') or ''}".split()
        if any(name.removeprefix("x_") in _TO_THE_END for name in names) or (
            node.tag == "div" and _OUTLOOK_RULE.search(node.get("style") or "")
        ):
            node.addprevious(_mark(_REST))
        elif node.tag == "blockquote" or _is_history(node, names):
            _wrap(node)
    return str(html.tostring(tree, encoding="unicode"))


def _is_history(node: html.HtmlElement, names: Sequence[str]) -> bool:
    """Gmail's wrapper is history as a whole only where it forwards: else replies stand in it."""
    if any(name in _ATTRIBUTED for name in names):
        return True
    return "gmail_quote" in names and node.find(".//blockquote") is None


def _wrap(node: html.HtmlElement) -> None:
    after = _mark(_CLOSE)
    after.tail, node.tail = node.tail, None
    node.addprevious(_mark(_OPEN))
    node.addnext(after)


def _mark(character: str) -> html.HtmlElement:
    mark = html.Element("p")
    mark.text = character
    return mark
