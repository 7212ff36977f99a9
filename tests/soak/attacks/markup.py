"""HTML, XML, Rich Text and flat OpenDocument made to take long."""

from tests.soak.attacks.base import Attack, Make, counted, nested, text, within

_PAGE = "<!doctype html><html><body><p>The rent.</p>"
_XML = '<?xml version="1.0"?>'
_RTF = r"{\rtf1\ansi "
NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style")),
        *(("draw", "drawing"), ("dc", "dc"), ("presentation", "presentation")),
    )
)
_FLAT = f'{_XML}<office:document {NAMES} office:mimetype="application/vnd.oasis.opendocument.text">'
_BODY = "<office:body><office:text>"
_END = "</office:text></office:body>"


def _flat(make: Make, before: str = "") -> Make:
    return within(make, f"{_FLAT}{before}{_BODY}", f"{_END}</office:document>")


def _laughs(n: int) -> bytes:
    """An entity of entities, which are `n` laughs together."""
    steps = len(str(n)) - 1
    told = "".join(f'<!ENTITY a{k + 1} "{f"&a{k};" * 10}">' for k in range(steps))
    return f'{_XML}<!DOCTYPE a [<!ENTITY a0 "ha">{told}]><a>&a{steps};</a>'.encode()


def _one_entity(n: int) -> bytes:
    """One long entity, named as often as it is long."""
    return f'{_XML}<!DOCTYPE a [<!ENTITY b "{"a" * n}">]><a>{"&b;" * n}</a>'.encode()


def _loop(n: int) -> bytes:
    told = "".join(f'<!ENTITY a{k} "&a{(k + 1) % n};">' for k in range(n))
    return f"{_XML}<!DOCTYPE a [{told}]><a>The rent &a0;</a>".encode()


