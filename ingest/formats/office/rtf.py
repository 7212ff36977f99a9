"""Rich Text, with its tracked changes accepted.

pandoc and its like show deleted words beside those that took their place, and take
every script for Western. Rich Text Format Specification 1.9.1.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.formats.base.manuscript import Manuscript, Mark
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import authors
from ingest.formats.base.page_edges import edge_kind
from ingest.formats.office.rtf_files import take_inside_rtf, word_art
from ingest.formats.office.rtf_tokens import SIGNS, Group, Tables, Word, moment, words
from kb.domain import ElementKind, Reading, RevisionKind

RTF = "application/rtf"
_ASIDE = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "furniture"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "furniture"),
    **{name: name for name in ("footnote", "annotation", "title", "author", "atnauthor")},
}
_PLACES = ("atrfstart", "atrfend", "atnref", "atndate")
_TABLES = ("fonttbl", "colortbl", "stylesheet", "revtbl")
_SKIPPED = frozenset(
    "pict object objdata fldinst shpinst shprslt sp listname leveltext levelnumbers info "
    "listtable listoverridetable nonshppict themedata rsidtbl filetbl pnseclvl xe tc upr "
    "operator company creatim revtim printim buptim comment doccomm keywords subject category "
    "manager hlinkbase".split()
)
_SHOWN = frozenset("fldrslt shptxt result listtext pntext ud".split())
_TINY = 3  # half-points


def read_rtf(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read Rich Text; changes and comments are its revisions, notes stand at its end."""
    return from_rtf(Path(path).read_bytes(), options)


def from_rtf(source: bytes, options: ParseOptions = DEFAULT) -> Reading:
    """Read the source of Rich Text as `read_rtf` does."""
    manuscript = Manuscript()
    walk = _Walk(manuscript)
    for word in words(source):
        walk.take(word)
    walk.finish()
    for drawn in dict.fromkeys(word_art(source)):
        manuscript.draft.add(ElementKind.FURNITURE, drawn)
    inside = take_inside_rtf(source, options)
    return replace(walk.reading(), parts=inside.taken, problem=inside.problem)


