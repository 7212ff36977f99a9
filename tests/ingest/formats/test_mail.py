import email
import email.policy
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats.base.options import ParseOptions
from ingest.formats.mail import eml, mbox, msg
from ingest.formats.mail.quoted_history import Letter
from ingest.parsing.dispatch import read_file
from kb.domain import ElementKind, Fact, Reading
from tests.ingest.formats.letters import letter, with_family

NEW = ElementKind.PARAGRAPH
OLD = ElementKind.QUOTED

REPLIES = {
    "English": (
        "We accept the draft.\n\nAnn\n\n"
        "On Tue, Jun 6, 2017 at 2:48 PM, Bo Katz\n<bo@katz.example> wrote:\n\n"
        "> Here is the draft.\n",
        ["We accept the draft.", "Ann"],
    ),
    "English, Outlook": (
        "We accept the draft.\n\n-----Original Message-----\nFrom: Bo Katz\nSent: Tuesday\n"
        "To: Ann\nSubject: Draft\n\nHere is the draft.\n\nBo",
        ["We accept the draft."],
    ),
    "English, a rule": (
        "We accept.\n________________________________\nFrom: Bo Katz <bo@katz.example>\n"
        "Sent: Tuesday\nTo: Ann\nCc: Di\nSubject: Draft\nHere is the draft.",
        ["We accept."],
    ),
    "Lotus Notes": (
        "Fine.\n\n---------------------- Forwarded by Ann Doyle/HOU/ECT on 06/07/2001 \n"
        "09:16 AM ---------------------------\n\nHere is the draft.",
        ["Fine."],
    ),
    "Lotus Notes, a reply": (
        "Fine.\n\nBo Katz on 06/06/2001 02:48:00 PM\nTo: Ann Doyle/HOU/ECT@ECT\ncc: \n"
        "Subject: Draft\n\nHere is the draft.",
        ["Fine."],
    ),
    "German": (
        "Wir nehmen an.\n\nAm 06.06.2017 um 14:48 schrieb Bo Katz:\n> Hier der Entwurf.\n",
        ["Wir nehmen an."],
    ),
    "German, Outlook": (
        "Wir nehmen an.\n\nVon: Bo Katz\nGesendet: Dienstag, 6. Juni 2017\nAn: Ann Doyle\n"
        "Betreff: Entwurf\n\nHier der Entwurf.",
        ["Wir nehmen an."],
    ),
    "French": (
        "Nous acceptons.\n\nLe mar. 6 juin 2017 \u00e0 14:48, "
        "Bo Katz <bo@katz.example> a \u00e9crit\u00a0:\n\n"
        "> Voici le projet.\n",
        ["Nous acceptons."],
    ),
    "French, Outlook": (
        "Nous acceptons.\n\nDe\u00a0: Bo Katz\nEnvoy\u00e9\u00a0: mardi 6 juin\n\u00c0\u00a0: Ann\n"
        "Objet\u00a0: Projet\n\nVoici le projet.",
        ["Nous acceptons."],
    ),
    "Spanish": (
        "Aceptamos.\n\nEl mar, 6 jun 2017 a las 14:48, Bo Katz (<bo@katz.example>) escribi\u00f3:\n"
        "> El borrador.\n",
        ["Aceptamos."],
    ),
    "Spanish, Outlook": (
        "Aceptamos.\n\n-----Mensaje original-----\nDe: Bo Katz\nEnviado el: martes\nPara: Ann\n"
        "Asunto: Borrador\n\nEl borrador.",
        ["Aceptamos."],
    ),
    "between the lines": (
        "Bo Katz <bo@katz.example> wrote:\n"
        "> Is it five years?\nYes.\n\n> And the rent?\n\n5,000.\n",
        ["Yes.", "5,000."],
    ),
    "no history": (
        "On the lease: Bo wrote nothing.\n\n"
        "From: here it is all new, as the date: shows.\n\nEl fin.",
        [
            "On the lease: Bo wrote nothing.",
            "From: here it is all new, as the date: shows.",
            "El fin.",
        ],
    ),
}

