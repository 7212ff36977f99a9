"""What a text is that bears the name of an Office program's file.

Programs write web pages, tables and XML under such names, since Office opens them all.
"""

import re
from collections import Counter

SHEETS = (".xls", ".xlsx", ".xlsm", ".xlt")
TEXTS = (".doc", ".docx", ".dot", ".rtf")
_PAGE = re.compile(
    r"[\s\ufeff]*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+"
    r"<(?:!doctype\s+html|(?:html|head|body|meta|title|style|table|thead|tbody|tr|div|p|span|font|"
    r"center|h[1-6]|br|b)\b)",
    re.IGNORECASE | re.DOTALL,
)
_ARCHIVED_PAGE = re.compile(
    r"[\s\ufeff]*(?:[\w-]{2,40}:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)*?"
    r"Content-Type:\s*(?:multipart/|text/html)",
    re.IGNORECASE,
)
_SPREADSHEET = re.compile(
    r"<\?mso-application\s+progid=[\"']Excel\.Sheet|"
    r"<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet"
)
_FLAT_PACKAGE = re.compile(
    r"<pkg:package\b|<package\b[^>]*http://schemas\.microsoft\.com/office/2006/xmlPackage"
)
_WORD = re.compile(r"<(?:\w+:)?wordDocument\b")
_SYLK = re.compile(r"ID;P\w")
_LINES = 50  # looked at for the form of a table
_XML_HEAD = 4_000  # characters in which XML says whose it is


def office_xml(text: str) -> str:
    """The kind of an Office document in XML alone, by how it begins; "" for anything else."""
    head = text[:_XML_HEAD]
    if "<" not in head[:200]:
        return ""
    for pattern, kind in (
        (_SPREADSHEET, "sheetxml"),
        (_FLAT_PACKAGE, "flatpackage"),
        (_WORD, "wordxml"),
    ):
        if pattern.search(head):
            return kind
    return ""


def office_text(text: str, suffix: str) -> str:
    """The kind of a text called as an Office program would call it; "" where it is of none."""
    if suffix not in (*SHEETS, *TEXTS):
        return ""
    if _PAGE.match(text):
        return "html"
    if _ARCHIVED_PAGE.match(text[:_XML_HEAD]):
        return "eml"
    if suffix in SHEETS:
        if _SYLK.match(text):
            return "oldsheet"
        return "csv" if _is_table(text) else ""
    return "txt" if suffix == ".doc" else ""


def _is_table(text: str) -> bool:
    """Whether its lines are cut into equally many cells by one sign."""
    lines = [line for line in text.lstrip("\ufeff").splitlines()[:_LINES] if line.strip()]
    for sign in "\t;,|":
        widths = Counter(line.count(sign) for line in lines)
        common, count = widths.most_common(1)[0] if widths else (0, 0)
        regular = count >= 0.6 * len(lines) or (sign == "\t" and not widths[0])
        if common and regular:
            return True
    return False
