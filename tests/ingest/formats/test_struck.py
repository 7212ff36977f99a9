"""Words that were struck out by hand are deletions, not text."""

from pathlib import Path

import docx
import pytest

from ingest.formats.mail.eml import read_eml
from ingest.formats.markup.html import from_html
from ingest.formats.office.docx import read_word
from kb.domain import Reading, RevisionKind


def deletions(reading: Reading) -> list[tuple[str, str]]:
    """Each with the end of the line that it stood in, or after."""
    assert all(one.kind is RevisionKind.DELETION for one in reading.revisions)
    return [
        (reading.text[: one.char_start].rpartition("\n")[2], one.text) for one in reading.revisions
    ]


@pytest.mark.parametrize(
    ("struck", "style"),
    [
        ("<s>four</s>", ""),
        ("<strike>four</strike>", ""),
        ("<del>four</del>", ""),
        ('<span style="text-decoration: underline line-through">four</span>', ""),
        (
            '<span class="old">four</span>',
            "<style>.old {text-decoration-line: line-through}</style>",
        ),
        ("<s>fo<b>ur</b><script>no</script></s>", ""),
    ],
)
def test_words_struck_on_a_page_are_no_text(struck: str, style: str) -> None:
    reading = from_html(f"{style}<p>The rent is {struck} five <ins>pounds</ins>.</p><p>Due.")
    assert reading.text == "The rent is five pounds.\n\nDue."
    assert deletions(reading) == [("The rent is ", "four")]


def test_struck_blocks_and_cells_leave_nothing_behind() -> None:
    reading = from_html(
        "<p>One.</p><del><p>Two.</p></del><ul><li style='text-decoration:line-through'>Three."
        "<li>Four.</ul><table><tr><td>Fee<td><s>5</s> 6<tr><td><s>Tax</s><td><s>7</s>"
        "<tr><td>Sum<td>8</table>"
    )
    assert reading.text == "One.\n\nFour.\n\nFee | 6\nSum | 8"
    assert [words for _, words in deletions(reading)] == ["Two.", "Three.", "5", "Tax", "7"]


def test_a_page_cannot_pretend_that_words_were_struck() -> None:
    reading = from_html("<p>\ufdd00\ufdd1 stays &#xFDD0;0&#xFDD1;</p><p>The <s>old</s> rent.</p>")
    assert reading.text == "0 stays 0\n\nThe rent."
    assert deletions(reading) == [("The ", "old")]


def test_words_struck_in_a_mail_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_text(
        "From: a@example.com\nSubject: Rent\nContent-Type: text/html\n\n<p>It is <s>4</s> 5.</p>"
    )
    reading = read_eml(str(path), "a.eml")
    assert reading.text.endswith("\n\nIt is 5.")
    assert deletions(reading) == [("It is ", "4")]


def struck(path: Path, *paragraphs: tuple[tuple[str, str], ...]) -> Reading:
    """A Word document of runs, each with "", "strike" or "double_strike"."""
    document = docx.Document()
    style = document.styles.add_style("Gone", 2)
    style.font.strike = True
    for runs in paragraphs:
        paragraph = document.add_paragraph()
        for words, how in runs:
            run = paragraph.add_run(words)
            if how == "style":
                run.style = style
            elif how:
                setattr(run.font, how, True)
    document.save(str(path))
    return read_word(str(path), path.name)


@pytest.mark.parametrize("how", ["strike", "double_strike", "style"])
def test_words_struck_in_word_are_no_text(tmp_path: Path, how: str) -> None:
    reading = struck(
        tmp_path / "a.docx",
        (("The rent is ", ""), ("four", how), (" five pounds.", "")),
        (("It is due", how), (" monthly.", how)),
        (("In advance.", how),),
        (("The end.", ""),),
    )
    assert reading.text == "The rent is five pounds.\n\nThe end."
    assert deletions(reading) == [("The rent is ", "four"), ("", "It is due monthly. In advance.")]


def test_what_a_style_strikes_and_a_run_does_not_is_text(tmp_path: Path) -> None:
    document = docx.Document()
    document.styles["Normal"].font.strike = True
    document.add_paragraph().add_run("It stays.").font.strike = False
    document.save(str(tmp_path / "a.docx"))
    assert read_word(str(tmp_path / "a.docx"), "a.docx").text == "It stays."
