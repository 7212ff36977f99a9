import email.message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats.base import encodings
from ingest.formats.base.elements import heading_level
from ingest.formats.mail import eml
from ingest.formats.markup import html, xml
from ingest.formats.markup import text as plain
from kb.domain import ElementKind, Reading

CLERK = "\u201cNo\u201d, said the clerk of the caf\u00e9, who was still owed \u20ac5."
RUSSIAN = (
    "\u0414\u043e\u0433\u043e\u0432\u043e\u0440 \u0430\u0440\u0435\u043d\u0434\u044b "
    "\u0437\u0430\u043a\u043b\u044e\u0447\u0435\u043d \u043d\u0430 "
    "\u043f\u044f\u0442\u044c \u043b\u0435\u0442"
)


def shown(reading: Reading) -> list[tuple[str, str]]:
    return [
        (one.kind.value, reading.text[one.char_start : one.char_end]) for one in reading.elements
    ]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("EXHIBIT 10.2", 1),
        ("ARTICLE IV", 2),
        ("Article 4 \u2013 Indemnification", 2),
        ("GOVERNING LAW", 2),
        ("12. Termination", 3),
        ("Section 12. Termination for Cause", 3),
        ("12.1 Termination for Cause.", 4),
        ("II. STANDARD OF REVIEW", 3),
        ("The lease ends in May.", 0),
        ("12. The tenant shall pay rent on the first day of each month to the landlord.", 0),
        ("3.1 Payments shall be due monthly", 0),
        ("U.S.", 0),
        ("AND ARE IN LIEU OF ALL OTHER WARRANTIES", 0),
        ("1. Definitions ........ 4", 0),
    ],
)
def test_headings_are_known_by_their_words(line: str, level: int) -> None:
    assert heading_level(line) == level


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param("caf\u00e9".encode(), "caf\u00e9", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfa\r\nb", "\ufeffa\r\nb", id="mark and line ends kept"),
        pytest.param("a \u00a7 5".encode("utf-16"), "\ufeffa \u00a7 5", id="UTF-16"),
        pytest.param(CLERK.encode("cp1252"), CLERK, id="Windows-1252"),
        pytest.param(RUSSIAN.encode("cp1251"), RUSSIAN, id="Cyrillic"),
    ],
)
def test_text_is_decoded_as_it_was_written(content: bytes, text: str) -> None:
    assert encodings.decode(content) == text


@given(st.text())
def test_what_is_utf_8_is_read_as_utf_8(text: str) -> None:
    if "\0" not in text:
        assert encodings.decode(text.encode()) == text


def test_a_text_file_is_its_own_canonical_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfGOVERNING LAW\r\n\r\nThe law of Ohio\r\ngoverns.\r\n")
    reading = plain.read_plain_text(str(path), "a.txt")
    assert reading.text.encode() == path.read_bytes()
    assert shown(reading) == [
        ("heading", "GOVERNING LAW"),
        ("paragraph", "The law of Ohio\r\ngoverns."),
    ]


def test_double_spaced_lines_make_one_paragraph(tmp_path: Path) -> None:
    lines = [
        "     The court below held that the claim",
        "was barred by the statute of limitations",
        "and dismissed it.",
    ]
    path = tmp_path / "opinion.txt"
    path.write_text("\n\n".join(lines * 4))
    kinds = shown(plain.read_plain_text(str(path), ""))
    assert len(kinds) == 4
    assert kinds[0][1].split() == " ".join(lines).split()


def test_markdown_headings_lists_and_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "# Lease\n\nOne\ntwo.\n\n## Rent ##\n- first\n- second\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    reading = plain.read_markdown(str(path), "a.md")
    assert reading.title == "Lease"
    assert shown(reading) == [
        ("heading", "Lease"),
        ("paragraph", "One\ntwo."),
        ("heading", "Rent"),
        ("list-item", "- first"),
        ("list-item", "- second"),
        ("table-row", "| a | b |"),
        ("table-row", "| 1 | 2 |"),
    ]
    assert [one.level for one in reading.elements if one.level] == [1, 2]


def test_each_record_of_a_csv_is_a_row_even_over_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('date,note\n2020,"two\nlines"\n\n2021,one\n')
    rows = [words for _, words in shown(plain.read_table(str(path), "a.csv"))]
    assert rows == ["date,note", '2020,"two\nlines"', "2021,one"]


