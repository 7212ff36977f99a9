"""An e-book, a page of the web and Rich Text whose every part carries a word of its own."""

import struct

from tests.ingest.walk.walking import Sample, packed, picture, zipped

_PAGE = "<html><head><title>it</title></head><body>{}</body></html>"
_BOOK = (
    '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>zqtitle of it</dc:title>'
    "<dc:creator>zqauthor</dc:creator><dc:description>zqblurb</dc:description><manifest>"
    '<item id="1" href="one.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="2" href="aside.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="3" href="unlisted.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="t" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'
    '<item id="p" href="plate.png" media-type="image/png"/>'
    '<item id="s" href="mark.png" media-type="image/png"/>'
    '<item id="v" href="map.svg" media-type="image/svg+xml"/>'
    '<item id="f" href="talk.mp3" media-type="audio/mpeg"/>'
    '<item id="c" href="style.css" media-type="text/css"/></manifest><spine toc="t">'
    '<itemref idref="1"/><itemref idref="2" linear="no"/></spine></package>'
)


def book() -> Sample:
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<c><rootfile full-path="O/book.opf"/></c>',
        "O/book.opf": _BOOK,
        "O/one.xhtml": _PAGE.format("<h1>zqchapter</h1><p>zqbody</p><img alt='zqalternative'/>"),
        "O/aside.xhtml": _PAGE.format("<p>zqaside</p>"),
        "O/unlisted.xhtml": _PAGE.format("<p>zqunlisted</p>"),
        "O/nav.xhtml": _PAGE.format("<nav><a>zqchapter</a></nav>"),
        "O/toc.ncx": "<ncx>zqchapter</ncx>",
        "O/plate.png": picture(10),
        "O/mark.png": picture(11, size=(16, 16)),
        "O/map.svg": "<svg><text>zqmap</text></svg>",
        "O/talk.mp3": b"ID3",
        "O/style.css": "p {}",
    }
    return zipped(
        "walk.epub",
        packed(members),
        wordless={
            r"mimetype|META-INF/.*": "what kind it is, and where its index is",
            r".*\.css": "how words look",
            r"O/mark\.png": "a picture too small for words",
        },
        unread={
            "zqblurb": "what a seller says of the book",
            "zqalternative": "words instead of a picture, which is taken out",
        },
    )


_HTML = (
    "<!doctype html><html><head><title>zqtitle of it</title><meta name='description' "
    "content='zqblurb'><style>.a{}</style></head><body><nav>zqedgenavigation</nav><h1>zqheading"
    "</h1><p>zqbody <a title='zqtooltip'>zqlink</a> <del>zqstruck</del></p><ul><li>zqitem</ul>"
    "<table><caption>zqcaption</caption><tr><td>zqcell<td>b</table><details><summary>zqsummary"
    "</summary>zqdetails</details><dl><dt>zqterm<dd>zqmeaning</dl><blockquote>zqquotation"
    "</blockquote><figure><img alt='zqalternative'><figcaption>zqfigure</figcaption></figure>"
    "<p style='display:none'>zqhidden</p><form><label>zqlabel <input value='zqtyped'></label>"
    "<textarea>zqarea</textarea><button>zqbutton</button></form><script>zqscript</script>"
    "<svg><text>zqdrawn</text></svg><math><mi>zqformula</mi><annotation>zqtex</annotation></math>"
    "<iframe>zqframe</iframe><noscript>zqnoscript</noscript><footer>zqedgefooter</footer></body>"
    "</html>"
)
PAGE = {
    "zqblurb": "what a page tells machines",
    "zqtooltip": "a hint that a page does not show",
    "zqalternative": "words instead of a picture",
    "zqtyped": "what may be changed in a form that nobody has sent",
    "zqarea": "the same",
    "zqbutton": "what steers a page",
    "zqscript": "a program",
    "zqdrawn": "letters of a drawing",
    "zqtex": "a formula once more, in signs for machines",
    "zqframe": "for programs that show no frames",
    "zqnoscript": "for programs that run no scripts",
}


def page() -> Sample:
    content = _HTML.encode()
    return Sample("walk.html", content, {"page": content}, unread=PAGE)


def _counted(words: bytes) -> bytes:
    return struct.pack("<I", len(words) + 1) + words + b"\0"


def rich_text() -> Sample:
    """Rich Text with pictures and objects, whose parts are its groups."""
    inner = b"{\\rtf1 zqobject}"
    packed_file = b"\x02\0rider.rtf\0rider.rtf\0\0\0\3\0" + _counted(b"rider.rtf")[:4]
    packed_file += b"rider.rtf\0" + struct.pack("<I", len(inner)) + inner
    embedded = struct.pack("<II", 0x501, 2) + _counted(b"Package") + struct.pack("<II", 0, 0)
    embedded += struct.pack("<I", len(packed_file)) + packed_file
    plate, other = picture(12), picture(13, "JPEG")
    groups = {
        "info": b"{\\info{\\title zqtitle of it}{\\author zqauthor}{\\subject zqsubject}}",
        "header": b"{\\header zqedgeheader{\\pict\\pngblip " + picture(14).hex().encode() + b"}}",
        "footer": b"{\\footer zqedgefooter\\par}",
        "reference": b"{\\footerf zqreference 12345\\par}",
        "body": b"zqbody\\par {\\v zqhidden}{\\deleted zqdeleted} it\\par ",
        "field": b"{\\field{\\*\\fldinst x}{\\fldrslt zqfield}}\\par ",
        "choice": b"{\\field{\\*\\fldinst{\\*\\formfield{\\fftype2\\ffres1{\\*\\ffl zqother}"
        b"{\\*\\ffl zqchosen}}}}{\\fldrslt zqchosen}}\\par ",
        "footnote": b"it{\\footnote zqfootnote}\\par ",
        "endnote": b"it{\\footnote\\ftnalt zqendnote}\\par ",
        "comment": b"it{\\*\\annotation zqcomment}\\par ",
        "cell": b"\\trowd\\intbl zqcell\\cell\\row\\pard ",
        "box": b"{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt zqtextbox\\par}}}",
        "art": b"{\\shp{\\*\\shpinst{\\sp{\\sn gtextUNICODE}{\\sv zqedgewordart}}}}",
        "picture": b"{\\*\\shppict{\\pict\\pngblip " + plate.hex().encode() + b"}}"
        b"{\\nonshppict{\\pict\\wmetafile8 0100}}",
        "binary": b"{\\pict\\jpegblip\\bin%d " % len(other) + other + b"}",
        "drawing": b"{\\pict\\emfblip 01000000}",
        "object": b"{\\object\\objemb{\\*\\objdata " + embedded.hex().encode()
        + b"}{\\result{\\pict\\wmetafile8 0100}}}",
    }  # fmt: skip
    content = b"{\\rtf1\\ansi " + b"".join(groups.values()) + b"}"
    members = {**groups, "picture": plate, "binary": other, "object": inner}
    members["picture 3.emf"] = members.pop("drawing")
    return Sample(
        "walk.rtf",
        content,
        members,
        unread={
            "zqsubject": "subject and keywords: programs and templates write them",
            "zqother": "an entry of a list that was not chosen",
        },
    )
