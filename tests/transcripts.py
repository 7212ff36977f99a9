"""Transcripts of testimony, with numbers of lines in the margin and of pages at the top."""

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

LINES = 25
THINGS = "gate hatch shed yard lock shop vault office kiosk store hall".split()


def transcript(
    path: Path, *, pages: int, first: int = 1, head: str = "{}", margin: bool = True, step: int = 1
) -> str:
    """Line n of the p-th page speaks of pier 100 * p + n; the file's path."""
    canvas = Canvas(str(path), pagesize=(612, 792))
    for page in range(pages):
        canvas.setFont("Courier", 12)
        if head:
            canvas.drawRightString(540, 750, head.format(first + page))
        for line in range(1, LINES + 1):
            foot = 720 - 25 * line
            if margin and line % step == 0:
                canvas.drawRightString(85, foot, str(line))
            thing = THINGS[(LINES * page + line) % len(THINGS)]
            words = (
                f"{'QA'[line % 2 == 0]}. The {thing} at pier {100 * (page + 1) + line} was open."
            )
            canvas.drawString(110, foot, words)
        canvas.showPage()
    canvas.save()
    return str(path)
