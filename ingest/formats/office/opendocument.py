"""OpenDocument text, sheets and slides, zipped or flat, with tracked changes accepted.

OpenDocument 1.3 part 3. In the body a change is an empty mark; what was deleted,
who and when stand in `text:tracked-changes` before it.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from ingest.formats.base.manuscript import Manuscript, Mark
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import Package, local, parsed, properties
from ingest.formats.office.inside.opendocument_parts import Inside, add_outside, formula
from ingest.formats.office.opendocument_styles import hiding_styles, raising_styles
from kb.domain import ElementKind, Reading, RevisionKind
from kb.errors import ParseFailed

_TYPE = "application/vnd.oasis.opendocument."
_KINDS = ("text", "spreadsheet", "presentation", "drawing", "graphics", "chart")
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SKIPPED = frozenset(
    "tracked-changes forms scripts font-face-decls event-listeners sequence-decls variable-decls "
    "user-field-decls desc settings styles automatic-styles master-styles meta "
    "annotation-end database-ranges content-validations object binary-data".split()
)
_BREAKS = {"s": " ", "tab": " ", "line-break": "\n"}
_MOST_REPEATS = 50  # of a cell or row that has words


@dataclass(frozen=True, slots=True)
class _Change:
    kind: str
    who: tuple[str, str]
    words: str


def read_opendocument(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read .odt, .ods, .odp and their templates. Raises `ParseFailed` ("damaged", "encrypted")."""
    package = Package(path, options)
    manifest = package.xml("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise ParseFailed(
            "It is protected with a password. Save a copy without one and add that.", "encrypted"
        )
    content = package.xml("content.xml")
    if content is None:
        raise ParseFailed("It is damaged: its text is missing. Save it again.", "damaged")
    inside = Inside(package, Path(path).stat().st_size, options)
    return _reading(content, package.xml("styles.xml"), package.xml("meta.xml"), inside)


