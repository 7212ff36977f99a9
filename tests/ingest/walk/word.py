"""A Word document whose every part carries a word of its own."""

from tests.ingest.walk.walking import Sample, packed, picture, zipped

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:cdr="http://schemas.openxmlformats.org/drawingml/2006/chartDrawing" '
    'xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
_MAIN = "word/_rels/document.xml.rels"


def rels(links: dict[str, tuple[str, str]]) -> str:
    """A part of relationships: kind and target by id."""
    told = "".join(
        f'<Relationship Id="{number}" Type="{kind if ":" in kind else f"{_R}/{kind}"}" '
        f'Target="{target}"/>'
        for number, (kind, target) in links.items()
    )
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{told}</Relationships>"
    )


def _part(name: str, content: str) -> str:
    return f"<{name} {_SPACES}>{content}</{name}>"


def _p(content: str) -> str:
    return f"<w:p>{content}</w:p>"


def _t(words: str) -> str:
    return f"<w:r><w:t>{words}</w:t></w:r>"


def _r(content: str) -> str:
    return f"<w:r>{content}</w:r>"


def _field(result: str) -> str:
    begin, apart, end = (
        f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' for one in ("begin", "separate", "end")
    )
    return begin + "<w:r><w:instrText>DOCPROPERTY</w:instrText></w:r>" + apart + _t(result) + end


