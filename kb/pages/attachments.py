"""The files that are attached to a PDF, and the form that it holds in XML (XFA)."""

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.pages.document import opened_pdf

_MOST = 5_000  # attachments that are looked at
_LARGEST = 1 << 28  # bytes of the whole form


def attachments(path: str) -> Iterator[tuple[str, bytes]]:
    """Names and contents; b"" where one cannot be unpacked. Raises as `opened_pdf`."""
    with opened_pdf(path) as document:
        for number in range(min(document.count_attachments(), _MOST)):
            try:
                found = document.get_attachment(number)
                name = found.get_name()
            except (pdfium.PdfiumError, UnicodeDecodeError):
                yield f"attachment {number + 1}", b""
                continue
            try:
                yield name, bytes(found.get_data())
            except pdfium.PdfiumError:
                yield name, b""


def xml_form(path: str) -> dict[str, bytes]:
    """The packets of an XFA form by name, such as "template" and "datasets"; {} without one."""
    packets: dict[str, bytes] = {}
    with opened_pdf(path) as document:
        for number in range(max(0, pdfium_c.FPDF_GetXFAPacketCount(document))):
            size = pdfium_c.FPDF_GetXFAPacketName(document, number, None, 0)
            name = ctypes.create_string_buffer(max(1, size))
            pdfium_c.FPDF_GetXFAPacketName(document, number, name, size)
            length = ctypes.c_ulong()
            pdfium_c.FPDF_GetXFAPacketContent(document, number, None, 0, length)
            if not 0 < length.value <= _LARGEST:
                continue
            content = ctypes.create_string_buffer(length.value)
            pdfium_c.FPDF_GetXFAPacketContent(document, number, content, length.value, length)
            packets[name.value.decode("utf-8", "replace")] = content.raw
    return packets
