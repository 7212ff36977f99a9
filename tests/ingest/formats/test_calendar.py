import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.formats.base.options import ParseOptions
from ingest.parsing.dispatch import read_file
from kb.domain import Fact, Reading
from kb.errors import ParseFailed
from tests.ingest.formats.letters import letter

EVENT = (
    "BEGIN:VEVENT\r\nORGANIZER;CN=Ida Moss:mailto:ida@moss.example\r\n"
    'ATTENDEE;CN="Renn, Tobias";PARTSTAT=ACCEPTED:mailto:renn@firm.example\r\n'
    "SUMMARY:Mediation in Holt v \r\n Pryor\r\n{when}LOCATION:Room 9B\\, Fallow House\r\n"
    "DESCRIPTION:Bring the term sheet\\nand the bundle\r\n"
    "BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\n"
)
HOURS = (
    "DTSTART;TZID=Eastern Standard Time:20240618T143000\r\n"
    "DTEND;TZID=Eastern Standard Time:20240618T163000\r\n"
)
SHOWN = "Tuesday, 18 June 2024, 14:30 to 16:30 (Eastern Standard Time)"


def calendar(*events: str, method: str = "REQUEST") -> str:
    zone = "BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nDTSTART:16011104T020000\r\nEND:STANDARD\r\n"
    head = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nX-WR-CALNAME:a\r\nX-WR-TIMEZONE:b\r\n"
    return f"{head}{zone}END:VTIMEZONE\r\n{''.join(events)}END:VCALENDAR\r\n"


def read(folder: Path, content: str | bytes, name: str = "a.ics", scratch: str = "") -> Reading:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(str(path), name, ParseOptions(scratch=scratch))


def named(reading: Reading, name: str) -> list[Fact]:
    return [one for one in reading.facts if one.name == name]


def test_a_meeting_says_who_meets_where_and_when(tmp_path: Path) -> None:
    reading = read(tmp_path, calendar(EVENT.format(when=HOURS)))
    assert reading.text == (
        f"Meeting request: Mediation in Holt v Pryor; {SHOWN}; at Room 9B, Fallow House\n"
        "Organiser: Ida Moss <ida@moss.example>\n"
        "Invited: Renn, Tobias <renn@firm.example> (accepted)\n"
        "Bring the term sheet\nand the bundle"
    )
    assert (reading.media_type, reading.title) == ("text/calendar", "Mediation in Holt v Pryor")
    (meeting,), (day,) = named(reading, "meeting"), named(reading, "date")
    assert (meeting.value, day.value) == ("2024-06-18 14:30 Eastern Standard Time", "2024-06-18")
    assert reading.text[meeting.char_start : meeting.char_end] == SHOWN


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param(
            "DTSTART:20240711T130000Z\r\n", "Thursday, 11 July 2024, 13:00 (UTC)", id="UTC"
        ),
        pytest.param(
            "DTSTART;VALUE=DATE:20240711\r\nDTEND;VALUE=DATE:20240712\r\n",
            "Thursday, 11 July 2024",
            id="a whole day ends before the next",
        ),
        pytest.param(
            "DTSTART;VALUE=DATE:20240711\r\nDTEND;VALUE=DATE:20240714\r\n",
            "Thursday, 11 July 2024 to Saturday, 13 July 2024",
            id="whole days",
        ),
        pytest.param(
            "DTSTART:20240711T230000\r\nDURATION:PT1H30M\r\n",
            "Thursday, 11 July 2024, 23:00 to Friday, 12 July 2024, 00:30",
            id="a length past midnight",
        ),
        pytest.param("DTSTART:20241340T990000\r\n", "", id="no such day"),
    ],
)
def test_when_it_is(tmp_path: Path, written: str, shown: str) -> None:
    reading = read(tmp_path, calendar(EVENT.format(when=written)))
    said = f"; {shown}" if shown else ""
    assert f"Mediation in Holt v Pryor{said}; at Room 9B" in reading.text


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10", "every week on Monday, Wednesday, 10 times"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR", "every 2 months on the last Friday"),
        ("FREQ=DAILY;UNTIL=20241231T000000Z", "every day, until Tuesday, 31 December 2024"),
        ("FREQ=YEARLY;BYMONTH=3", "every year (BYMONTH=3)"),
        ("whenever", "whenever"),
    ],
)
def test_how_it_repeats(tmp_path: Path, rule: str, shown: str) -> None:
    event = EVENT.format(when=f"{HOURS}RRULE:{rule}\r\nEXDATE:20240625T143000\r\n")
    text = read(tmp_path, calendar(event)).text
    assert f"\nRepeats: {shown}\nNot on: Tuesday, 25 June 2024, 14:30\n" in text


