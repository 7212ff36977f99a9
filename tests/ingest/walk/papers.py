"""A PDF, a calendar file and cards whose every part carries a word of its own."""

import io
import re

import pypdfium2 as pdfium
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.ingest.walk.walking import MARK, Sample, picture

_TEXTS = (
    "zqbody is what the tenant shall pay on the first day of each month, in advance.",
    "The landlord keeps the roof, the walls and the lift in zqrepair at its own cost.",
    "Either party may end the zqlease with six months of notice, given in writing.",
)


def _drawn() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=letter, pageCompression=0)
    canvas.setTitle("zqtitle of it")
    canvas.setAuthor("zqauthor")
    canvas.setSubject("zqsubject")
    for number in range(1, 4):
        canvas.drawString(72, 760, "zqedgeheader of the lease")
        canvas.drawString(72, 700 - number, _TEXTS[number - 1])
        if number == 1:
            canvas.bookmarkPage("top")
            canvas.addOutlineEntry("zqbookmark", "top")
            canvas.textAnnotation("zqnote", (300, 300, 330, 330))
            canvas.freeTextAnnotation("zqfreetext", (100, 100, 200, 200))
            canvas.acroForm.textfield(name="zqname", value="zqfilled", x=72, y=500, width=200)
            canvas.drawImage(ImageReader(io.BytesIO(picture(30))), 72, 250, 400, 120)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def pdf() -> Sample:
    with pdfium.PdfDocument(_drawn()) as document:
        document.new_attachment("exhibit.txt").set_data(b"zqattached")
        held = io.BytesIO()
        document.save(held)
    words = {one.decode() for one in MARK.findall(_drawn())}
    members = {one: one.encode() for one in words - {"zqname"}}
    return Sample(
        "walk.pdf",
        held.getvalue(),
        {**members, "exhibit.txt": b"zqattached"},
        unread={
            "zqsubject": "subject and keywords: programs and templates write them",
            "zqauthor": "who wrote it, as programs say for whoever is logged in",
            "zqbookmark": "names of places in the text, which stands there",
        },
    )


_CALENDAR = (
    "BEGIN:VCALENDAR\r\nPRODID:zqprogram\r\nBEGIN:VEVENT\r\nUID:zquid\r\nDTSTART:20240304T100000Z\r\n"
    "SUMMARY:zqsummary\r\nLOCATION:zqplace\r\nDESCRIPTION:zqdescription\r\nCOMMENT:zqcomment\r\n"
    "ORGANIZER;CN=zqorganizer:mailto:a@x.com\r\nATTENDEE;CN=zqattendee:mailto:b@x.com\r\n"
    "CATEGORIES:zqcategory\r\nCONTACT:zqcontact\r\nRESOURCES:zqresource\r\nURL:https://zqurl.com\r\n"
    "ATTACH;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=text/plain;X-FILENAME=a.txt:enFhdHRhY2hlZA==\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:zqalarm\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    "BEGIN:VTODO\r\nSUMMARY:zqtask\r\nDUE:20240305\r\nEND:VTODO\r\nBEGIN:VJOURNAL\r\nSUMMARY:zqjournal"
    "\r\nDESCRIPTION:zqentry\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n"
)
_CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:zqprogram\r\nUID:zquid\r\nFN:zqname\r\nN:zqfamily;zqgiven\r\n"
    "NICKNAME:zqnick\r\nORG:zqfirm;zqunit\r\nTITLE:zqpost\r\nROLE:zqrole\r\nTEL;TYPE=work:zqphone\r\n"
    "EMAIL:zqmail@x.com\r\nADR:;;zqstreet;zqtown;;;zqcountry\r\nURL:https://zqurl.com\r\n"
    "BDAY:1970-01-01\r\nNOTE:zqnote\r\nCATEGORIES:zqcategory\r\nEND:VCARD\r\n"
)


def _lines(name: str, words: str, unread: dict[str, str]) -> Sample:
    lines = {line: line.encode() for line in re.split(r"\r\n", words) if MARK.search(line.encode())}
    return Sample(name, words.encode(), lines, unread=unread)


def calendar() -> Sample:
    return _lines(
        "walk.ics",
        _CALENDAR,
        {"zqprogram": "who wrote the file", "zquid": "a number of it", "zqalarm": "a bell"},
    )


def cards() -> Sample:
    return _lines(
        "walk.vcf",
        _CARD,
        {
            "zqprogram": "who wrote the file",
            "zquid": "a number of it",
            "zqfamily": "the name once more, in pieces",
            "zqgiven": "the same",
        },
    )
