"""The body of a .docx, walked in the order it is read, as with every tracked change accepted.

python-docx sees only runs that lie directly in a paragraph, so insertions, moved text, content
controls and text boxes are lost to it and to what stands on it. ECMA-376 part 1, 17.
"""

from collections.abc import Callable, Iterator

from lxml import etree

from ingest.formats.base.manuscript import Manuscript, Mark
from ingest.formats.base.package import local
from ingest.formats.base.wordprocessing import W
from ingest.formats.office.docx_styles import ParagraphRole, Styles
from ingest.formats.office.inside.form_fields import check_box, chosen
from ingest.formats.office.inside.graphics import graphics_of, links_of, text_boxes, word_art
from kb.domain import ElementKind, RevisionKind

_INSERTED = ("ins", "moveTo")
_DELETED = ("del", "moveFrom")
_PASSED = frozenset(
    "hyperlink smartTag customXml sdt sdtContent fldSimple dir bdo ruby rubyBase Choice "
    "AlternateContent oMath oMathPara".split()
)
_BREAKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = {
    **dict.fromkeys(("F0A8", "F06F", "F071", "F072"), "\u2610"),  # Wingdings' boxes
    **dict.fromkeys(("F0FE", "F052"), "\u2611"),
    **dict.fromkeys(("F0FD", "F078", "F053"), "\u2612"),
    **{"F0FC": "\u2713", "F0B7": "\u2022"},
}
_ROW_OF_TEXT = 1500  # characters; longer rows of several paragraphs lay out a page
Gathered = list[str]