PAGES = {
    "blockquote": (
        "<p>Yes.</p><div>On Tuesday Bo Katz wrote:</div><blockquote type=cite><p>Is it?</p>"
        "<h2>Five years?</h2></blockquote><p>Ann</p>",
        ["Yes.", "Ann"],
    ),
    "Gmail": (
        '<div>Yes.</div><div class="gmail_quote">'
        '<div class="gmail_attr">On Tue, Bo wrote:<br></div>'
        '<blockquote class="gmail_quote">Five years?</blockquote><div>Five, yes.</div></div>',
        ["Yes.", "Five, yes."],
    ),
    "Gmail, forwarded": (
        '<div>See.</div><div class="gmail_quote">---------- Forwarded message ---------<br>From: Bo'
        "<p>The draft.</p></div>",
        ["See."],
    ),
    "Outlook on the web": (
        '<div>Yes.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Bo<br><b>Sent:</b> Tuesday</div>'
        "<div><p>Five years?</p></div>",
        ["Yes."],
    ),
    "Outlook": (
        '<p class=MsoNormal>Yes.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;">'
        "<p><b>From:</b> Bo<br><b>Sent:</b> Tuesday</p></div></div><p>Five years?</p>",
        ["Yes."],
    ),
    "by its words": (
        "<p>Ja.</p><p><b>Von:</b> Bo<br><b>Gesendet:</b> Dienstag<br><b>An:</b> Ann<br>"
        "<b>Betreff:</b> Pacht</p><p>F\u00fcnf Jahre?</p>",
        ["Ja."],
    ),
}


def words(reading: Reading, kind: ElementKind) -> list[str]:
    return [
        reading.text[one.char_start : one.char_end] for one in reading.elements if one.kind is kind
    ]


def written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


@pytest.fixture
def options(tmp_path: Path) -> ParseOptions:
    (tmp_path / "scratch").mkdir()
    return ParseOptions(scratch=str(tmp_path / "scratch"))


@pytest.mark.parametrize("name", REPLIES)
def test_history_in_plain_text_is_quoted_and_the_reply_is_not(name: str) -> None:
    body, new = REPLIES[name]
    made = Letter()
    made.add_text(body)
    reading = made.reading("message/rfc822")
    assert words(reading, NEW) == new
    assert len(words(reading, OLD)) >= (name != "no history")
    assert "".join(reading.text.split()) == "".join(body.split())


@pytest.mark.parametrize("name", PAGES)
def test_history_in_html_is_quoted_and_the_reply_is_not(name: str) -> None:
    page, new = PAGES[name]
    made = Letter()
    made.add_page(page)
    reading = made.reading("message/rfc822")
    assert words(reading, NEW) == new
    assert words(reading, OLD)


@given(st.text(alphabet="> -_*:\nFromSentToSubjectOn wrote<@>\ue0f1\ue0f2\ue0f3"))
def test_no_body_loses_words_or_makes_elements_overlap(body: str) -> None:
    made = Letter()
    made.add_text(body)
    made.add_page(f"<p>{body}</p>")
    reading = made.reading("")
    spans = [(one.char_start, one.char_end) for one in reading.elements]
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


