"""PDFs made to take long: written by hand, since no library writes such."""

import zlib
from collections.abc import Mapping, Sequence

from tests.soak.attacks.base import Attack, Make

_WORDS = b"BT /F1 11 Tf 72 700 Td (The rent is due.) Tj ET\n"
_FORM = (
    b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "
    b"/Resources << %s /XObject << /X %d 0 R >> >>"
)
_BOX = b"/MediaBox [0 0 612 792]"
_FONTS = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def written(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A file of `objects` by number, 1 being the catalogue; `trailer` is what else it says."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    begin, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        place = places.get(number)
        out += b"%010d 00000 %c \n" % (place or 0, b"f" if place is None else b"n")
    out += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        trailer,
        begin,
    )
    return bytes(out)


def stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 1)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (
        len(packed),
        more,
        packed,
    )


def page(
    content: bytes = _WORDS,
    *,
    more: bytes = b"",
    resources: bytes = b"",
    fonts: bytes = _FONTS,
    catalogue: bytes = b"",
    others: Sequence[bytes] = (),
) -> bytes:
    """A PDF of one page. `more` stands in the page; `others` are the objects from 5 on."""
    return written({
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources << %s %s >> %s >>"
        % (_BOX, fonts, resources, more),
        4: stream(content),
        **dict(enumerate(others, 5)),
    })  # fmt: skip


def _chain(n: int, unit: bytes) -> list[bytes]:
    """Objects from 5 on, each of which has `unit` with the number of the next."""
    return [b"<< %s >>" % (unit % (k + 1)) for k in range(5, 5 + n)]


def _pages(n: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % k for k in range(4, 4 + n))
    one = b"<< /Type /Page /Parent 2 0 R %s /Contents 3 0 R /Resources << %s >> >>"
    return written({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, n),
        3: stream(_WORDS),
        **dict.fromkeys(range(4, 4 + n), one % (_BOX, _FONTS)),
    })  # fmt: skip


def _said_pages(n: int) -> bytes:
    """One page that is named `n` times."""
    return written({
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * n, n),
        3: b"<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources << %s >> >>"
        % (_BOX, _FONTS),
        4: stream(_WORDS),
    })  # fmt: skip


def _deep_pages(n: int, *, loop: bool = False) -> bytes:
    """Pages below pages, `n` deep; a `loop` comes back to the first."""
    nodes = {k: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (k + 1) for k in range(2, 2 + n)}
    last = b"<< /Type /Page /Parent %d 0 R %s >>" % (1 + n, _BOX)
    if loop:
        last = b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
    return written({1: b"<< /Type /Catalog /Pages 2 0 R >>", **nodes, 2 + n: last})


def _outline(n: int, *, deep: bool, loop: bool = False) -> bytes:
    link = b"/First %d 0 R" if deep else b"/Next %d 0 R"
    items = _chain(n, b"/Title (Rent) /Dest [3 0 R /Fit] " + link)
    if loop:
        items[-1] = b"<< /Title (Rent) /Next 6 0 R >>"
    items[0] = b"<< /Type /Outlines /First 6 0 R /Last %d 0 R /Count %d >>" % (4 + n, n)
    return page(catalogue=b"/Outlines 5 0 R", others=items)


def _forms(n: int) -> bytes:
    """Forms drawn within forms, `n` deep; the last one draws itself."""
    return page(
        b"/X Do",
        resources=b"/XObject << /X 5 0 R >>",
        others=[
            stream(_WORDS + b"/X Do", _FORM % (_FONTS, min(k + 1, 4 + n))) for k in range(5, 5 + n)
        ],
    )


def _doubling(n: int) -> bytes:
    """Forms that draw the next one ten times each: `n` texts in a few objects."""
    steps = len(str(n)) - 1
    forms = [stream(b"/X Do " * 10, _FORM % (_FONTS, k + 1)) for k in range(5, 5 + steps)]
    return page(
        b"/X Do",
        resources=b"/XObject << /X 5 0 R >>",
        others=[*forms, stream(_WORDS, _FORM % (_FONTS, 1))],
    )


def _annotated(n: int, one: bytes) -> bytes:
    listed = b" ".join(b"%d 0 R" % k for k in range(5, 5 + n))
    return page(more=b"/Annots [%s]" % listed, others=[one] * n)


def _form_fields(n: int) -> bytes:
    """A form's fields, each within the one before."""
    fields = _chain(n, b"/FT /Tx /T (rent) /V (due) /Kids [%d 0 R]")
    return page(catalogue=b"/AcroForm << /Fields [5 0 R] >>", others=fields)


def _fonts(n: int) -> bytes:
    one = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    named = b" ".join(b"/G%d %d 0 R" % (k, k + 5) for k in range(n))
    content = b"".join(b"BT /G%d 9 Tf 72 700 Td (a) Tj ET " % k for k in range(n))
    return page(content, fonts=b"/Font << %s >>" % named, others=[one] * n)


def _image(wide: int) -> bytes:
    """A picture that says how many pixels it is wide and high, in a packed stream of white."""
    lines = b"\xff" * -(-wide // 8)
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(lines) for _ in range(wide)) + packer.flush()
    head = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 "
        b"/ColorSpace /DeviceGray /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
    )
    return page(
        b"600 0 0 780 0 0 cm /I Do",
        resources=b"/XObject << /I 5 0 R >>",
        others=[head % (wide, wide, len(packed), packed)],
    )


def _xref_loop(n: int) -> bytes:
    """`n` tables of references, each of which names one before it, the first the last."""
    whole = page()
    size = len(b"xref\n0 0\ntrailer << /Prev 0000000000 >>\n")
    added = b""
    for k in range(n):
        before = len(whole) + size * (k - 1 if k else n - 1)
        added += b"xref\n0 0\ntrailer << /Prev %010d >>\n" % before
    last = len(whole) + len(added)
    end = b"xref\n0 0\ntrailer << /Size 5 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return whole + added + end % (last - size, last)


