"""Meetings, tasks and cards written out as lines that a person reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

from ingest.formats.calendar.content_lines import Component, Line, components
from ingest.formats.calendar.moments import Moment, moment, repeats, shown, span

_ENTRIES = {
    "VEVENT": "Meeting",
    "VTODO": "Task",
    "VJOURNAL": "Journal entry",
    "VFREEBUSY": "Free and busy times",
}
_METHODS = {
    "REQUEST": "Meeting request",
    "CANCEL": "Meeting cancelled",
    "REPLY": "Answer to a meeting request",
    "COUNTER": "Another time proposed",
    "DECLINECOUNTER": "Another time declined",
}
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_PLAIN = (
    ("Categories", "CATEGORIES"),
    ("Contact", "CONTACT"),
    ("Resources", "RESOURCES"),
    ("Link", "URL"),
)
_CARD = (
    ("Title", "TITLE"),
    ("Role", "ROLE"),
    ("Telephone", "TEL"),
    ("E-mail", "EMAIL"),
    ("Web", "URL"),
    ("Note", "NOTE"),
    ("Born", "BDAY"),
    ("Nickname", "NICKNAME"),
    ("Categories", "CATEGORIES"),
    ("Profile", "X-SOCIALPROFILE"),
)
_PACKED = ("PHOTO", "LOGO", "SOUND", "KEY")
_KINDS = ("WORK", "HOME", "CELL", "FAX", "PAGER", "MAIN")


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting, task or card: its lines as they are read, the first naming it.

    `start` is its own moment, which `when` says in the words of its lines; `packed` are
    files inside it, by name.
    """

    title: str
    lines: tuple[str, ...]
    start: Moment | None = None
    when: str = ""
    packed: tuple[tuple[str, bytes], ...] = ()


def entries(text: str) -> Iterator[Entry]:
    """The meetings, tasks and cards of a calendar file or of cards, in their order."""
    method = ""
    for one in components(text):
        if one.name == "VCALENDAR":
            method = one.said("METHOD").upper()
        elif one.name in _ENTRIES:
            yield _entry(one, method)
        elif one.name == "VCARD":
            yield _card(one)


def _entry(event: Component, method: str) -> Entry:
    kind = _ENTRIES[event.name]
    if event.name == "VEVENT":
        kind = _METHODS.get(method, kind)
    title = event.said("SUMMARY")
    start, end = span(event)
    when = shown(start, end) if start else ""
    if not when and end:
        start, when = end, shown(end, None)
    if event.name == "VTODO" and event.first("DUE") and when:
        when = f"due {when}" if event.first("DTSTART") is None else when
    cancelled = event.said("STATUS").upper() == "CANCELLED" and method != "CANCEL"
    place = event.said("LOCATION")
    heads = (title, when, place and f"at {place}", "cancelled" if cancelled else "")
    lines = [f"{kind}: {'; '.join(one for one in heads if one)}"]
    lines.extend(_details(event))
    files = tuple(_files(event))
    return Entry(title, tuple(lines), start, when, files)


def _details(event: Component) -> Iterator[str]:
    instead = moment(event.first("RECURRENCE-ID"))
    if instead:
        yield f"Of a series, in place of {shown(instead, None)}"
    yield from (words for line in event.lines if (words := _recurrence(line)))
    for label, name in (("Organiser", "ORGANIZER"), ("Invited", "ATTENDEE")):
        people = [_person(one) for one in event.lines if one.name == name]
        if people:
            yield f"{label}: {'; '.join(people)}"
    for label, name in _PLAIN:
        said = ", ".join(" ".join(one.words.split()) for one in event.lines if one.name == name)
        if said:
            yield f"{label}: {said}"
    yield from (words for line in event.lines if (words := _beside(line)))
    yield _description(event)


def _recurrence(line: Line) -> str:
    """On which other days it is, and on which it is not."""
    if line.name == "RRULE":
        return f"Repeats: {repeats(line.value)}"
    if line.name not in ("RDATE", "EXDATE"):
        return ""
    days = (moment(Line("", one, line.parameters)) for one in line.value.split(","))
    label = "Also on" if line.name == "RDATE" else "Not on"
    return f"{label}: {'; '.join(shown(day, None) for day in days if day)}"


def _beside(line: Line) -> str:
    if line.name == "ATTACH" and line.content is None:
        return f"Attachment, not in the file: {line.value.strip()}"
    if line.name == "COMMENT":
        return f"Comment: {line.words}"
    return f"Busy: {line.value}" if line.name == "FREEBUSY" else ""


def _description(event: Component) -> str:
    said = event.first("DESCRIPTION")
    if said and said.words:
        return said.words
    page = event.first("X-ALT-DESC")
    if page is None or not page.words:
        return ""
    try:
        return " ".join(str(html.fromstring(page.words).text_content()).split())
    except (etree.LxmlError, ValueError):
        return page.words


def _files(event: Component) -> Iterator[tuple[str, bytes]]:
    for one in event.lines:
        content = one.content if one.name == "ATTACH" else None
        if content is not None:
            given = one.parameters
            name = given.get("X-FILENAME") or given.get("FILENAME") or given.get("X-LABEL")
            yield name or "attachment", content


def _person(line: Line) -> str:
    address = line.value.strip()
    address = address[7:] if address[:7].lower() == "mailto:" else address
    name = " ".join(line.parameters.get("CN", "").split())
    said = f"{name} <{address}>" if name and name != address else address
    answer = _ANSWERS.get(line.parameters.get("PARTSTAT", "").upper())
    optional = line.parameters.get("ROLE", "").upper() == "OPT-PARTICIPANT"
    told = ", ".join(one for one in (answer, "optional" if optional else None) if one)
    return f"{said} ({told})" if told else said


def _card(card: Component) -> Entry:
    whole = card.first("N")
    names = whole.pieces if whole else []
    name = card.said("FN") or " ".join([*names[1:2], *names[:1], *names[2:]])
    firm = next((one.pieces for one in card.lines if one.name == "ORG"), [])
    title = name or ", ".join(firm)
    lines = [f"Contact: {title}"]
    if firm:
        lines.append(f"Organisation: {', '.join(firm)}")
    for label, what in _CARD:
        lines.extend(
            f"{label}{_kind(one)}: {one.words}"
            for one in card.lines
            if one.name == what and one.words
        )
    for one in card.lines:
        if one.name == "ADR" and one.pieces:
            lines.append(f"Address{_kind(one)}: {', '.join(one.pieces)}")
        elif one.name in _PACKED:
            lines.append(f"{one.name.capitalize()}: in the card, not taken out")
    return Entry(title, tuple(lines))


def _kind(line: Line) -> str:
    """ " (work)" where a number or an address says what it is for."""
    told = line.parameters.get("TYPE", "").upper().split(",") + list(line.parameters)
    named = [one.lower() for one in _KINDS if one in told]
    return f" ({', '.join(named)})" if named else ""