def test_a_mail_with_a_family_gives_its_members_and_what_it_answers(
    tmp_path: Path, options: ParseOptions
) -> None:
    path = written(tmp_path / "a", bytes(with_family(tmp_path)))
    reading = read_file(path, "a.eml", options)
    assert reading.text == (
        "From: Ann Doyle <ann@doyle.example>\nTo: Bo Katz <bo@katz.example>\n"
        "Bcc: file@doyle.example\nDate: Tue, 06 Jun 2017 23:48:27 -0700\n"
        "Subject: Lease \u2013 final\n\nSee attached.\n\n"
        "Attachments: ../../lease.pdf, Nachtrag f\u00fcr M\u00fcller.docx, note.txt, Re: Lease\n\n"
        "Pictures in the text, not taken out: logo.png"
    )
    assert reading.problem is None
    assert reading.facts == (
        Fact("date", "2017-06-06"),
        Fact("author", "Ann Doyle <ann@doyle.example>"),
        Fact("message-id", "m3@doyle.example"),
        Fact("reply-to", "m2@doyle.example"),
        Fact("reply-to", "m1@katz.example"),
    )
    names = ["..", "..", "lease.pdf"]
    assert [part.name for part in reading.parts] == [
        "_".join(names),
        "Nachtrag f\u00fcr M\u00fcller.docx",
        "note.txt",
        "Re: Lease.eml",
    ]
    assert {str(Path(part.path).parent) for part in reading.parts} == {options.scratch}
    kinds = [read_file(part.path, part.name, ParseOptions()) for part in reading.parts]
    assert "Quay Street" in kinds[0].text
    assert kinds[1].text == "Rider to the lease."
    assert kinds[2].text == "Call the broker.\r\n"
    assert "I agree.\n\nAttachments: rent.txt" in kinds[3].text


def test_the_mail_inside_a_mail_gives_its_own_attachment(
    tmp_path: Path, options: ParseOptions
) -> None:
    outer = eml.read_eml(written(tmp_path / "a", bytes(with_family(tmp_path))), "", options)
    (tmp_path / "deeper").mkdir()
    inner = eml.read_eml(
        outer.parts[3].path, "", ParseOptions(scratch=str(tmp_path / "deeper"), depth=1)
    )
    [part] = inner.parts
    assert (part.name, Path(part.path).read_text()) == ("rent.txt", "Rent: 5,000\n")


def test_without_scratch_attachments_are_named_only(tmp_path: Path) -> None:
    reading = eml.read_eml(written(tmp_path / "a", bytes(with_family(tmp_path))), "")
    assert reading.parts == ()
    assert "note.txt" in reading.text
    assert reading.problem is None


def test_too_deep_or_too_much_is_left_out_and_told(tmp_path: Path, options: ParseOptions) -> None:
    path = written(tmp_path / "a", bytes(with_family(tmp_path)))
    deep = eml.read_eml(path, "", ParseOptions(scratch=options.scratch, depth=4))
    assert deep.parts == ()
    assert deep.problem is not None and "it lies inside 4 others" in deep.problem
    few = eml.read_eml(path, "", ParseOptions(scratch=options.scratch, most_parts=2))
    assert len(few.parts) == 2
    assert few.problem is not None and "it holds more than 2 files" in few.problem


def test_an_outlook_attachment_in_its_own_packing_is_named(
    tmp_path: Path, options: ParseOptions
) -> None:
    made = letter("Lease", "See attached.")
    made.add_attachment(
        b'x\x9f>"', maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    reading = eml.read_eml(written(tmp_path / "a", bytes(made)), "", options)
    assert reading.parts == ()
    assert reading.problem is not None and "“winmail.dat”" in reading.problem


def test_a_mail_of_html_alone_is_read(tmp_path: Path) -> None:
    made = letter("Lease", "")
    made.set_content("<table><tr><td>Rent<td>5,000</table><p>We <b>agree</b>.</p>", subtype="html")
    reading = eml.read_eml(written(tmp_path / "a", bytes(made)), "")
    assert reading.text.endswith("Rent | 5,000\n\nWe agree.")


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        pytest.param("utf-9", "caf\u00e9".encode(), "caf\u00e9", id="no such charset"),
        pytest.param("utf-8", "caf\u00e9".encode("cp1252"), "caf\u00e9", id="the wrong one"),
        pytest.param("us-ascii", "caf\u00e9".encode(), "caf\u00e9", id="not what it says"),
        pytest.param('"bad\0"', b"plain", "plain", id="not even a name"),
    ],
)
def test_a_bad_charset_costs_no_words(tmp_path: Path, charset: str, body: bytes, text: str) -> None:
    content = b"Subject: x\r\nContent-Type: text/plain; charset=" + charset.encode()
    reading = eml.read_eml(written(tmp_path / "a", content + b"\r\n\r\n" + body), "")
    assert reading.text.endswith(text)