class Body:
    """Walks a part's blocks and says them to a manuscript.

    `comments` are author, date and words by id; `referred` collects the ids of
    foot- and endnotes in the order in which the text refers to them.
    """

    def __init__(
        self,
        manuscript: Manuscript,
        styles: Styles,
        comments: dict[str, tuple[str, str, str]],
        *,
        always: ElementKind | None = None,
        insert: Callable[[str], None] | None = None,
    ) -> None:
        self._to = manuscript
        self._styles = styles
        self._comments = comments
        self._always = always
        self._insert = insert or _nothing
        self._graphics: list[str] = []
        self._choice = ""
        self._opened: dict[str, Mark] = {}
        self._deleting: Gathered | None = None
        self._ends_struck = False
        self._paragraph: etree._Element | None = None
        self._boxes: list[etree._Element] = []
        self._label = ""
        self._in_row = False
        self.referred: dict[str, list[str]] = {"footnote": [], "endnote": []}

    def blocks(self, parent: etree._Element, *, label: str = "") -> None:
        """Say every paragraph and table of `parent`; `label` stands before the first."""
        self._label = label
        self._blocks(parent)
        if not self._in_row:
            self._end_line(ParagraphRole())

    def _blocks(self, parent: etree._Element) -> None:
        for node in parent:
            name = local(node)
            if name == "p":
                self._read_paragraph(node)
            elif name == "tbl":
                self._read_table(node)
            elif name in ("sdt", "sdtContent", "customXml", "smartTag", *_INSERTED):
                self._blocks(node)
            elif name == "AlternateContent":
                self._blocks(node[0] if len(node) else node)
            elif name == "altChunk":
                self._insert(next(iter(links_of(node, ("id",))), ""))
            else:
                self._read_mark(name, node)

    def _read_paragraph(self, node: etree._Element) -> None:
        self._paragraph = node
        marks = node.find(f"{W}pPr/{W}rPr")
        gone = marks is not None and any(marks.find(W + name) is not None for name in _DELETED)
        added = None if marks is None else marks.find(W + "ins")
        self._read_inline(node)
        if added is not None and not gone:
            self._to.end(self._to.begin(RevisionKind.INSERTION, *_who(added)))
        if gone and marks is not None:
            mark = next(
                one for one in (marks.find(W + name) for name in _DELETED) if one is not None
            )
            self._to.delete(*_who(mark), "\n")
            self._to.say(" ")
        elif self._in_row:
            self._to.say(" ")
        else:
            if self._ends_struck:
                self._to.delete("", "", "\n")
            self._end_line(self._styles.role(node))
        self._ends_struck = False

    def _end_line(self, role: ParagraphRole) -> None:
        label, kind = role.label, ElementKind.PARAGRAPH
        if self._always:
            kind = self._always
        elif role.level:
            kind = ElementKind.HEADING
        elif role.listed:
            kind = ElementKind.LIST_ITEM
        if self._label:
            label, self._label = self._label, ""
        as_text = bool(role.contents or self._always)
        self._to.end_line(kind, label=label, level=role.level, by_words=not as_text)
        self._read_drawn()

    def _read_drawn(self) -> None:
        """What stands in the drawings of the line that has ended."""
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._blocks(box)
        graphics, self._graphics = self._graphics, []
        for link in graphics:
            self._insert(link)

    def _read_inline(self, parent: etree._Element) -> None:
        for node in parent:
            name = local(node)
            if name == "r" and self._deleting is None and self._is_struck(node):
                self._read_deleted(node, struck=True)
            elif name == "r":
                self._read_run(node)
            elif name in _DELETED:
                self._read_deleted(node)
            elif name in _INSERTED:
                mark = self._to.begin(RevisionKind.INSERTION, *_who(node))
                self._read_inline(node)
                self._to.end(mark)
            elif name in _PASSED:
                self._read_inline(node)
            elif name == "t":  # of a formula
                self._say(node.text or "", "")
            else:
                self._read_mark(name, node)

    def _is_struck(self, run: etree._Element) -> bool:
        return self._styles.strikes(run, self._paragraph)

    def _read_deleted(self, node: etree._Element, *, struck: bool = False) -> None:
        """What was deleted, or struck out by hand, which leaves no name and no date."""
        outer, self._deleting = self._deleting, []
        if struck:
            self._read_run(node)
        else:
            self._read_inline(node)
        words, self._deleting = "".join(self._deleting), outer
        self._to.delete(*_who(node), words)
        self._ends_struck = struck or self._ends_struck

    def _read_run(self, run: etree._Element) -> None:
        reason = self._styles.hides(run, self._paragraph)
        high = self._styles.raises(run, self._paragraph)
        for node in run:
            name = local(node)
            if name in ("t", "delText"):
                self._say(node.text or "", reason, high=high)
            elif name in _BREAKS:
                self._say(_BREAKS[name], reason)
            elif name == "sym":
                self._say(_SYMBOLS.get(node.get(W + "char", "").upper(), ""), reason)
            elif name == "fldChar":
                self._say(self._field(node), reason)
            elif name in ("footnoteReference", "endnoteReference"):
                self.referred[name.removesuffix("Reference")].append(node.get(W + "id", ""))
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                self._say(word_art(node), reason)
                self._boxes.extend(text_boxes(node))
                self._graphics.extend(graphics_of(node))
            elif name == "ruby":
                self._read_inline(node)
            else:
                self._read_mark(name, node)

    def _field(self, node: etree._Element) -> str:
        """What a form field shows where its mark stands; a list's choice where none is written."""
        kind = node.get(W + "fldCharType")
        if kind == "begin":
            self._choice = chosen(node)
        return check_box(node) if kind == "begin" else self._choice if kind == "end" else ""

    def _say(self, words: str, reason: str, *, high: bool = False) -> None:
        if words.strip():
            self._choice = ""  # a field's own words stand for its choice
        if self._deleting is not None:
            self._deleting.append(words)
        elif reason:
            self._to.hide(words, reason)
        elif high:
            self._to.say_raised(words)
        else:
            self._ends_struck = False
            self._to.say(words)

    def _read_mark(self, name: str, node: etree._Element) -> None:
        """Where a comment begins, ends, or stands if it has no range."""
        number = node.get(W + "id", "") if name.startswith("comment") else ""
        if number not in self._comments:
            return
        if name == "commentRangeEnd" and number in self._opened:
            self._to.end(self._opened[number])
        elif name in ("commentRangeStart", "commentReference") and number not in self._opened:
            mark = self._to.begin(RevisionKind.COMMENT, *self._comments[number])
            self._opened[number] = mark
            if name == "commentReference":
                self._to.end(mark)

    def _read_table(self, table: etree._Element) -> None:
        rows = list(_within(table, "tr"))
        if self._in_row or all(len(list(_within(row, "tc"))) < 2 for row in rows):
            for row in rows:
                for cell in _within(row, "tc"):
                    self._blocks(cell)
            return
        gap = "\n\n"
        for row in rows:
            if _lays_out(row):
                for cell in _within(row, "tc"):
                    self._blocks(cell)
                gap = "\n\n"
            elif self._read_row(row, gap):
                gap = "\n"

    def _read_row(self, row: etree._Element, gap: str) -> bool:
        gone = row.find(f"{W}trPr/{W}del")
        if gone is not None:
            cells = (" ".join(_all_words(cell).split()) for cell in _within(row, "tc"))
            self._to.delete(*_who(gone), " | ".join(cells) + "\n")
            return False
        added = row.find(f"{W}trPr/{W}ins")
        mark = None if added is None else self._to.begin(RevisionKind.INSERTION, *_who(added))
        self._in_row = True
        for at, cell in enumerate(_within(row, "tc")):
            if at:
                self._to.next_cell()
            gone = cell.find(f"{W}tcPr/{W}cellDel")
            if gone is None:
                self._blocks(cell)
            else:
                self._to.delete(*_who(gone), _all_words(cell))
        self._in_row = False
        if mark is not None:
            self._to.end(mark)
        kind = self._always or ElementKind.TABLE_ROW
        said = self._to.end_line(kind, gap=gap)
        self._read_drawn()
        return said


def _within(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, also those in content controls."""
    for child in node:
        name = local(child)
        if name == tag:
            yield child
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _within(child, tag)


def _lays_out(row: etree._Element) -> bool:
    cells = (list(cell.iter(W + "p")) for cell in _within(row, "tc"))
    return max((len(one) for one in cells), default=0) > 2 and len(_all_words(row)) > _ROW_OF_TEXT


def _all_words(node: etree._Element) -> str:
    return "".join(one.text or "" for one in node.iter(W + "t", W + "delText"))


def _nothing(_: str) -> None:
    """Headers and notes have nothing inserted that is read."""


def _who(node: etree._Element) -> tuple[str, str]:
    return node.get(W + "author", ""), node.get(W + "date", "")
