"""A presentation whose every part carries a word of its own."""

import io

import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from tests.ingest.walk.walking import Sample, packed, picture, unpacked, zipped
from tests.ingest.walk.word import PACKAGE

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHAPE = (
    "<p:sp><p:nvSpPr><p:cNvPr id='{0}' name='x'/><p:cNvSpPr/><p:nvPr>{2}</p:nvPr></p:nvSpPr>"
    "<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>{1}</a:t></a:r></a:p></p:txBody></p:sp>"
)
_CHOICE = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    "<mc:Choice Requires='a14'>{}</mc:Choice><mc:Fallback/></mc:AlternateContent>"
)
_EDGES = {
    "ftr": "zqedgefooter",
    "hdr": "zqedgeheader",
}


def _built() -> bytes:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "zqtitle"
    slide.placeholders[1].text = "zqbody"
    slide.shapes.add_textbox(0, 0, 100, 100).text_frame.text = "zqtextbox"
    slide.shapes.add_table(1, 2, 0, 0, 100, 100).table.cell(0, 0).text = "zqcell"
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "zqgrouped"
    inner = group.shapes.add_group_shape()
    inner.shapes.add_textbox(0, 0, 9, 9).text_frame.text = "zqdeeper"
    slide.shapes.add_picture(io.BytesIO(picture(4)), 0, 0)
    data = CategoryChartData()  # type: ignore[no-untyped-call]  # pptx has no types
    data.categories = ["zqcategory"]
    data.add_series("zqseries", (5,))  # type: ignore[no-untyped-call]  # pptx has no types
    slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Inches(1), Inches(1), data)
    slide.notes_slide.notes_text_frame.text = "zqnotes"
    hidden = deck.slides.add_slide(deck.slide_layouts[5])
    hidden.shapes.title.text = "zqhiddenslide"
    hidden._element.set("show", "0")
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


def _changed(members: dict[str, bytes]) -> dict[str, str | bytes]:
    """What python-pptx cannot make: edges, comments, choices, words of the layout."""

    def added(name: str, before: str, words: str) -> None:
        members[name] = members[name].replace(before.encode(), (words + before).encode(), 1)

    edges = "".join(
        _SHAPE.format(90 + at, words, f"<p:ph type='{kind}' sz='quarter' idx='{10 + at}'/>")
        for at, (kind, words) in enumerate(_EDGES.items())
    )
    slide = "ppt/slides/slide1.xml"
    added(slide, "</p:spTree>", edges + _CHOICE.format(_SHAPE.format(80, "zqchoice", "")))
    added("ppt/notesSlides/notesSlide1.xml", "</p:spTree>", _SHAPE.format(81, "zqbesidenotes", ""))
    added("ppt/slideLayouts/slideLayout2.xml", "</p:spTree>", _SHAPE.format(82, "zqedgelayout", ""))
    added("ppt/slideMasters/slideMaster1.xml", "</p:spTree>", _SHAPE.format(83, "zqedgemaster", ""))
    link = '<Relationship Id="{}" Type="{}/{}" Target="{}"/>'
    added(
        "ppt/slides/_rels/slide1.xml.rels",
        "</Relationships>",
        link.format("old", _LINK, "comments", "../comments/comment1.xml")
        + link.format("new", _LINK, "comments", "../comments/modern1.xml"),
    )
    comment = (
        f'<p:cmLst xmlns:p="{_P}"><p:cm authorId="0"><p:text>zqcomment</p:text></p:cm></p:cmLst>'
    )
    modern = (
        f'<m:cmLst xmlns:m="m" xmlns:a="{_A}"><m:cm><m:replyLst><m:reply><m:txBody><a:p><a:r><a:t>'
        "zqreply</a:t></a:r></a:p></m:txBody></m:reply></m:replyLst><m:txBody><a:p><a:r><a:t>zqmodern"
        "</a:t></a:r></a:p></m:txBody></m:cm></m:cmLst>"
    )
    return {**members, "ppt/comments/comment1.xml": comment, "ppt/comments/modern1.xml": modern}


def slides() -> Sample:
    return zipped(
        "walk.pptx",
        packed(_changed(unpacked(_built()))),
        wordless={
            **PACKAGE,
            r"docProps/core\.xml": "made by the library, without words",
            r"ppt/(?:presProps|viewProps|tableStyles|presentation)\.xml": "settings",
            r"ppt/slideLayouts/slideLayout(?!2\.)\d+\.xml": "layouts that no slide is made by or "
            "that say only where words go",
            r"ppt/notesMasters/.*": "where words go on a page of notes",
            r"ppt/printerSettings/.*": "settings of a printer",
        },
        unread={},
    )
