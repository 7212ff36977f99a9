"""Spreadsheets, OpenDocument packages and e-books made to take long."""

import struct

from tests.soak.attacks.base import Attack, Make, counted, nested, text, within, zipped
from tests.soak.attacks.compound import compound
from tests.soak.attacks.markup import NAMES
from tests.soak.attacks.words import related

_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_TYPES = (
    f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
)
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def sheet(
    rows: Make, *, after: Make | None = None, strings: Make | None = None, count: int = 1
) -> Make:
    """An .xlsx with `count` sheets of these rows, what comes after them, and shared strings."""

    def made(n: int) -> bytes:
        named = [f"sheet{k}" for k in range(count or n)]
        content = within(rows, f"{_XML}<worksheet {_MAIN}><sheetData>", "</sheetData>")(
            n if count else 1
        )
        content += (after(n) if after else b"") + b"</worksheet>"
        listed = "".join(
            f'<sheet name="s{k}" sheetId="{k + 1}" r:id="r{k}"/>' for k in range(len(named))
        )
        members: dict[str, str | bytes] = {f"xl/worksheets/{name}.xml": content for name in named}
        relations = [("worksheet", f"worksheets/{name}.xml") for name in named]
        if strings:
            members["xl/sharedStrings.xml"] = within(strings, f"{_XML}<sst {_MAIN}>", "</sst>")(n)
            relations.append(("sharedStrings", "sharedStrings.xml"))
        kinds = "".join(
            f'<Override PartName="/xl/{target}" ContentType="{_SPREADSHEET}.{kind}+xml"/>'
            for kind, target in relations
        )
        return zipped({
            "[Content_Types].xml": f"{_TYPES}{kinds}</Types>",
            "_rels/.rels": related(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f"{_XML}<workbook {_MAIN} {_R}><sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": related(*relations),
            **members,
        })  # fmt: skip

    return made


def opened(kind: str, body: Make) -> Make:
    """An OpenDocument package; `kind` is text, spreadsheet or presentation."""
    declared = f"application/vnd.oasis.opendocument.{kind}"
    inner = f"<office:body><office:{kind}>"
    return lambda n: zipped(
        {
            "mimetype": declared,
            "META-INF/manifest.xml": f"{_XML}<a/>",
            "content.xml": f"{_XML}<office:document-content {NAMES}>{inner}".encode()
            + body(n)
            + f"</office:{kind}></office:body></office:document-content>".encode(),
        },
        stored="mimetype",
    )


def book(chapter: Make, *, each: bool = False) -> Make:
    """An e-book of one chapter; `each`: of `n` chapters, each that of 1."""

    def made(n: int) -> bytes:
        names = [f"c{k}.xhtml" for k in range(n if each else 1)]
        content = within(
            chapter, f'{_XML}<html xmlns="http://www.w3.org/1999/xhtml"><body>', "</body></html>"
        )(1 if each else n)
        items = "".join(
            f'<item id="i{k}" href="{name}" media-type="application/xhtml+xml"/>'
            for k, name in enumerate(names)
        )
        order = "".join(f'<itemref idref="i{k}"/>' for k in range(len(names)))
        container = (
            f'{_XML}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="a.opf" media-type="application/oebps-package+xml"/>'
            "</rootfiles></container>"
        )
        members: dict[str, str | bytes] = {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "a.opf": f'{_XML}<package xmlns="http://www.idpf.org/2007/opf"><metadata/>'
            f"<manifest>{items}</manifest><spine>{order}</spine></package>",
        }
        return zipped(members | dict.fromkeys(names, content), stored="mimetype")

    return made


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def label(row: int, column: int, words: str) -> bytes:
    """A record of a cell with words, both counted from 0."""
    told = words.encode("utf-16-le")
    return _record(0x204, struct.pack("<HHHHB", row, column, 0, len(words), 1) + told)


def old_sheet(rows: Make, *, sheets: int = 1) -> Make:
    """An .xls (BIFF8) of `sheets` sheets, all of these records; 0 stands for `n` sheets."""

    def made(n: int) -> bytes:
        count = sheets or n
        begin, end = struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0), _record(0x0A, b"")
        content = _record(0x809, begin[:2] + b"\x10\0" + begin[4:]) + rows(n if sheets else 1) + end
        each = [_sheet_name(0, k) for k in range(count)]
        first = len(_record(0x809, begin)) + sum(map(len, each)) + len(end)
        named = (_sheet_name(first + k * len(content), k) for k in range(count))
        return compound(
            {"Workbook": _record(0x809, begin) + b"".join(named) + end + content * count}
        )

    return made