class _Walk:
    """Follows groups and control words, and says what is shown to a manuscript."""

    def __init__(self, manuscript: Manuscript) -> None:
        self._to = manuscript
        self._tables = Tables()
        self._group = Group()
        self._outer: list[Group] = []
        self._bytes = bytearray()
        self._text: list[str] = []
        self._skip = 0
        self._starred = False
        self._in_row = self._after_row = False
        self._inserting: tuple[str, str] | None = None
        self._insertion: Mark | None = None
        self._comments: dict[str, Mark] = {}
        self._aside: list[list[str]] = []
        self._kept: dict[str, list[str]] = {}
        self._commenter = self._place = self._awaiting = ""
        self._acts: dict[str, Callable[[Word], None]] = {
            **dict.fromkeys(("par", "sect", "page"), self._end_paragraph),
            **dict.fromkeys(("cell", "nestcell"), self._end_cell),
            "row": self._end_row,
            "u": self._take_unicode,
        }

    def take(self, word: Word) -> None:
        """Follow one token of the file."""
        if word.kind in ("byte", "text"):
            if self._skip:
                left = word.content[self._skip :]
                self._skip = max(0, self._skip - len(word.content))
                self._bytes += left
            else:
                self._bytes += word.content
            return
        self._flush()
        if word.kind == "open":
            self._outer.append(self._group)
            self._group = replace(self._group)
        elif word.kind == "close":
            self._close()
        elif word.name == "*":
            self._starred = True
        else:
            self._control(word)
            self._starred = False

    def finish(self) -> None:
        """Say what stands at the end: notes, comments, and the edges of pages."""
        self._flush()
        self._track(None)
        self._to.end_line(ElementKind.PARAGRAPH)
        for number, note in enumerate(self._kept.get("footnote", []), start=1):
            self._to.say(note)
            self._to.end_line(ElementKind.PARAGRAPH, label=f"Footnote {number}:", by_words=False)
        for comment in self._kept.get("comment", []):
            self._to.say(comment)
            self._to.end_line(ElementKind.PARAGRAPH, by_words=False)
        for edge in dict.fromkeys(self._kept.get("furniture", [])):
            self._to.say(edge)
            self._to.end_line(edge_kind(edge), by_words=False)

    def reading(self) -> Reading:
        """What was read; call it once, after `finish`."""
        title = next(iter(self._kept.get("title", [])), "")
        return self._to.reading(RTF, title=title, facts=authors(*self._kept.get("author", [])[:1]))

    def _control(self, word: Word) -> None:
        if word.name in _TABLES or word.name in _ASIDE or word.name in _SKIPPED | _SHOWN:
            self._enter(word.name)
        elif word.name in _PLACES:
            self._group.destination, self._awaiting = "skip", word.name
            if word.number is not None:
                self._take_place(word.name, str(word.number))
        elif self._starred and word.name not in SIGNS:
            self._group.destination = "skip"
        elif self._group.destination in _TABLES:
            self._tables.take(self._group.destination, word)
        elif word.name in SIGNS:
            self._text.append(SIGNS[word.name])
        elif word.name in self._acts:
            self._acts[word.name](word)
        else:
            self._group.format(word, self._tables)

    def _enter(self, name: str) -> None:
        if name in _SHOWN:
            shown = self._outer and name in ("ud", "shptxt", "result")
            self._group.destination = "text" if shown else self._group.destination
        elif name in _TABLES:
            self._group.destination = name
        elif name in _ASIDE:
            self._group.destination = _ASIDE[name]
            self._aside.append([])
        elif name != "info":  # what is inside says itself what it is
            self._group.destination = "skip"
        else:
            self._group.destination = "info"

    def _close(self) -> None:
        ended, self._awaiting = self._group.destination, ""
        if self._outer:
            self._group = self._outer.pop()
        if ended in _ASIDE.values() and ended != self._group.destination and self._aside:
            said = " ".join("".join(self._aside.pop()).split())
            if ended == "atnauthor":
                self._commenter = said
            elif ended == "annotation":
                self._keep_comment(said)
            elif said:
                self._kept.setdefault(ended, []).append(said)

    def _keep_comment(self, said: str) -> None:
        mark = self._comments.pop(self._place, None)
        if mark is None:
            mark = self._to.begin(RevisionKind.COMMENT, "", "")
            self._to.end(mark)
        mark.author, mark.text = self._commenter, said
        self._kept.setdefault("comment", []).append(
            f"Comment by {self._commenter or 'unknown'}: {said}"
        )
        self._commenter = self._place = ""

    def _take_place(self, name: str, number: str) -> None:
        if name == "atrfstart":
            self._comments[number] = self._to.begin(RevisionKind.COMMENT, "", "")
        elif name == "atrfend" and number in self._comments:
            self._to.end(self._comments[number])
        elif name == "atnref":
            self._place = number
        elif name == "atndate" and number.isdecimal() and self._place in self._comments:
            self._comments[self._place].date = moment(int(number))

    def _take_unicode(self, word: Word) -> None:
        self._text.append(chr((word.number or 0) % 0x10000))
        self._skip = self._group.substitutes

    def _flush(self) -> None:
        """Say the bytes and signs that were gathered, under the group's format."""
        if self._bytes:
            codec = self._tables.codec(self._group.font)
            self._text.append(self._bytes.decode(codec, "replace"))
            self._bytes.clear()
        if self._text:
            text = "".join(self._text)
            self._text.clear()
            self._say(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

    def _say(self, text: str) -> None:
        group = self._group
        if group.destination in _TABLES:
            self._tables.say(group.destination, text)
        elif group.destination in ("skip", "info"):
            if self._awaiting and text.strip():  # {\*\atnref 1} has its number as text
                self._take_place(self._awaiting, text.strip())
        elif group.destination in _ASIDE.values():
            if self._aside and group.deleted is None:
                self._aside[-1].append(text)
        elif group.deleted is not None:
            self._track(None)
            self._to.delete(*group.deleted, text)
        elif reason := group.hides(self._tables, _TINY):
            self._to.hide(text, reason)
        else:
            self._track(group.inserted)
            say = self._to.say_raised if group.raised else self._to.say
            say(text)

    def _track(self, who: tuple[str, str] | None) -> None:
        if who == self._inserting:
            return
        if self._insertion is not None:
            self._to.end(self._insertion)
        self._insertion = None if who is None else self._to.begin(RevisionKind.INSERTION, *who)
        self._inserting = who

    def _end_paragraph(self, _: Word) -> None:
        if self._group.destination in _ASIDE.values():
            self._text.append(" ")
        elif self._group.destination == "text":
            if self._in_row or self._group.in_table:
                self._to.say(" ")
                return
            level = self._group.level or self._tables.levels.get(self._group.style, 0)
            kind = ElementKind.HEADING if level else ElementKind.PARAGRAPH
            if self._to.end_line(kind, level=level):
                self._after_row = False

    def _end_cell(self, _: Word) -> None:
        if self._group.destination == "text":
            self._in_row = True
            self._to.next_cell()

    def _end_row(self, _: Word) -> None:
        if self._group.destination == "text":
            gap = "\n" if self._after_row else "\n\n"
            self._after_row = self._to.end_line(ElementKind.TABLE_ROW, gap=gap) or self._after_row
            self._in_row = False
