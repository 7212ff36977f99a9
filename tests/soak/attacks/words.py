"""Word documents and presentations made to take long."""

from tests.soak.attacks.base import Attack, Make, counted, nested, text, within, zipped

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_OFFICE = "http://schemas.openxmlformats.org"
_W = f'xmlns:w="{_OFFICE}/wordprocessingml/2006/main"'
_A = f'xmlns:a="{_OFFICE}/drawingml/2006/main"'
_P = f'xmlns:p="{_OFFICE}/presentationml/2006/main" {_A}'
_R = f'xmlns:r="{_OFFICE}/officeDocument/2006/relationships"'
_KIND = f"{_OFFICE}/officeDocument/2006/relationships"
_TYPES = (
    f'{_XML}<Types xmlns="{_OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml"


def related(*targets: tuple[str, str]) -> str:
    """The relationships r0, r1 and so on of a part, each (kind, target)."""
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{_KIND}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets)
    )
    return (
        f'{_XML}<Relationships xmlns="{_OFFICE}/package/2006/relationships">{rows}</Relationships>'
    )


def word(body: Make, **others: Make) -> Make:
    """A .docx of this body, and of further parts by their name."""

    def made(n: int) -> bytes:
        members: dict[str, str | bytes] = {
            "[Content_Types].xml": f'{_TYPES}<Override PartName="/word/document.xml" '
            f'ContentType="{_WORD}.document.main+xml"/>'
            + "".join(
                f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{name}+xml"/>'
                for name in others
            )
            + "</Types>",
            "_rels/.rels": related(("officeDocument", "word/document.xml")),
            "word/document.xml": f"{_XML}<w:document {_W}><w:body>".encode()
            + body(n)
            + b"</w:body></w:document>",
        }
        members["word/_rels/document.xml.rels"] = related(
            *((name, f"{name}.xml") for name in others)
        )
        for name, make in others.items():
            root = f"w:{name}"
            members[f"word/{name}.xml"] = within(make, f"{_XML}<{root} {_W}>", f"</{root}>")(n)
        return zipped(members)

    return made


