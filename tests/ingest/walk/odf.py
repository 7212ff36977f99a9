"""OpenDocument whose every part carries a word of its own."""

from tests.ingest.walk.walking import Sample, packed, picture, zipped

_SPACES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for name, long in [
            *((one, one) for one in ("office", "text", "table", "style", "meta", "form", "chart")),
            *(("draw", "drawing"), ("presentation", "presentation"), ("svg", "svg-compatible")),
        ]
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_FRAME = (
    '<draw:frame><draw:image xlink:href="Pictures/a.png"/><svg:desc>zqalternative</svg:desc>'
    '</draw:frame><draw:frame><draw:image xlink:href="Pictures/b.wmf"/></draw:frame>'
    '<draw:frame><draw:image xlink:href="Pictures/small.png"/></draw:frame>'
    '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="./'
    'ObjectReplacements/Object 1"/></draw:frame><draw:frame><draw:object-ole '
    'xlink:href="./Object 2"/></draw:frame><draw:frame><draw:object xlink:href="./Object 3"/>'
    "</draw:frame>"
)
_BOX = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
_NOTE = (
    '<text:note text:note-class="{0}"><text:note-citation>1</text:note-citation><text:note-body>'
    "<text:p>{1}</text:p></text:note-body></text:note>"
)
_COMMENT = (
    "<office:annotation><dc:creator>A</dc:creator><text:p>zqcomment</text:p></office:annotation>"
)
_CONTROLS = (
    '<office:forms><form:form><form:text form:label="zqlabel" form:current-value="zqfilled"/>'
    "</form:form></office:forms>"
)
_CHANGES = (
    '<text:tracked-changes><text:changed-region text:id="a"><text:deletion><office:change-info/>'
    "<text:p>zqdeleted</text:p></text:deletion></text:changed-region></text:tracked-changes>"
)
_TABLE = (
    '<table:table table:name="{0}"><table:table-row><table:table-cell><text:p>{1}</text:p>'
    "</table:table-cell></table:table-row></table:table>"
)
_TEXT = (
    f"<office:text>{_CHANGES}{_CONTROLS}<text:h>zqheading</text:h><text:p>zqbody {_COMMENT}"
    f"{_NOTE.format('footnote', 'zqfootnote')}{_NOTE.format('endnote', 'zqendnote')}"
    '<text:change text:change-id="a"/><text:user-field-get>zqfield</text:user-field-get>'
    " <text:drop-down><text:label text:value='zqother'/>zqchosen</text:drop-down>"
    f"{_BOX.format('zqframe')}{_FRAME}</text:p><draw:custom-shape><text:p>zqshape</text:p>"
    f"</draw:custom-shape>{_TABLE.format('T', 'zqcell')}<text:section text:name='s'><text:p>"
    "zqsection</text:p></text:section></office:text>"
)
_SHEET = (
    f"<office:spreadsheet>{_TABLE.format('zqsheet', 'zqcell ' + _COMMENT).replace(_COMMENT, '')}"
    '<table:table table:name="Shapes"><table:shapes><draw:custom-shape><text:p>zqshape</text:p>'
    f"</draw:custom-shape>{_FRAME}</table:shapes><table:table-row><table:table-cell>{_COMMENT}"
    "<text:p>zqcommented</text:p></table:table-cell></table:table-row></table:table>"
    '<table:table table:name="zqhiddensheet" table:style-name="off"><table:table-row '
    'table:visibility="collapse"><table:table-cell><text:p>zqhiddenrow</text:p></table:table-cell>'
    "</table:table-row></table:table></office:spreadsheet>"
)
_SLIDE = (
    "<office:presentation><presentation:footer-decl presentation:name='f'>zqedgefooterdecl"
    "</presentation:footer-decl><draw:page>"
    + _BOX.format("zqbox")
    + f"<draw:g>{_BOX.format('zqgrouped')}</draw:g>{_FRAME}<presentation:notes>"
    + _BOX.format("zqnotes")
    + f"</presentation:notes>{_COMMENT}</draw:page></office:presentation>"
)
_EDGES = (
    "<office:master-styles><style:master-page style:name='Standard'><style:header><text:p>"
    "zqedgeheader</text:p></style:header><style:footer><text:p>zqreference 12345</text:p>"
    "</style:footer><style:header-first><style:region-left><text:p>zqedgefirst</text:p>"
    "</style:region-left></style:header-first>{}</style:master-page></office:master-styles>"
)
_CHART = (
    "<office:chart><chart:chart><chart:title><text:p>zqcharttitle</text:p></chart:title>"
    + _TABLE.format("local-table", "zqseries")
    + "</chart:chart></office:chart>"
)
_FORMULA = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mi>zqformula</mi>'
    '<annotation encoding="StarMath 5.0">zqformula over 2</annotation></semantics></math>'
)


def _document(name: str, content: str) -> str:
    return f"<office:{name} {_SPACES}>{content}</office:{name}>"


def _content(body: str) -> str:
    return _document("document-content", f"<office:body>{body}</office:body>")


def _sample(kind: str, suffix: str, body: str, *, on_master: str = "") -> Sample:
    members: dict[str, str | bytes] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": _content(body),
        "styles.xml": _document("document-styles", _EDGES.format(on_master)),
        "meta.xml": _document(
            "document-meta",
            "<office:meta><dc:title>zqtitle of it</dc:title><dc:subject>zqsubject</dc:subject>"
            '<meta:user-defined meta:name="Matter">zqedgeproperty</meta:user-defined>'
            "</office:meta>",
        ),
        "settings.xml": _document("document-settings", ""),
        "META-INF/manifest.xml": "<manifest/>",
        "Thumbnails/thumbnail.png": picture(6),
        "Pictures/a.png": picture(7),
        "Pictures/b.wmf": b"\xd7\xcd\xc6\x9a" + bytes(40),
        "Pictures/small.png": picture(8, size=(16, 16)),
        "Object 1/content.xml": _content(_CHART),
        "Object 1/styles.xml": _document("document-styles", ""),
        "Object 1/Pictures/inner.png": picture(15),
        "ObjectReplacements/Object 1": picture(9),
        "Object 2": b"%PDF zqobject",
        "Object 3/content.xml": _FORMULA,
    }
    return zipped(
        f"walk.{suffix}",
        packed(members),
        wordless={
            r"mimetype|META-INF/.*|settings\.xml": "what kind it is, where parts are, settings",
            r"Thumbnails/.*": "a small picture of the first page",
            r"ObjectReplacements/.*": "what an object that is read looks like",
            r"Object 1/styles\.xml": "how an object looks",
            r"Pictures/small\.png": "a picture too small for words",
        },
        unread={
            "zqsubject": "subject and keywords: programs and templates write them",
            **({"zqalternative": "words instead of a picture, which is taken out"}),
            **({"zqother": "an entry of a list that was not chosen"} if kind == "text" else {}),
        },
    )


def text() -> Sample:
    return _sample("text", "odt", _TEXT)


def sheet() -> Sample:
    return _sample("spreadsheet", "ods", _SHEET)


def presentation() -> Sample:
    return _sample("presentation", "odp", _SLIDE, on_master=_BOX.format("zqedgemaster"))