_LIST = (
    '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
    '<w:listEntry w:val="zqotherchoice"/><w:listEntry w:val="zqchosen"/></w:ddList></w:ffData>'
    '</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
_BOX = (
    "<w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict>"
)
_CONTROL = (
    '<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="zqotheritem"/></w:dropDownList>'
    f"</w:sdtPr><w:sdtContent>{_p(_t('zqcontrol'))}</w:sdtContent></w:sdt>"
)
_DRAWINGS = (
    '<w:drawing><c:chart r:id="chart"/></w:drawing><w:drawing><cx:chart r:id="extended"/>'
    '</w:drawing><w:drawing><dgm:relIds r:dm="diagram"/></w:drawing>'
    '<w:drawing><wp:docPr id="1" descr="zqalternative"/><a:blip r:embed="picture"/></w:drawing>'
)
_ROW = f"<w:tr><w:tc>{_p(_t('zqcell'))}</w:tc><w:tc>{_p(_t('zqbeside'))}</w:tc></w:tr>"
_BODY = (
    _p(_t("zqbody"))
    + _p(
        _field("zqfield")
        + _t(" ")
        + '<w:fldSimple w:instr="x">'
        + _t("zqsimple")
        + "</w:fldSimple>"
    )
    + _p(_LIST)
    + _p('<w:ins w:author="A">' + _t("zqinserted") + "</w:ins>")
    + _p('<w:del w:author="A"><w:r><w:delText>zqdeleted</w:delText></w:r></w:del>' + _t("it"))
    + _p('<w:r><w:rPr><w:vanish/></w:rPr><w:t>zqhidden</w:t></w:r><w:hyperlink r:id="x">').replace(
        "</w:p>", _t("zqlink") + "</w:hyperlink></w:p>"
    )
    + _p(_t("it") + _r(_BOX.format(_p(_t("zqtextbox")))))
    + _p(_t("it") + _r(_BOX.format(_p(_t("outer") + _r(_BOX.format(_p(_t("zqnestedbox"))))))))
    + _p(_r('<w:pict><v:shape><v:textpath string="zqwordart"/></v:shape></w:pict>'))
    + _p("<m:oMathPara><m:oMath><m:r><m:t>zqformula</m:t></m:r></m:oMath></m:oMathPara>")
    + _p(_t("it") + _r(_DRAWINGS))
    + f"<w:tbl>{_ROW}</w:tbl>"
    + _CONTROL
    + '<w:altChunk r:id="page"/><w:altChunk r:id="rider"/>'
    + _p(
        _t("it")
        + '<w:r><w:footnoteReference w:id="2"/><w:endnoteReference w:id="2"/></w:r>'
        + '<w:commentRangeStart w:id="1"/>'
        + _t("that")
        + '<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>'
    )
    + '<w:sectPr><w:headerReference r:id="header"/></w:sectPr>'
)
_LINKS = {
    "header": ("header", "header1.xml"),
    "footer": ("footer", "footer1.xml"),
    "comments": ("comments", "comments.xml"),
    "footnotes": ("footnotes", "footnotes.xml"),
    "endnotes": ("endnotes", "endnotes.xml"),
    "styles": ("styles", "styles.xml"),
    "chart": ("chart", "charts/chart1.xml"),
    "extended": ("http://schemas.microsoft.com/office/2014/relationships/chartEx", "charts/ex.xml"),
    "diagram": ("diagramData", "diagrams/data1.xml"),
    "picture": ("image", "media/image1.png"),
    "drawn": ("image", "media/image2.emf"),
    "small": ("image", "media/image3.png"),
    "page": ("aFChunk", "page.htm"),
    "rider": ("aFChunk", "rider.rtf"),
    "object": ("package", "embeddings/sheet.xlsx"),
    "glossary": ("glossaryDocument", "glossary/document.xml"),
}
_POINT = '<c:{0}><c:pt idx="0"><c:v>{1}</c:v></c:pt></c:{0}>'
_RICH = "<c:title><c:tx><c:rich><a:p><a:r><a:t>{}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
_CHART = (
    f"<c:chart>{_RICH.format('zqcharttitle')}<c:plotArea><c:ser>{_POINT.format('tx', 'zqseries')}"
    f"{_POINT.format('cat', 'zqcategory')}{_POINT.format('val', '5')}</c:ser><c:catAx>"
    f'{_RICH.format("zqaxis")}</c:catAx></c:plotArea></c:chart><c:userShapes r:id="drawn"/>'
)
_EXTENDED = (
    '<cx:chartData><cx:data><cx:strDim><cx:lvl><cx:pt idx="0">zqwaterfall</cx:pt></cx:lvl>'
    '</cx:strDim><cx:numDim><cx:lvl><cx:pt idx="0">7</cx:pt></cx:lvl></cx:numDim></cx:data>'
    "</cx:chartData>"
)
_PROPERTY = (
    '<Properties xmlns:vt="vt"><property name="{}"><vt:lpwstr>{}</vt:lpwstr></property>'
    '<property name="_dlc_DocId"><vt:lpwstr>zqmachine</vt:lpwstr></property></Properties>'
)
_MEMBERS: dict[str, str | bytes] = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": rels(
        {
            "main": ("officeDocument", "word/document.xml"),
            "own": ("custom-properties", "docProps/custom.xml"),
        }
    ),
    "docProps/core.xml": '<p xmlns:dc="dc"><dc:title>zqtitle of it</dc:title>'
    "<dc:creator>zqauthor</dc:creator><dc:subject>zqsubject</dc:subject></p>",
    "docProps/app.xml": "<Properties/>",
    "docProps/custom.xml": _PROPERTY.format("Matter", "zqedgeproperty"),
    "docProps/thumbnail.jpeg": picture(1, "JPEG"),
    "customXml/item1.xml": "<data>zqbound</data>",
    "word/document.xml": _part("w:document", f"<w:body>{_BODY}</w:body>"),
    _MAIN: rels(_LINKS),
    "word/header1.xml": _part(
        "w:hdr",
        _p(_t("zqedgeheader") + _r(_BOX.format(_p(_t("zqedgebox")))))
        + _p(_r('<w:pict><v:shape><v:textpath string="zqedgewatermark"/></v:shape></w:pict>')),
    ),
    "word/footer1.xml": _part("w:ftr", _p(_t("zqreference 12345"))),
    "word/comments.xml": _part(
        "w:comments", f'<w:comment w:id="1" w:author="B">{_p(_t("zqcomment"))}</w:comment>'
    ),
    "word/footnotes.xml": _part(
        "w:footnotes", f'<w:footnote w:id="2">{_p(_t("zqfootnote"))}</w:footnote>'
    ),
    "word/endnotes.xml": _part(
        "w:endnotes", f'<w:endnote w:id="2">{_p(_t("zqendnote"))}</w:endnote>'
    ),
    "word/styles.xml": _part("w:styles", ""),
    "word/settings.xml": _part("w:settings", ""),
    "word/fontTable.xml": _part("w:fonts", ""),
    "word/theme/theme1.xml": "<theme/>",
    "word/glossary/document.xml": _part("w:glossaryDocument", _p(_t("zqblock"))),
    "word/page.htm": "<html><body><p>zqpage</p></body></html>",
    "word/rider.rtf": b"{\\rtf1 zqrider}",
    "word/charts/chart1.xml": _part("c:chartSpace", _CHART),
    "word/charts/_rels/chart1.xml.rels": rels({"drawn": ("chartUserShapes", "../drawings/d1.xml")}),
    "word/charts/ex.xml": _part("cx:chartSpace", _EXTENDED),
    "word/drawings/d1.xml": _part(
        "c:userShapes", "<cdr:txBody><a:p><a:r><a:t>zqonchart</a:t></a:r></a:p></cdr:txBody>"
    ),
    "word/diagrams/data1.xml": _part(
        "dgm:dataModel",
        "<dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>zqdiagram</a:t></a:r></a:p></dgm:t></dgm:pt>"
        "</dgm:ptLst>",
    ),
    "word/diagrams/drawing1.xml": "<dsp>zqdiagram</dsp>",
    "word/media/image1.png": picture(2),
    "word/media/image2.emf": b"\x01\0\0\0" * 20,
    "word/media/image3.png": picture(3, size=(16, 16)),
    "word/embeddings/sheet.xlsx": b"PK zqworkbook",
}
PACKAGE = {
    r".*\.rels|\[Content_Types\]\.xml": "they say where parts are",
    r"docProps/app\.xml": "figures that programs count",
    r"docProps/thumbnail\.\w+": "a small picture of the first page",
    r".*/theme/theme\d+\.xml": "colours and fonts",
}
"""Parts of every Office package without words for a reader."""
UNREAD = {
    "zqsubject": "subject and keywords: programs and templates write them, no page shows them",
    "zqalternative": "words instead of a picture, which programs write; the picture is taken out",
}


def word() -> Sample:
    return zipped(
        "walk.docx",
        packed(_MEMBERS),
        wordless={
            **PACKAGE,
            r"word/(?:styles|settings|fontTable)\.xml": "how words look",
            r"customXml/.*": "data behind content controls, which show it",
            r"word/glossary/.*": "building blocks that may be put in, and are not",
            r"word/media/image3\.png": "a picture too small for words",
        },
        unread={
            **UNREAD,
            "zqotherchoice": "an entry of a list that was not chosen",
            "zqotheritem": "the same, of a content control",
            "zqmachine": "a property that a program wrote, by its name",
        },
    )
