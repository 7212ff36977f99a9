"""Office documents whose parts lie in one file of XML (“Flat OPC”), as Word saves .xml.

They are packed as they would usually be, and read as that. ECMA-376 part 2 names the parts.
"""

import base64
import binascii
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

from lxml import etree

from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.package import parsed
from ingest.formats.office.docx import read_word
from ingest.formats.office.pptx import read_pptx
from ingest.formats.office.xlsx import read_xlsx
from kb.domain import Reading
from kb.errors import ParseFailed

_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def read_flat_package(path: str, name: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a document in flat form. Raises `ParseFailed` ("damaged"), else as its kind's reader."""
    tree = parsed(Path(path).read_bytes())
    with tempfile.TemporaryDirectory(prefix="packed-") as folder:
        packed = Path(folder, "packed")
        names = _pack(tree, packed)
        for main, read in (
            ("word/document.xml", read_word),
            ("xl/workbook.xml", read_xlsx),
            ("ppt/presentation.xml", read_pptx),
        ):
            if main in names:
                return replace(read(str(packed), name, options), media_type="application/xml")
    raise ParseFailed("It is a damaged Office document. Open and save it again.", "damaged")


def _pack(tree: etree._Element | None, to: Path) -> set[str]:
    """Write the parts as members of a zip file; their names."""
    names: set[str] = set()
    types = etree.Element(f"{{{_CONTENT_TYPES}}}Types")
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as package:
        for part in () if tree is None else tree.iterfind(_PKG + "part"):
            name = part.get(_PKG + "name", "").lstrip("/")
            if name and name not in names:
                names.add(name)
                package.writestr(name, _content(part))
                told = etree.SubElement(types, f"{{{_CONTENT_TYPES}}}Override")
                told.set("PartName", f"/{name}")
                told.set("ContentType", part.get(_PKG + "contentType", ""))
        package.writestr("[Content_Types].xml", etree.tostring(types))
    return names


def _content(part: etree._Element) -> bytes:
    data = part.find(_PKG + "xmlData")
    if data is not None:
        root = next(iter(data), None)
        return b"" if root is None else etree.tostring(root)
    try:
        return base64.b64decode(part.findtext(_PKG + "binaryData", ""))
    except binascii.Error:
        return b""