def test_links_inside_a_paragraph_do_not_cut_it() -> None:
    reading = html.from_html(
        "<html><head><title>Roe v. Wade</title><script>no</script></head><body><h2>Facts</h2>"
        "<p>See <a href='x'>410 U.S. 113</a>, at\n 115.<p>Next.</p>"
        "<pre class='inline'>It was\nheld, </pre><a>5 U.S. 137</a>"
        "<pre class='inline'>, so.\n\nEnd.</pre>"
    )
    assert reading.title == "Roe v. Wade"
    assert shown(reading) == [
        ("heading", "Facts"),
        ("paragraph", "See 410 U.S. 113, at 115."),
        ("paragraph", "Next."),
        ("paragraph", "It was\nheld, 5 U.S. 137, so."),
        ("paragraph", "End."),
    ]


def test_a_table_of_data_is_rows_and_a_table_for_layout_is_not() -> None:
    data = "<table><tr><th>Date<th>Fee</tr><tr><td>May</td><td>5</td></tr></table>"
    assert shown(html.from_html(data)) == [("table-row", "Date | Fee"), ("table-row", "May | 5")]
    layout = "<table><tr><td><p>One.</p><p>Two.</p></td><td></td></tr></table>"
    assert [words for _, words in shown(html.from_html(layout))] == ["One.", "Two."]


def test_xml_loads_nothing_from_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    path = tmp_path / "a.xml"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
        "<a><title>Note</title><b>Words &e; more</b></a>"
    )
    reading = xml.read_xml(str(path), "a.xml")
    assert "Words" in reading.text
    assert "secret" not in reading.text


def message() -> email.message.EmailMessage:
    made = email.message.EmailMessage()
    made["From"] = "Ann Doyle <ann@example.com>"
    made["To"] = "bo@example.com"
    made["Subject"] = "Re: Lease \u2013 caf\u00e9"
    made["Date"] = "Tue, 06 Jun 2017 14:48:27 -0700"
    made.set_content("We agree.\n\n> Do you agree?\n")
    made.add_alternative("<p>We <b>agree</b>.</p>", subtype="html")
    made.add_attachment(b"x", maintype="application", subtype="pdf", filename="lease.pdf")
    return made


def test_a_message_is_headers_body_history_and_names_of_attachments(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(message()))
    reading = eml.read_eml(str(path), "a.eml")
    assert reading.title == "Re: Lease \u2013 caf\u00e9 (Ann Doyle, 6 June 2017)"
    assert reading.text == (
        "From: Ann Doyle <ann@example.com>\nTo: bo@example.com\n"
        "Date: Tue, 06 Jun 2017 14:48:27 -0700\nSubject: Re: Lease \u2013 caf\u00e9\n\n"
        "We agree.\n\n> Do you agree?\n\nAttachments: lease.pdf"
    )


def test_html_is_shown_where_the_plain_part_says_nothing(tmp_path: Path) -> None:
    made = email.message.EmailMessage()
    made["Subject"] = "Lease"
    made.set_content(" \n")
    made.add_alternative("<p>We <b>agree</b>.</p>", subtype="html")
    path = tmp_path / "a.eml"
    path.write_bytes(bytes(made))
    assert eml.read_eml(str(path), "").text == "Subject: Lease\n\nWe agree."


@given(st.binary(max_size=400))
def test_no_html_or_text_makes_elements_overlap(content: bytes) -> None:
    reading = html.from_html(encodings.decode(content))
    ends = [0, *(one.char_end for one in reading.elements)]
    assert all(one.char_start >= end for one, end in zip(reading.elements, ends, strict=False))
    assert all(one.kind is not ElementKind.TITLE for one in reading.elements)


def test_rows_of_blanks_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content in ("A,1\n\t\nB,2\n", "A,1\n\u00a0,\t\nB,2\n"):
        path.write_text(content, encoding="utf-8")
        rows = [words for _, words in shown(plain.read_table(str(path), "a.csv"))]
        assert rows == ["A,1", "B,2"]


def test_a_raised_figure_is_apart_from_what_it_hangs_on() -> None:
    page = (
        "<p>He paid $25,000<sup><a href='#4'>4</a></sup> on the 5<sup>th</sup> to the broker"
        "<span style='vertical-align: super'>7</span>, 40 m<sup>2</sup>.</p>"
        "<table><tr><td>Rent</td><td>2017<sup>6</sup></td></tr></table>"
    )
    reading = html.from_html(page)
    assert shown(reading) == [
        ("paragraph", "He paid $25,000 ⁴ on the 5th to the broker ⁷, 40 m²."),
        ("table-row", "Rent | 2017 ⁶"),
    ]
