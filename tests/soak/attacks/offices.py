"""Calendars, cards, signed content and Office's XML made to take long."""

from tests.soak.attacks.base import Attack, Make, counted, nested, text

_EVENT = "BEGIN:VEVENT\nDTSTART:20260101T100000Z\nSUMMARY:The rent {}\nEND:VEVENT\n"
_CALENDAR = "BEGIN:VCALENDAR\nVERSION:2.0\n"
_CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Person {}\nEMAIL:p{}@a.example\nEND:VCARD\n"
_BOOK = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>'
)
_FLAT = (
    '<?xml version="1.0"?><pkg:package '
    'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part '
    'pkg:name="/word/document.xml"><pkg:xmlData><w:document '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)
_FLAT_END = "</w:body></w:document></pkg:xmlData></pkg:part></pkg:package>"
_SIGNED = bytes.fromhex("3080 0609 2a864886f70d010702 a080 3080 020101 3100")
_DATA = bytes.fromhex("3080 0609 2a864886f70d010701 a080")


def _signed(unit: bytes, after: bytes = b"") -> Make:
    """Signed content of so many pieces, none of whose lengths is told."""
    return lambda n: _SIGNED + _DATA + unit * n + after * n + b"\0\0" * 6


ATTACKS = (
    Attack("events", ".ics", counted(_EVENT.format, _CALENDAR, "END:VCALENDAR\n"), 4),
    Attack("folded", ".ics", text(
        " rent\n", f"{_CALENDAR}BEGIN:VEVENT\nDTSTART:20260101\nSUMMARY:The\n",
        "END:VEVENT\nEND:VCALENDAR\n",
    )),
    Attack("open", ".ics", text("BEGIN:VEVENT\n", _CALENDAR)),
    Attack("attendees", ".ics", counted(
        lambda n: f"ATTENDEE;CN=Person {n}:mailto:p{n}@a.example\n",
        f"{_CALENDAR}BEGIN:VEVENT\nDTSTART:20260101\n", "END:VEVENT\nEND:VCALENDAR\n",
    )),
    Attack("cards", ".vcf", counted(lambda n: _CARD.format(n, n)), 4),
    Attack("pieces", ".p7m", _signed(bytes.fromhex("0404") + b"rent"), 6),
    Attack("nested", ".p7m", _signed(bytes.fromhex("2480"), b"\0\0")),
    Attack("rows", ".xml", counted(
        lambda n: f'<Row><Cell><Data ss:Type="Number">{n}</Data></Cell></Row>',
        _BOOK, "</Table></Worksheet></Workbook>",
    ), 4),
    Attack("paragraphs", ".xml", text(
        "<w:p><w:r><w:t>The rent.</w:t></w:r></w:p>", _FLAT, _FLAT_END
    )),
    Attack("tables", ".xml", nested(
        "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", before=_FLAT, inside="<w:p/>",
        after=_FLAT_END,
    )),
)  # fmt: skip