def read_flat(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read OpenDocument that is one XML file: .fodt, .fods, .fodp."""
    tree = parsed(Path(path).read_bytes())
    if tree is None:
        raise ParseFailed("It is damaged: its text is missing. Save it again.", "damaged")
    return _reading(tree, tree, tree, Inside(None, Path(path).stat().st_size, options))


def _reading(
    content: etree._Element,
    styles: etree._Element | None,
    meta: etree._Element | None,
    inside: Inside,
) -> Reading:
    manuscript = Manuscript()
    body = next(content.iter(_OFFICE + "body"), content)
    kind = next((local(node) for node in body if local(node) in _KINDS), "text")
    walk = _Walk(manuscript, content, styles, inside)
    try:
        walk.blocks(body)
    except RecursionError:
        raise ParseFailed("Its parts are nested too deeply to be read.", "damaged") from None
    walk.say_notes()
    add_outside(manuscript.draft, content, styles, meta)
    inside.take(body)
    title, facts = properties(meta)
    reading = manuscript.reading(_TYPE + kind, title=title, facts=facts)
    return replace(reading, parts=inside.parts.taken, problem=inside.parts.problem)


class _Walk:
    def __init__(
        self,
        manuscript: Manuscript,
        content: etree._Element,
        styles: etree._Element | None,
        inside: Inside | None = None,
    ) -> None:
        self._to = manuscript
        self._inside = inside
        self._objects: list[etree._Element] = []
        self._hiding = hiding_styles(content, styles)
        self._raising = raising_styles(content, styles)
        self._high = False
        self._changes = _changes(content)
        self._opened: dict[str, Mark] = {}
        self._comments: dict[str, Mark] = {}
        self._notes: list[tuple[str, etree._Element]] = []
        self._said: list[str] = []
        self._in_row = False
        self._listed = 0

    def blocks(self, parent: etree._Element) -> None:
        """Say every paragraph, list and table below `parent`."""
        for node in parent:
            name = local(node)
            if name in ("p", "h"):
                self._read_paragraph(node, name)
            elif name == "table" and node.tag.startswith(_TABLE):
                self._read_table(node)
            elif name == "list":
                self._listed += 1
                self.blocks(node)
                self._listed -= 1
            elif name == "object":
                self._objects.append(node)
            elif not self._read_aside(name, node) and name not in _SKIPPED:
                self.blocks(node)
        if not self._in_row:
            self._read_objects()

    def _read_objects(self) -> None:
        """Charts, formulas and documents that stand in a frame; none inside each other."""
        objects, self._objects = self._objects, []
        for node in objects:
            tree = None if self._inside is None else self._inside.object(node)
            if tree is not None:
                self._to.draft.add(ElementKind.PARAGRAPH, formula(tree))
                walk = _Walk(self._to, tree, None)
                walk.blocks(next(tree.iter(_OFFICE + "body"), tree))
                walk.say_notes()

    def say_notes(self) -> None:
        """Footnotes, endnotes and comments at the end, each saying what it is."""
        for label, body in self._notes:
            self._in_row = True  # a note of several paragraphs is one
            self.blocks(body)
            self._in_row = False
            self._to.end_line(ElementKind.PARAGRAPH, label=label, by_words=False)
        for words in self._said:
            self._to.say(words)
            self._to.end_line(ElementKind.PARAGRAPH)

    def _read_paragraph(self, node: etree._Element, name: str) -> None:
        boxes: list[etree._Element] = []
        self._inline(node, self._hiding.get(node.get(_TEXT + "style-name", ""), ""), boxes)
        if self._in_row:
            self._to.say(" ")
        elif name == "h":
            level = node.get(_TEXT + "outline-level", "1")
            self._to.end_line(ElementKind.HEADING, level=int(level) if level.isdecimal() else 1)
        elif _is_title(node):
            self._to.end_line(ElementKind.HEADING, level=1)
        else:
            self._to.end_line(ElementKind.LIST_ITEM if self._listed else ElementKind.PARAGRAPH)
        for box in boxes:
            self.blocks(box)

    def _inline(self, parent: etree._Element, reason: str, boxes: list[etree._Element]) -> None:
        self._say(parent.text, reason)
        for node in parent:
            name = local(node)
            if name in _BREAKS:
                self._say(_BREAKS[name], reason)
            elif name in ("frame", "custom-shape", "g"):
                boxes.append(node)
            elif name == "hidden-text":
                self._say(node.get(_TEXT + "string-value"), "formatted as hidden")
            elif name and not self._read_aside(name, node) and name not in _SKIPPED:
                style, high = node.get(_TEXT + "style-name", ""), self._high
                self._high = high or style in self._raising
                self._inline(node, self._hiding.get(style, "") or reason, boxes)
                self._high = high
            self._say(node.tail, reason)

    def _read_aside(self, name: str, node: etree._Element) -> bool:
        """Whether `node` was a note, a comment or a change."""
        if name == "note":
            self._keep_note(node)
        elif name == "annotation":
            self._read_comment(node)
        elif name == "annotation-end":
            mark = self._comments.pop(node.get(_OFFICE + "name", ""), None)
            if mark is not None:
                self._to.end(mark)
        elif name.startswith("change"):
            self._read_change(name, node)
        else:
            return False
        return True

    def _say(self, words: str | None, reason: str) -> None:
        if words and reason:
            self._to.hide(words, reason)
        elif words:
            say = self._to.say_raised if self._high else self._to.say
            say(words)

    def _read_change(self, name: str, node: etree._Element) -> None:
        number = node.get(_TEXT + "change-id", "")
        change = self._changes.get(number)
        if change is None:
            return
        if name == "change" and change.kind == "deletion":
            self._to.delete(*change.who, change.words)
        elif name == "change-start" and change.kind == "insertion":
            self._opened[number] = self._to.begin(RevisionKind.INSERTION, *change.who)
        elif name == "change-end" and number in self._opened:
            self._to.end(self._opened.pop(number))

    def _keep_note(self, note: etree._Element) -> None:
        kind = note.get(_TEXT + "note-class", "footnote").capitalize()
        number = note.findtext(_TEXT + "note-citation") or str(len(self._notes) + 1)
        body = note.find(_TEXT + "note-body")
        if body is not None:
            self._notes.append((f"{kind} {number}:", body))

    def _read_comment(self, note: etree._Element) -> None:
        author, date = _signed(note)
        paragraphs = (" ".join("".join(one.itertext()).split()) for one in note.iter(_TEXT + "p"))
        words = " ".join(paragraphs)
        mark = self._to.begin(RevisionKind.COMMENT, author, date, words)
        self._said.append(f"Comment by {author or 'unknown'}: {words}")
        name = note.get(_OFFICE + "name", "")
        ends = f"//*[local-name()='annotation-end' and @*[local-name()='name']='{name}']"
        if name and "'" not in name and note.getroottree().xpath(ends):
            self._comments[name] = mark
        else:
            self._to.end(mark)

    def _read_table(self, table: etree._Element) -> None:
        name = table.get(_TABLE + "name", "")
        if self._in_row:
            self.blocks(table)
            return
        if local(table.getparent()) == "spreadsheet":
            self._to.say(name)
            self._to.end_line(ElementKind.HEADING, level=1)
        gap = "\n\n"
        for row in table.iter(_TABLE + "table-row"):
            repeats = _repeats(row, "number-rows-repeated")
            for _ in range(repeats if next(row.iter(_TEXT + "p"), None) is not None else 0):
                if self._read_row(row, gap):
                    gap = "\n"
        for drawn in table.iterfind(_TABLE + "shapes"):
            self.blocks(drawn)
        self._read_objects()

    def _read_row(self, row: etree._Element, gap: str) -> bool:
        self._in_row = True
        first = True
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            empty = next(cell.iter(_TEXT + "p"), None) is None
            for _ in range(1 if empty else _repeats(cell, "number-columns-repeated")):
                if not first:
                    self._to.next_cell()
                first = False
                self.blocks(cell)
        self._in_row = False
        return self._to.end_line(ElementKind.TABLE_ROW, gap=gap)


def _repeats(node: etree._Element, name: str) -> int:
    claimed = node.get(_TABLE + name, "1")
    return min(int(claimed), _MOST_REPEATS) if claimed.isdecimal() and len(claimed) < 9 else 1


def _is_title(node: etree._Element) -> bool:
    frame = next(node.iterancestors(_DRAW + "frame"), None)
    named = node.get(_TEXT + "style-name") in ("Title", "Subtitle")
    kinds = () if frame is None else frame.attrib.items()
    return named or any(key.endswith("}class") and value == "title" for key, value in kinds)


def _signed(node: etree._Element) -> tuple[str, str]:
    date = node.findtext("{*}date") or ""
    return node.findtext("{*}creator") or "", date.split(".")[0]


def _changes(content: etree._Element) -> dict[str, _Change]:
    found = {}
    for region in content.iter(_TEXT + "changed-region"):
        number = region.get(_TEXT + "id") or region.get("{http://www.w3.org/XML/1998/namespace}id")
        for change in region:
            info = change.find(_OFFICE + "change-info")
            who = ("", "") if info is None else _signed(info)
            words = "\n".join(
                "".join(one.itertext()) for one in change.iter(_TEXT + "p", _TEXT + "h")
            )
            found[number or ""] = _Change(local(change), who, words)
    return found