HTML = (
    Attack("divs", ".html", nested("<div>", "</div>", before=_PAGE)),
    Attack("lists", ".html", nested("<ul><li>a", "</ul>", before=_PAGE)),
    Attack("tables", ".html", nested("<table><tr><td>a", "</table>", before=_PAGE)),
    Attack("quotes", ".html", nested("<blockquote>", "</blockquote>", before=_PAGE)),
    Attack("spans", ".html", nested("<b><i>", "</i></b>", before=_PAGE)),
    Attack("unclosed", ".html", text("<b><p>a", _PAGE)),
    Attack("paragraphs", ".html", text("<p>The rent is due.</p>", _PAGE)),
    Attack("headings", ".html", text("<h1>a</h1>", _PAGE)),
    Attack("cells", ".html", text("<td>a</td>", f"{_PAGE}<table><tr>")),
    Attack("rows", ".html", text("<tr><td>a</td><td>b</td></tr>", f"{_PAGE}<table>")),
    Attack("spanning", ".html", text("<td colspan=1000 rowspan=65534>a", f"{_PAGE}<table><tr>")),
    Attack("attributes", ".html", counted(lambda n: f"a{n}=b ", f"{_PAGE}<p ", ">The rent.")),
    Attack("long-attribute", ".html", text("a", f'{_PAGE}<p title="', '">The rent.'), 6),
    Attack("entities", ".html", text("&amp;&#x202e;", _PAGE)),
    Attack("comments", ".html", text("<!--", _PAGE), 6),
    Attack("angles", ".html", text("<", _PAGE), 6),
    Attack("links", ".html", text('<a href="b">a</a>', _PAGE)),
    Attack("hidden", ".html", text('a<span style="display:none">b</span>', _PAGE)),
    Attack("styles", ".html", text(".a{color:red}", f"{_PAGE}<style>", "</style>")),
    Attack("forms", ".html", text("<form><select><option>a", _PAGE)),
)
XML = (
    Attack("deep", ".xml", nested("<a>", "</a>", before=_XML)),
    Attack("wide", ".xml", text("<b>rent</b>", f"{_XML}<a>", "</a>")),
    Attack("attributes", ".xml", counted(lambda n: f' a{n}="b"', f"{_XML}<a", ">rent</a>")),
    Attack("laughs", ".xml", _laughs, 9),
    Attack("one-entity", ".xml", _one_entity),
    Attack("entity-loop", ".xml", _loop, 4),
    Attack(
        "outside", ".xml", counted(
            lambda n: f'<!ENTITY a{n} SYSTEM "file:///etc/passwd">',
            f"{_XML}<!DOCTYPE a [", "]><a>&a0; rent</a>",
        )
    ),
    Attack("namespaces", ".xml", counted(lambda n: f' xmlns:n{n}="u"', f"{_XML}<a", ">r</a>"), 4),
    Attack("instructions", ".xml", text("<?a b?>", f"{_XML}<a>rent", "</a>")),
    Attack("sections", ".xml", text("<![CDATA[rent ]]>", f"{_XML}<a>", "</a>")),
)  # fmt: skip
RTF = (
    Attack("groups", ".rtf", nested("{", "}", before=_RTF, after="}"), 6),
    Attack("open-groups", ".rtf", text("{", _RTF + "The rent. "), 6),
    Attack("paragraphs", ".rtf", text(r"The rent is due.\par ", _RTF, "}")),
    Attack("fonts", ".rtf", counted(lambda n: rf"{{\f{n} a;}}", rf"{_RTF}{{\fonttbl ", "}rent}")),
    Attack("styles", ".rtf", counted(
        lambda n: rf"{{\s{n}\sbasedon{n + 1} a;}}", rf"{_RTF}{{\stylesheet ", "}rent}"
    )),
    Attack("rows", ".rtf", text(r"\trowd\cellx1\intbl a\cell\row ", _RTF, "}")),
    Attack("nested-tables", ".rtf", text(r"\itap99999 a\nestcell\nestrow ", _RTF, "}")),
    Attack("notes", ".rtf", text(r"a{\footnote b}", _RTF, "}")),
    Attack("fields", ".rtf", nested(r"{\field{\fldrslt ", "}}", before=_RTF, after="}")),
    Attack("changes", ".rtf", text(r"{\revised a}{\deleted b}", _RTF, "}")),
    Attack("picture", ".rtf", text("ff", rf"{_RTF}{{\pict ", "}rent}"), 7),
    Attack("characters", ".rtf", text(r"\u-10179?\u-8704?\'e4", _RTF, "}")),
    Attack("binary", ".rtf", lambda n: rf"{_RTF}rent{{\bin{n * 1000} a}}}}".encode(), 8),
)  # fmt: skip
FLAT = (
    Attack("paragraphs", ".fodt", _flat(text("<text:p>The rent.</text:p>"))),
    Attack("spans", ".fodt", _flat(
        nested("<text:span>", "</text:span>", before="<text:p>", after="</text:p>")
    )),
    Attack("sections", ".fodt", _flat(nested(
        "<text:section>", "</text:section>", inside="<text:p>The rent.</text:p>"
    ))),
    Attack("tables", ".fodt", _flat(nested(
        "<table:table><table:table-row><table:table-cell>",
        "</table:table-cell></table:table-row></table:table>", inside="<text:p>Rent.</text:p>",
    ))),
    Attack("notes", ".fodt", _flat(text(
        "<text:p>a<text:note><text:note-body><text:p>b</text:p></text:note-body></text:note></text:p>"
    ))),
    Attack("styles", ".fodt", _flat(text('<text:p text:style-name="a0">The rent.</text:p>'), (
        "<office:automatic-styles>"
        + "".join(
            f'<style:style style:name="a{n}" style:family="paragraph" '
            f'style:parent-style-name="a{(n + 1) % 5000}"/>' for n in range(5000)
        )
        + "</office:automatic-styles>"
    )), 4),
    Attack("spaces", ".fodt", lambda n: _flat(
        text(f'<text:p>a<text:s text:c="{n}"/>b</text:p>')
    )(10), 10),
    Attack("changes", ".fodt", _flat(counted(lambda n: (
        f'<text:p><text:change-start text:change-id="c{n}"/>a'
        f'<text:change-end text:change-id="c{n}"/></text:p>'
    )))),
)  # fmt: skip
ATTACKS = (*HTML, *XML, *RTF, *FLAT)