def slides(shapes: Make, *, each: bool = False) -> Make:
    """A .pptx with these shapes on its one slide; `each`: with `n` slides of them once."""

    def made(n: int) -> bytes:
        count = n if each else 1
        content = within(
            shapes, f"{_XML}<p:sld {_P}><p:cSld><p:spTree>", "</p:spTree></p:cSld></p:sld>"
        )(1 if each else n)
        numbers = range(count)
        listed = "".join(f'<p:sldId id="{256 + k}" r:id="r{k}"/>' for k in numbers)
        members: dict[str, str | bytes] = {
            "[Content_Types].xml": f'{_TYPES}<Override PartName="/ppt/presentation.xml" '
            f'ContentType="{_SLIDES}.presentation.main+xml"/>'
            + "".join(
                f'<Override PartName="/ppt/slides/slide{k}.xml" ContentType="{_SLIDES}.slide+xml"/>'
                for k in numbers
            )
            + "</Types>",
            "_rels/.rels": related(("officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f"{_XML}<p:presentation {_P} {_R}><p:sldIdLst>{listed}"
            "</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": related(
                *(("slide", f"slides/slide{k}.xml") for k in numbers)
            ),
        }
        return zipped(members | {f"ppt/slides/slide{k}.xml": content for k in numbers})

    return made


_PLACE = '<p:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm>'
_TABLE = f"{_OFFICE}/drawingml/2006/table"
_OPEN = "<p:sp><p:spPr/><p:txBody><a:bodyPr/>"


def _run(words: str) -> str:
    return f"<w:r><w:t>{words}</w:t></w:r>"


def _line(words: str, style: str = "") -> str:
    return f"<w:p>{style}{_run(words)}</w:p>"


def _shape(paragraphs: str) -> str:
    return f"{_OPEN}{paragraphs}</p:txBody></p:sp>"


_RENT = _line("The rent is due.")
_SAID = "<a:p><a:r><a:t>The rent is due.</a:t></a:r></a:p>"
_STYLED = '<w:pPr><w:pStyle w:val="s0"/></w:pPr>'
_DEEP_TABLE = ("<w:tbl><w:tr><w:tc>", f"{_line('a')}</w:tc></w:tr></w:tbl>")
_LIST = '<w:pPr><w:numPr><w:ilvl w:val="8"/><w:numId w:val="1"/></w:numPr></w:pPr>'

ATTACKS = (
    Attack("paragraphs", ".docx", word(text(_RENT))),
    Attack("headings", ".docx", word(
        text(_line("a", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'))
    )),
    Attack("runs", ".docx", word(text(_run("a"), "<w:p>", "</w:p>"))),
    Attack("one-run", ".docx", word(text("rent ", "<w:p><w:r><w:t>", "</w:t></w:r></w:p>")), 6),
    Attack("nested-tables", ".docx", word(nested(*_DEEP_TABLE, inside=_RENT))),
    Attack("cells", ".docx", word(text(
        f"<w:tc>{_line('a')}</w:tc>", "<w:tbl><w:tr>", "</w:tr></w:tbl>"
    ))),
    Attack("rows", ".docx", word(text(
        f"<w:tr><w:tc>{_line('a')}</w:tc></w:tr>", "<w:tbl>", "</w:tbl>"
    ))),
    Attack("merged-cells", ".docx", word(text(
        '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/><w:vMerge/></w:tcPr>'
        f"{_line('a')}</w:tc></w:tr>", "<w:tbl>", "</w:tbl>",
    ))),
    Attack("changes", ".docx", word(text(
        '<w:ins w:author="A"><w:r><w:t>a</w:t></w:r></w:ins>'
        '<w:del w:author="A"><w:r><w:delText>b</w:delText></w:r></w:del>', "<w:p>", "</w:p>",
    ))),
    Attack("nested-changes", ".docx", word(nested(
        '<w:ins w:author="A">', "</w:ins>", before="<w:p>", inside=_run("a"), after="</w:p>"
    ))),
    Attack("comments", ".docx", word(
        counted(lambda n: f'<w:p>{_run("a")}<w:commentReference w:id="{n}"/></w:p>'),
        comments=counted(lambda n: f'<w:comment w:id="{n}" w:author="A">{_RENT}</w:comment>'),
    )),
    Attack("footnotes", ".docx", word(
        counted(lambda n: f'<w:p>{_run("a")}<w:r><w:footnoteReference w:id="{n}"/></w:r></w:p>'),
        footnotes=counted(lambda n: f'<w:footnote w:id="{n}">{_RENT}</w:footnote>'),
    )),
    Attack("styles", ".docx", word(
        text(_line("a", _STYLED)),
        styles=counted(lambda n: (
            f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="s{n}"/>'
            f'<w:basedOn w:val="s{n + 1}"/></w:style>'
        )),
    )),
    Attack("style-loop", ".docx", word(
        text(_line("a", _STYLED)),
        styles=lambda n: counted(lambda k: (
            f'<w:style w:type="paragraph" w:styleId="s{k}"><w:name w:val="s{k}"/>'
            f'<w:basedOn w:val="s{(k + 1) % n}"/></w:style>'
        ))(n),
    ), 4),
    Attack("numbering", ".docx", word(
        text(_line("a", _LIST)),
        numbering=counted(
            lambda n: f'<w:lvl w:ilvl="{n % 9}"><w:numFmt w:val="upperRoman"/>'
            f'<w:lvlText w:val="{"%9." * 40}"/></w:lvl>',
            '<w:abstractNum w:abstractNumId="1">',
            '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
        ),
    )),
    Attack("fields", ".docx", word(text(
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>REF a</w:instrText></w:r>',
        "<w:p>", f"{_run('rent')}</w:p>",
    ))),
    Attack("content-controls", ".docx", word(nested(
        "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", inside=_RENT
    ))),
    Attack("attribute", ".docx", word(text("a", '<w:p w:rsidR="', f'">{_run("rent")}</w:p>')), 7),
    Attack("paragraphs", ".pptx", slides(text(_SAID, _OPEN, "</p:txBody></p:sp>"))),
    Attack("shapes", ".pptx", slides(text(_shape(_SAID)))),
    Attack("groups", ".pptx", slides(nested("<p:grpSp>", "</p:grpSp>", inside=_shape(_SAID)))),
    Attack("cells", ".pptx", slides(text(
        f"<a:tc><a:txBody>{_SAID}</a:txBody></a:tc>",
        f'<p:graphicFrame>{_PLACE}<a:graphic><a:graphicData uri="{_TABLE}"><a:tbl><a:tr>',
        "</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
    ))),
    Attack("slides", ".pptx", slides(text(_shape(_SAID)), each=True), 4),
)  # fmt: skip