def _sheet_name(at: int, number: int) -> bytes:
    name = f"s{number:06}".encode()
    return _record(0x85, struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name)


def _column(n: int) -> str:
    name = ""
    while n >= 0:
        name, n = chr(65 + n % 26) + name, n // 26 - 1
    return name


def _text(cell: str, words: str = "rent") -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{words}</t></is></c>'


_ROW = "<table:table-row>{}</table:table-row>"
_CELL = "<table:table-cell{}><text:p>rent</text:p></table:table-cell>"
_BOX = "<draw:frame><draw:text-box><text:p>The rent.</text:p></draw:text-box></draw:frame>"

ATTACKS = (
    Attack("rows", ".xlsx", sheet(
        counted(lambda n: f'<row r="{n + 1}">{_text(f"A{n + 1}")}</row>')
    )),
    Attack("columns", ".xlsx", sheet(
        counted(lambda n: _text(f"{_column(n)}1"), '<row r="1">', "</row>")
    )),
    Attack("far-cell", ".xlsx", sheet(lambda n: (
        f'<row r="1">{_text("A1")}</row><row r="{10 * n}">{_text(f"XFD{10 * n}")}</row>'
    ).encode())),
    Attack("shared-strings", ".xlsx", sheet(
        counted(lambda n: f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>'),
        strings=text("<si><t>rent</t></si>"),
    )),
    Attack("string-runs", ".xlsx", sheet(
        text('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
        strings=text("<r><t>rent</t></r>", "<si>", "</si>"),
    )),
    Attack("one-string", ".xlsx", sheet(
        counted(lambda n: f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>0</v></c></row>'),
        strings=text("rent due ", "<si><t>", "</t></si>"),
    )),
    Attack("formulas", ".xlsx", sheet(
        counted(lambda n: f'<row r="{n + 1}"><c r="A{n + 1}"><f>A{n + 2}+1</f><v>1</v></c></row>')
    )),
    Attack("merged-cells", ".xlsx", sheet(
        text('<row r="1"><c r="A1"><v>1</v></c></row>'),
        after=text('<mergeCell ref="A1:XFD1048576"/>', "<mergeCells>", "</mergeCells>"),
    )),
    Attack("sheets", ".xlsx", sheet(text(f'<row r="1">{_text("A1")}</row>'), count=0), 4),
    Attack("rows", ".xls", old_sheet(
        lambda n: b"".join(label(k % 65536, k // 65536, "rent") for k in range(n))
    )),
    Attack("far-cells", ".xls", old_sheet(lambda n: label(65535, 255, "rent") * n)),
    Attack("sheets", ".xls", old_sheet(lambda n: label(0, 0, "rent") * n, sheets=0), 4),
    Attack("paragraphs", ".odt", opened("text", text("<text:p>The rent is due.</text:p>"))),
    Attack("lists", ".odt", opened("text", nested(
        "<text:list><text:list-item>", "</text:list-item></text:list>",
        inside="<text:p>The rent.</text:p>",
    ))),
    Attack("headings", ".odt", opened("text", text(
        '<text:h text:outline-level="1">Rent</text:h>'
    ))),
    Attack("repeated-cells", ".ods", lambda n: opened("spreadsheet", text(_ROW.format(
        _CELL.format(f' table:number-columns-repeated="{n}"')
    ), "<table:table>", "</table:table>"))(100), 9),
    Attack("repeated-rows", ".ods", lambda n: opened("spreadsheet", text(
        f'<table:table-row table:number-rows-repeated="{n}">{_CELL.format("")}</table:table-row>',
        "<table:table>", "</table:table>",
    ))(100), 9),
    Attack("rows", ".ods", opened("spreadsheet", text(
        _ROW.format(_CELL.format("")), "<table:table>", "</table:table>"
    ))),
    Attack("pages", ".odp", opened("presentation", text(f"<draw:page>{_BOX}</draw:page>"))),
    Attack("groups", ".odp", opened("presentation", nested(
        "<draw:g>", "</draw:g>", before="<draw:page>", inside=_BOX, after="</draw:page>"
    ))),
    Attack("chapters", ".epub", book(text("<p>The rent is due.</p>"), each=True), 4),
    Attack("paragraphs", ".epub", book(text("<p>The rent is due.</p>"))),
    Attack("divs", ".epub", book(nested("<div>", "</div>"))),
)  # fmt: skip