def test_each_of_many_entries_is_there_and_what_is_cancelled_is_said(tmp_path: Path) -> None:
    task = "BEGIN:VTODO\nSUMMARY:File the reply\nDUE;VALUE=DATE:20240801\nEND:VTODO\n"
    off = EVENT.format(when=HOURS).replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY")
    reading = read(tmp_path, calendar(off, task, method="PUBLISH"))
    assert f"Meeting: Mediation in Holt v Pryor; {SHOWN}; at Room 9B, Fallow House; cancelled" in (
        reading.text
    )
    assert "\n\nTask: File the reply; due Thursday, 1 August 2024" in reading.text
    assert len(named(reading, "meeting")) == 2
    cancelled = read(tmp_path, calendar(EVENT.format(when=HOURS), method="CANCEL"))
    assert cancelled.text.startswith("Meeting cancelled: Mediation")


def test_what_is_packed_in_a_meeting_becomes_a_part(tmp_path: Path) -> None:
    line = "ATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=terms.txt:VGVybXM=\r\n"
    link = "ATTACH:https://files.example/terms\r\n"
    (tmp_path / "parts").mkdir()
    event = EVENT.format(when=HOURS + line + link)
    reading = read(tmp_path, calendar(event), scratch=str(tmp_path / "parts"))
    assert [(one.name, Path(one.path).read_bytes()) for one in reading.parts] == [
        ("terms.txt", b"Terms")
    ]
    assert "Attachment, not in the file: https://files.example/terms" in reading.text


@pytest.mark.parametrize("inside", ["alternative", "mixed", "alone"])
def test_the_meeting_of_a_request_is_in_the_mail_with_a_day_of_its_own(
    tmp_path: Path, inside: str
) -> None:
    made = letter("Mediation", "See below.") if inside != "alone" else EmailMessage()
    content = calendar(EVENT.format(when=HOURS))
    if inside == "alone":
        made["From"], made["To"], made["Subject"] = "a@b.example", "c@d.example", "Mediation"
        made["Date"] = "Tue, 06 Jun 2017 23:48:27 -0700"
        made.set_content(content, subtype="calendar")
    elif inside == "alternative":
        made.add_alternative(content, subtype="calendar")
    else:
        made.add_attachment(content, subtype="calendar", disposition="inline")
    reading = read(tmp_path, bytes(made), "a.eml")
    assert f"\n\nMeeting request: Mediation in Holt v Pryor; {SHOWN}" in reading.text
    assert "BEGIN:VCALENDAR" not in reading.text
    assert ("See below." in reading.text) is (inside != "alone")
    assert [one.value for one in named(reading, "date")] == ["2017-06-06"]
    assert named(reading, "meeting")[0].value == "2024-06-18 14:30 Eastern Standard Time"


def test_cards_old_and_new(tmp_path: Path) -> None:
    new = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:Olympia Strand\nORG:Strand Forensics;Audit\n"
        "item1.TEL;TYPE=WORK,VOICE:+1 555 0142\nADR;TYPE=home:;;4 Elm\\, Flat 2;Leeds;;;UK\n"
        "PHOTO;ENCODING=b:AAAA\nEND:VCARD\n"
    )
    old = (
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=\n"
        "=F6rg\nTEL;CELL:555\nNOTE;QUOTED-PRINTABLE:a=\nb\nEND:VCARD\n"
    )
    reading = read(tmp_path, new + old, "a.vcf")
    assert reading.text == (
        "Contact: Olympia Strand\nOrganisation: Strand Forensics, Audit\n"
        "Telephone (work): +1 555 0142\nAddress (home): 4 Elm, Flat 2, Leeds, UK\n"
        "Photo: in the card, not taken out\n\nContact: J\u00f6rg M\u00fcller\n"
        "Telephone (cell): 555\n"
        "Note: ab"
    )


def test_a_calendar_without_entries_says_so(tmp_path: Path) -> None:
    with pytest.raises(ParseFailed) as failed:
        read(tmp_path, calendar())
    assert failed.value.code == "empty"


@pytest.mark.parametrize(
    "odd",
    [
        "ATTENDEE" + ';CN="' * 50_000 + ":x\n",
        "X" + ";A=b" * 50_000 + "\n",
        "DESCRIPTION:" + "\\" * 100_001 + "\n",
        "BEGIN:VEVENT\n" * 20_000,
        "END:VEVENT\n" * 20_000,
        "NOTE;ENCODING=QUOTED-PRINTABLE:" + "a=\n" * 30_000,
        " \n" * 50_000,
    ],
    ids=["quotes", "parameters", "escapes", "begins", "ends", "soft breaks", "folds"],
)
def test_no_line_takes_long(tmp_path: Path, odd: str) -> None:
    began = time.process_time()
    read(tmp_path, calendar(EVENT.format(when=HOURS), "BEGIN:VEVENT\nSUMMARY:x\n" + odd))
    assert time.process_time() - began < 3