MBOX = (
    b"From ann@doyle.example Tue Jun  6 14:48:27 2017\n%s\n"
    b"From bo@katz.example Wed Jun  7 09:00:00 2017\n%s\n"
    b"From - Thu Jun 08 10:00:00 2017\n%s\n"
)
FROM = "From now on the rent is paid monthly.\n\nFrom March 2018 it is 6,000.\n"


def test_each_message_of_a_mailbox_is_a_part(tmp_path: Path, options: ParseOptions) -> None:
    mails = [
        letter("One / first", FROM),
        letter("Two", ">From the lessor."),
        letter("", "Three"),
    ]
    content = [bytes(one).replace(b"\r\n", b"\n") for one in mails]
    path = written(tmp_path / "a", MBOX % tuple(content))
    reading = read_file(path, "Inbox.mbox", options)
    assert reading.media_type == "application/mbox"
    assert reading.text == (
        "Mailbox of 3 messages: date, sender, subject.\n\n"
        "2017-06-06 | Ann Doyle <ann@doyle.example> | One / first\n"
        "2017-06-06 | Ann Doyle <ann@doyle.example> | Two\n"
        "2017-06-06 | Ann Doyle <ann@doyle.example>"
    )
    names = ["0001 One _ first.eml", "0002 Two.eml", "0003 message.eml"]
    assert [part.name for part in reading.parts] == names
    texts = [read_file(part.path, part.name, ParseOptions()).text for part in reading.parts]
    assert texts[0].endswith(FROM.strip())
    assert texts[1].endswith("\n\nFrom the lessor.")
    assert texts[2].endswith("\n\nThree")


def test_a_mailbox_beyond_its_limit_gives_the_first_messages(
    tmp_path: Path, options: ParseOptions
) -> None:
    one = bytes(letter("One", "Yes.")).replace(b"\r\n", b"\n")
    path = written(tmp_path / "a", MBOX % (one, one, one))
    reading = mbox.read_mbox(path, "", ParseOptions(scratch=options.scratch, most_parts=2))
    assert len(reading.parts) == 2
    assert "3 messages" in reading.text
    assert reading.problem is not None and "more than 2 files" in reading.problem


def test_one_message_with_a_mailbox_line_is_a_mail(tmp_path: Path) -> None:
    content = b"From a@b.example Tue Jun  6 14:48:27 2017\n" + bytes(letter("One", "Yes."))
    path = written(tmp_path / "a", content.replace(b"\r\n", b"\n"))
    assert read_file(path, "a.eml", ParseOptions()).media_type == "message/rfc822"


def test_the_mail_made_of_an_attached_outlook_message_can_be_read(tmp_path: Path) -> None:
    made = msg._as_mail(Spoken())  # type: ignore[arg-type]
    reading = eml.read_eml(written(tmp_path / "a", bytes(made)), "")
    assert reading.text.startswith("From: Ann <ann@doyle.example>\nTo: Bo <bo@katz.example>\n")
    assert reading.text.endswith("We agree on \u00a7 5.")


class Spoken:
    """A message as oxmsg gives it, for there is nothing here that writes one."""

    body = "We agree on \u00a7 5."
    html_body = None
    subject = "Lease"
    sender = "Ann <ann@doyle.example>"
    sent_date = None
    attachments = ()

    def __init__(self) -> None:
        self.message_headers: dict[str, str] = {}
        self.properties = self

    @property
    def recipients(self) -> tuple["Recipient", ...]:
        return (Recipient(),)

    def str_prop_value(self, _: int) -> str | None:
        return None


class Recipient:
    name = "Bo"
    email_address = "bo@katz.example"

    @property
    def properties(self) -> "Recipient":
        return self

    def int_prop_value(self, _: int) -> int:
        return 1


def test_the_standard_library_reads_what_the_tests_make(tmp_path: Path) -> None:
    made = email.message_from_bytes(bytes(with_family(tmp_path)), policy=email.policy.default)
    assert made.get_content_type() == "multipart/mixed"
