"""HTML, also in mails and e-books, read block by block with lxml.

unstructured's own HTML reader cuts a paragraph at each link inside it, and so
tears every citation out of an opinion's sentences; hence a reader of our own.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from lxml import etree, html

from ingest.formats.base.deletions import unmarked, without_deletions
from ingest.formats.base.elements import Draft, heading_level, tidy
from ingest.formats.base.encodings import decode
from ingest.formats.base.hidden_text import StyleSheets, visible_text
from ingest.formats.base.manuscript import Reasons, hidden_facts
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import refuse_cut
from kb.domain import ElementKind, Reading
from kb.text.raised import raised_words


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SKIPPED = _tags(
    "script style noscript template svg annotation annotation-xml iframe object head select button "
    "input textarea canvas audio video"
)
_FURNITURE = frozenset(("nav", "footer"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = _tags(
    "p div li dt dd blockquote pre section article main aside header ul ol dl body html form "
    "fieldset figure figcaption center address details summary caption table hr tr td th tbody "
    "thead tfoot nav footer legend h1 h2 h3 h4 h5 h6"
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)
_PROLOGUE = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_NEAR = 20  # characters of a mark, and of what stands before it
_DEEPEST = 200  # nested tags; deeper is read as one block


def read_html(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read an HTML file; scripts and styles are left out."""
    return from_html(decoded(Path(path).read_bytes()))


def from_html(source: str, *, media_type: str = "text/html") -> Reading:
    """Read HTML source. The title is that of the page, else its first heading."""
    draft = Draft()
    reasons: Reasons = {}
    title = add_html(draft, source, reasons)
    return replace(draft.reading(media_type, title=title), facts=hidden_facts(reasons))


def add_html(draft: Draft, source: str, reasons: Reasons | None = None) -> str:
    """Append the blocks of an HTML page to `draft` and return the page's own title.

    Words that a reader cannot see become HIDDEN, and are noted in `reasons`.
    """
    tree = page_of(source)
    if tree is None:
        return ""
    _Walk(draft, StyleSheets(tree), {} if reasons is None else reasons).block(tree, 0)
    return str(tree.findtext(".//title") or "")


def decoded(content: bytes) -> str:
    """The text of an HTML page: in the encoding that it declares, else in what it looks like."""
    declared = _DECLARED.search(content[:4096])
    if declared and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(content)


def page_of(source: str) -> html.HtmlElement | None:
    """The tree of an HTML page, None where there is nothing in it.

    Raises `ParseFailed` ("damaged") where it is nested more than about 2,000 deep.
    """
    source = _PROLOGUE.sub("", source.replace("\0", "")).strip("\ufeff \r\n\t")
    if not source:
        return None
    parser = html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )  # else what is more than 256 deep is left out, with all that follows
    try:
        tree = html.document_fromstring(source, parser=parser)
    except etree.ParserError:
        return None
    refuse_cut(parser)
    return tree


