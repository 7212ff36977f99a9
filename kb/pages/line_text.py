"""From the lines that were found on a PDF's page to the text of the page, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.pages.layout import RawLine, openings
from kb.pages.pdfium.letters import CHARACTERS
from kb.pages.visibility.gaps import STRUCK, Deletion, pieces


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its span in the page's text and its box in points from the bottom left.

    `opens`: a paragraph begins with it. `height` is that of its font. `hidden` says why
    a reader of the page cannot see it, "" when they can. `number` is the number of the line that
    is printed in the margin, 0 where none is.
    """

    char_start: int
    char_end: int
    left: float
    right: float
    bottom: float
    height: float
    bold: bool
    opens: bool
    hidden: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class PageLines:
    """`raw` is what PDFium read, `text` what it became; `ink` are the lines within `raw`.

    `shown` are places in `raw` where the text has something else than `CHARACTERS` says,
    `deletions` the words on the page that are struck out.
    """

    raw: str
    text: str
    lines: tuple[Line, ...]
    ink: tuple[RawLine, ...]
    shown: Mapping[int, str]
    deletions: tuple[Deletion, ...] = ()


def ink_of(piece: str) -> str:
    """What can be seen of a piece of PDFium's text, or is there at least."""
    plain = piece.isascii() and piece.isprintable()  # of which `CHARACTERS` changes nothing
    return (piece if plain else piece.translate(CHARACTERS)).strip()


def assembled(raw: str, ink: Sequence[RawLine], shown: Mapping[int, str]) -> PageLines:
    """The lines put together; one of which nothing is left but gaps is not in the text."""
    read = [_read(raw, line, shown) for line in ink]
    opens = iter(openings(raw, [line for line, words in zip(ink, read, strict=True) if words]))
    text: list[str] = []
    lines: list[Line] = []
    deletions: list[Deletion] = []
    end = 0
    for line, words in zip(ink, read, strict=True):
        at = end
        if words:
            opening = next(opens)
            gap = "" if not lines else "\n\n" if opening else "\n"
            at += len(gap)
            box = (line.left, line.right, line.bottom, line.height, line.bold)
            lines.append(Line(at, at + len(words), *box, opening, line.hidden, line.number))
            text += [gap, words]
        for found in _deletions(raw, line, at, shown if words else None):
            _add(deletions, found, end)
        end = at + len(words)
    return PageLines(raw, "".join(text), tuple(lines), tuple(ink), shown, tuple(deletions))


def origins(found: PageLines) -> list[int | None]:
    """For each character of the page's text its place in PDFium's, None for one we added."""
    places: list[int | None] = []
    for line in found.ink:
        if not _read(found.raw, line, found.shown):
            continue
        while len(places) < len(found.text) and found.text[len(places)] == "\n":
            places.append(None)
        for start, end, gap in pieces((line.start, line.end), line.gaps):
            if gap is not None:
                places.extend([None] * len(gap.shown))
                continue
            for at in range(start, end):
                places.extend([at] * len(_written(found.raw, at, at + 1, found.shown)))
    return places


def _written(raw: str, start: int, end: int, shown: Mapping[int, str]) -> str:
    """What the text has for a piece of `raw`."""
    if not shown:
        return raw[start:end].translate(CHARACTERS)
    return "".join(
        shown[at] if at in shown else raw[at].translate(CHARACTERS) for at in range(start, end)
    )


def _read(raw: str, line: RawLine, shown: Mapping[int, str]) -> str:
    if not line.gaps:
        return _written(raw, line.start, line.end, shown)
    told = list(pieces((line.start, line.end), line.gaps))
    if not any(ink_of(raw[start:end]) for start, end, gap in told if gap is None):
        return ""
    return "".join(
        _written(raw, start, end, shown) if gap is None else gap.shown for start, end, gap in told
    )


def _deletions(raw: str, line: RawLine, at: int, shown: Mapping[int, str] | None) -> list[Deletion]:
    """The words that are struck out of a line; `shown` is None for one that is not in the text."""
    found: list[Deletion] = []
    for start, end, gap in pieces((line.start, line.end), line.gaps) if line.gaps else ():
        if gap is not None and gap.why == STRUCK:
            words = ink_of(raw[start:end])
            found += [Deletion(at, words, gap.author, gap.date)] * bool(words)
        elif shown is not None:
            at += len(_written(raw, start, end, shown) if gap is None else gap.shown)
    return found


def _add(deletions: list[Deletion], one: Deletion, end: int) -> None:
    """Words struck out over several lines are one deletion; `end` is where the text ended."""
    last = deletions[-1] if deletions else None
    if last and last.at == end and (last.author, last.date) == (one.author, one.date):
        words = f"{last.words} {one.words}"
        if one.at <= end + 2:  # no more than a line's end is between
            deletions[-1] = Deletion(last.at, words, last.author, last.date)
            return
    deletions.append(one)
