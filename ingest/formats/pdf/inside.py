"""What a PDF holds beside its text: files and pictures as parts, an XFA form's entries as words."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from lxml import etree

from ingest.formats.base.options import ParseOptions
from ingest.formats.base.package import local
from ingest.formats.base.parts import Parts, TooMuch
from kb.pages import MOST_PICTURES, PageText, attachments, pasted_pictures, xml_form

_MOST_ENTRIES = 5_000


def taken_parts(path: str, pages: Sequence[PageText], options: ParseOptions) -> Parts:
    """The files attached to the PDF, and the pictures pasted into its pages.

    What was left out is told by `problem`.
    """
    parts = Parts(options, Path(path).stat().st_size)
    try:
        for name, content in attachments(path):
            if not content:
                parts.leave("attached, empty or damaged", name)
            elif parts.wanted:
                parts.take(name.replace("\\", "/").rpartition("/")[2] or "attachment", [content])
        crowded = [page for page in pages if len(page.pictures) > MOST_PICTURES]
        for page in crowded:
            parts.leave(f"more than {MOST_PICTURES} pictures on one page", f"page {page.number}")
        held = [page for page in pages if page.pictures and page not in crowded]
        if held and parts.wanted:
            for name, content in _pictures(path, held):
                parts.take(name, [content])
    except TooMuch as limit:
        parts.end(str(limit))
    return parts


def _pictures(path: str, pages: Sequence[PageText]) -> Iterator[tuple[str, bytes]]:
    """Names and contents of pasted pictures; one that is on several pages counts once."""
    seen: set[bytes] = set()
    for page in pages:
        drawn = pasted_pictures(path, page.number, page.pictures)
        for number, content in enumerate(drawn, start=1):
            known = sha256(content).digest()
            if known not in seen:
                seen.add(known)
                yield f"page {page.number}, picture {number}.png", content


def form_entries(path: str, shown: str) -> list[str]:
    """What was filled into an XFA form and does not stand in `shown`: “Caption: value”."""
    packets = xml_form(path)
    whole = _tree(packets.get("", b""))
    data, template = (_packet(packets, whole, name) for name in ("datasets", "template"))
    captions = dict(_captions(template))
    known = " ".join(shown.split())
    entries: list[str] = []
    for node in () if data is None else data.iter():
        words = " ".join((node.text or "").split()) if isinstance(node.tag, str) else ""
        if words and words not in known and len(entries) < _MOST_ENTRIES:
            entries.append(f"{captions.get(local(node), local(node))}: {words}")
    return entries


def _packet(
    packets: Mapping[str, bytes], whole: etree._Element | None, name: str
) -> etree._Element | None:
    """A part of the form, by itself or in the one stream that has all of them."""
    if name in packets:
        return _tree(packets[name])
    return None if whole is None else next(whole.iter(f"{{*}}{name}"), None)


def _tree(content: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    try:
        return etree.fromstring(content, parser) if content.strip(b"\0 \r\n\t") else None
    except etree.XMLSyntaxError:
        return None


def _captions(template: etree._Element | None) -> Iterator[tuple[str, str]]:
    """What a form calls its fields, by their names."""
    for field in () if template is None else template.iter("{*}field"):
        caption = field.find("{*}caption/{*}value")
        words = "" if caption is None else " ".join("".join(caption.itertext()).split())
        if words:
            yield field.get("name", ""), words.rstrip(":")
