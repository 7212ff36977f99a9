"""Columns that are drawn row by row are read one after the other, also where words are divided."""

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from kb.pages import pdf_text

LEFT = (
    "The parties agree that the sup-",
    "plier shall deliver the glaz-",
    "ing units to the Oakmere site",
    "not later than 15 November",
    "and in any case before the liq-",
    "uidated damages fall due.",
)
RIGHT = (
    "units may be inspected at the",
    "works in Tarnbrook before ship-",
    "ment, and a defect notified in",
    "ninety days is made good at",
    "the cost of the sup-",
    "plier, title passes with the",
)


def test_a_divided_word_goes_on_in_its_own_column(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for n, row in enumerate(zip(LEFT, RIGHT, strict=True)):
        for left, words in zip((72, 280), row, strict=True):
            canvas.drawString(left, 700 - 14 * n, words)
    canvas.save()
    text = pdf_text(str(tmp_path / "a.pdf")).pages[0].text
    assert text.replace("\n\n", "\n") == "\n".join((*LEFT, *RIGHT))