class _Walk:
    """Gathers running text until a block begins or ends, then adds it to the draft."""

    def __init__(self, draft: Draft, styles: StyleSheets, reasons: Reasons) -> None:
        self._draft = draft
        self._styles = styles
        self._reasons = reasons
        self._hidden: list[str] = []
        self._in_struck = False
        self._running: list[str] = []
        self._kind = ElementKind.PARAGRAPH
        self._level = 0

    def block(self, node: html.HtmlElement, depth: int) -> None:
        outer = self._kind, self._level
        self._flush()
        self._kind, self._level = _role(node, *outer)
        if node.tag == "table" and _is_data(node):
            self._draft.add_table(self._rows(node))
        else:
            self._inline(node, depth, as_set=node.tag == "pre")
        self._flush()
        self._kind, self._level = outer

    def _inline(self, node: html.HtmlElement, depth: int, *, as_set: bool) -> None:
        self._say(node.text, as_set=as_set)
        for child in node:
            if not isinstance(child.tag, str) or child.tag in _SKIPPED:
                pass
            elif reason := self._styles.hides(child):
                self._hide("".join(child.itertext()), reason)
            elif self._styles.strikes(child):
                self._running.append(self._struck(child))
            elif depth > _DEEPEST:
                self._running.extend(self._deep_words(child))
            elif child.tag in _BLOCKS and child.get("class") != "inline":
                self.block(child, depth + 1)
            elif child.tag == "br":
                self._running.append("\n")
            elif self._is_mark(child):
                before = self._running[-1][-_NEAR:] if self._running else ""
                self._running.append(raised_words(before, "".join(self._visible(child, depth))))
            else:
                self._inline(child, depth + 1, as_set=as_set or child.tag == "pre")
            self._say(child.tail, as_set=as_set)

    def _is_mark(self, node: html.HtmlElement) -> bool:
        """Whether a node is the mark of a note: figures that are set raised."""
        if not self._styles.raises(node):
            return False
        words = "".join(islice(node.itertext(), _NEAR))
        return len(words) <= _NEAR and raised_words("", words) != words

    def _deep_words(self, node: html.HtmlElement) -> Iterator[str]:
        """What is visible in a node that lies too deep to be told from what is around it."""
        walk = etree.iterwalk(node, events=("start", "end"))
        struck = self._in_struck
        for event, one in walk:
            if event == "end":
                yield " " + ((one.tail or "") if one is not node else "")
            elif not isinstance(one.tag, str) or one.tag in _SKIPPED:
                walk.skip_subtree()
            elif reason := self._styles.hides(one):
                self._hide("".join(one.itertext()), reason)
                walk.skip_subtree()
            elif not struck and self._styles.strikes(one):
                yield self._struck(one)
                walk.skip_subtree()
            else:
                yield unmarked(one.text or "")

    def _struck(self, node: html.HtmlElement) -> str:
        """The mark of what is visible in `node`, which has a line through it."""
        self._in_struck = True
        words = "".join(self._deep_words(node))
        self._in_struck = False
        return self._draft.struck(words, node.get("datetime") or "")

    def _say(self, text: str | None, *, as_set: bool) -> None:
        if text:
            text, unseen = visible_text(unmarked(text))
            self._hide(unseen, "in characters without width")
            self._running.append(text.replace("\r\n", "\n") if as_set else _SPACE.sub(" ", text))

    def _hide(self, text: str, reason: str) -> None:
        if words := " ".join(tidy(text).split()):
            self._hidden.append(words)
            self._reasons.setdefault(reason, []).append(words + " ")

    def _flush(self) -> None:
        text = "".join(self._running)
        self._running.clear()
        for paragraph in _BLANK_LINE.split(text):
            lines = (_SPACE.sub(" ", line).strip() for line in paragraph.split("\n"))
            words = "\n".join(line for line in lines if line)
            kind, level = self._kind, self._level
            if kind is ElementKind.PARAGRAPH and (
                by_words := heading_level(without_deletions(words))
            ):
                kind, level = ElementKind.HEADING, by_words
            self._draft.add(kind, words, level=level)
        self._draft.add(ElementKind.HIDDEN, " ".join(self._hidden))
        self._hidden.clear()

    def _rows(self, table: html.HtmlElement) -> Iterator[list[str]]:
        caption = table.find("caption")
        if caption is not None:
            yield ["".join(self._visible(caption, 0))]
        for row in table.iter("tr"):
            if reason := self._styles.hides(row):
                self._hide("".join(row.itertext()), reason)
                continue
            yield [" ".join(self._visible(cell, 0)) for cell in row.iterchildren("td", "th")]

    def _visible(self, node: html.HtmlElement, depth: int) -> Iterator[str]:
        if depth > _DEEPEST:
            yield from self._deep_words(node)
            return
        if reason := self._styles.hides(node):
            self._hide("".join(node.itertext()), reason)
            return
        if self._styles.strikes(node):
            yield self._struck(node)
            return
        yield unmarked(node.text or "")
        for child in node:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                if self._is_mark(child):
                    yield raised_words("", "".join(self._visible(child, depth + 1)))
                else:
                    yield from ("\n",) if child.tag == "br" else self._visible(child, depth + 1)
            yield unmarked(child.tail or "")


def _role(node: html.HtmlElement, kind: ElementKind, level: int) -> tuple[ElementKind, int]:
    if kind is ElementKind.FURNITURE or node.tag in _FURNITURE:
        return ElementKind.FURNITURE, 0
    if node.tag in _HEADINGS:
        return ElementKind.HEADING, _HEADINGS[node.tag]
    if node.tag in ("li", "dd"):
        return ElementKind.LIST_ITEM, 0
    if node.tag in ("div", "p", "span", "section") and kind is ElementKind.HEADING:
        return kind, level
    return ElementKind.PARAGRAPH, 0


def _is_data(table: html.HtmlElement) -> bool:
    """Tables also lay out pages: those hold other blocks, or one cell a row."""
    if table.xpath(".//table | .//td//p[2] | .//td//div[2] | .//h1 | .//h2 | .//pre"):
        return False
    return any(len(row.xpath("./td | ./th")) > 1 for row in table.iter("tr"))