def _filters(n: int) -> bytes:
    """A stream packed by `n` filters."""
    content = b"<< /Length 5 /Filter [%s] >>\nstream\nrent>\nendstream" % (b"/ASCIIHexDecode " * n)
    return page().replace(stream(_WORDS), content)


def _tounicode(n: int) -> bytes:
    """A font one of whose letters stands for `n`."""
    table = b"1 beginbfchar <41> <%s> endbfchar" % (b"0061" * n)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    others = [font, stream(table)]
    words = b"BT /F2 9 Tf 72 700 Td (AAAA) Tj ET"
    return page(words, fonts=b"/Font << /F2 5 0 R >>", others=others)


def _attached(n: int) -> bytes:
    """A PDF with one file that is attached `n` times."""
    named = b" ".join(b"(%06d) 5 0 R" % k for k in range(n))
    spec = b"<< /Type /Filespec /F (a.txt) /UF (a.txt) /EF << /F 6 0 R >> >>"
    return page(
        catalogue=b"/Names << /EmbeddedFiles << /Names [%s] >> >>" % named,
        others=[spec, stream(b"The rent is due.", b"/Type /EmbeddedFile")],
    )


def _xml_form(n: int) -> bytes:
    """An XFA form whose entries lie within each other."""
    form = b"<x><datasets><data>%s%s</data></datasets></x>" % (b"<a>rent " * n, b"</a>" * n)
    return page(catalogue=b"/AcroForm << /Fields [] /XFA 5 0 R >>", others=[stream(form)])


def _repeated(unit: bytes, before: bytes = b"", after: bytes = b"") -> Make:
    return lambda n: page(before + unit * n + after)


_NOTE = b"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (The rent is due.) >>"
_SQUARE = b"<< /Type /Annot /Subtype /Square /Rect [70 690 200 720] /IC [0 0 0] /F 4 >>"
_STRIKE = b"<< /Type /Annot /Subtype /StrikeOut /Rect [70 690 200 720] /F 4 >>"
_FIELD = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (rent) /Rect [0 0 90 90] >>"

ATTACKS = (
    Attack("pages", ".pdf", _pages),
    Attack("said-pages", ".pdf", _said_pages),
    Attack("counted-pages", ".pdf", lambda n: page().replace(b"/Count 1", b"/Count %d" % n), 9),
    Attack("deep-pages", ".pdf", _deep_pages),
    Attack("page-loop", ".pdf", lambda n: _deep_pages(n, loop=True)),
    Attack("objects", ".pdf", lambda n: page(others=[b"<< /A (rent) >>"] * n)),
    Attack("words", ".pdf", _repeated(_WORDS)),
    Attack("lines", ".pdf", _repeated(b"0 -1 Td (rent) Tj ", b"BT /F1 9 Tf 9 790 Td ", b"ET")),
    Attack("letters", ".pdf", _repeated(b"(a) Tj 9 0 Td ", b"BT /F1 9 Tf 9 700 Td ", b"ET")),
    Attack("one-word", ".pdf", _repeated(b"a", b"BT /F1 9 Tf 9 700 Td (", b") Tj ET"), 6),
    Attack("states", ".pdf", _repeated(b"q ", after=_WORDS), 6),
    Attack("paths", ".pdf", _repeated(b"0 0 9 9 re f\n", after=_WORDS)),
    Attack("covers", ".pdf", _repeated(b"70 690 90 30 re f\n", _WORDS)),
    Attack("strokes", ".pdf", _repeated(b"70 704 m 170 704 l S\n", _WORDS)),
    Attack("clips", ".pdf", _repeated(b"0 0 600 790 re W n\n", after=_WORDS)),
    Attack("inline-images", ".pdf", _repeated(b"BI /W 1 /H 1 /BPC 1 ID a EI\n", after=_WORDS)),
    Attack("large-stream", ".pdf", _repeated(b" " * 1000, after=_WORDS)),
    Attack("filters", ".pdf", _filters),
    Attack("outline", ".pdf", lambda n: _outline(n, deep=False)),
    Attack("deep-outline", ".pdf", lambda n: _outline(n, deep=True)),
    Attack("outline-loop", ".pdf", lambda n: _outline(n, deep=False, loop=True)),
    Attack("forms", ".pdf", _forms, 4),
    Attack("doubling", ".pdf", _doubling, 9),
    Attack("notes", ".pdf", lambda n: _annotated(n, _NOTE)),
    Attack("squares", ".pdf", lambda n: _annotated(n, _SQUARE)),
    Attack("strikes", ".pdf", lambda n: _annotated(n, _STRIKE)),
    Attack("attached", ".pdf", _attached),
    Attack("xml-form", ".pdf", _xml_form),
    Attack("cut-short", ".pdf", lambda n: _pages(n)[:-400]),
    Attack("fields", ".pdf", lambda n: _annotated(n, _FIELD)),
    Attack("nested-fields", ".pdf", _form_fields),
    Attack("fonts", ".pdf", _fonts),
    Attack("letters-of-one", ".pdf", _tounicode),
    Attack("xref-loop", ".pdf", _xref_loop, 4),
    Attack("arrays", ".pdf", lambda n: page(more=b"/A " + b"[" * n + b"]" * n)),
    Attack("dictionaries", ".pdf", lambda n: page(more=b"/A " + b"<< /A " * n + b"1" + b" >>" * n)),
    Attack("image", ".pdf", _image, 4),
    Attack("wide-page", ".pdf", lambda n: page().replace(b"612 792", b"%d %d" % (n, n)), 9),
)
