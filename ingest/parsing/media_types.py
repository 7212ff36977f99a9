"""What kind of file it is: by its content first, by its name where content cannot tell."""

import re
import zipfile
from pathlib import Path, PurePath

import olefile

from ingest.formats.base.encodings import decode
from ingest.formats.base.envelope import is_envelope
from ingest.parsing.office_texts import office_text, office_xml
from kb.errors import LimitExceeded, ParseFailed

_HEAD = 1 << 16  # bytes looked at
_MOST_MEMBERS = 20_000
_MOST_UNPACKED = 1 << 30  # bytes
_PICTURE = re.compile(
    rb"\xff\x0a|....ftyp(?:heic|heix|heif|mif1|avif|msf1)|\x97JB2|\0\0\0\x0cJXL",
    re.DOTALL,
)
_IMAGE = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|II[*+]\0|MM\0[*+]|RIFF....WEBP|BM....\0\0\0\0", re.DOTALL
)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEADER = re.compile(r"^(?:[\w-]{2,40}:[^\r\n]*\r?\n(?:[ \t]+[^\r\n]*\r?\n)*){2,}", re.MULTILINE)
_MAIL_HEADER = re.compile(
    r"^(From|Received|Return-Path|MIME-Version|Message-ID|Date|Subject|To|Delivered-To|Reply-To|"
    r"Content-Type|X-[\w-]+):",
    re.IGNORECASE | re.MULTILINE,
)
_MAILBOX = re.compile(r"(?:\A|\n\r?\n)From \S[^\n]*\d{4}[^\n]*\n[\w-]{2,60}:")
_CALENDAR = re.compile(r"\ufeff?\s*BEGIN:\s*V(CALENDAR|CARD)\b", re.IGNORECASE)
_OPENDOCUMENT = "application/vnd.oasis.opendocument."
_FLAT = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<office:document\b", re.DOTALL
)
_PACKAGES = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("xl/workbook.bin", "xlsb"),
)
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("__properties_version1.0", "msg"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("MatOST", "oldtext"),
)
_OLDER = {
    **dict.fromkeys((".wps", ".wri", ".lwp", ".sdw", ".abw"), "oldtext"),
    **dict.fromkeys((".wk1", ".wk3", ".wk4", ".123", ".wb2", ".wb3", ".qpw", ".sdc"), "oldsheet"),
    **dict.fromkeys((".dbf", ".dif", ".slk"), "oldsheet"),
}  # LibreOffice alone knows what is in them
_PACKED = (
    (b"{\\rtf", "rtf"),
    (b"\xffWPC", "oldtext"),
    (b"\x1f\x8b", "compressed"),
    (b"BZh", "compressed"),
    (b"\xfd7zXZ\0", "compressed"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"!BDN", "pst"),
    *((start, "xls") for start in (b"\x09\0\x04\0", b"\x09\2\6\0", b"\x09\4\6\0")),
    *((start, "xls") for start in (b"\x09\x08\x08\0", b"\x09\x08\x10\0")),
)
_BY_NAME = {
    **dict.fromkeys(("", ".txt", ".text", ".log", ".asc", ".rst", ".org"), "txt"),
    **dict.fromkeys((".md", ".markdown"), "md"),
    **dict.fromkeys((".csv", ".tsv", ".tab"), "csv"),
    **dict.fromkeys((".htm", ".html", ".xhtml"), "html"),
    **dict.fromkeys((".eml", ".emlx", ".mht", ".mhtml"), "eml"),
    **dict.fromkeys((".xml", ".rss", ".xmp"), "xml"),
}


def kind_of(path: Path, name: str) -> str:
    """A short name for the kind of file, such as "pdf", "docx", "eml" or "txt".

    "image", "picture" (one that is not read), "encrypted" and "" (nothing we know) are
    kinds too. Raises
    `ParseFailed` ("empty", "damaged") and `LimitExceeded` for a zip bomb.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise ParseFailed("It is empty. Check that it was copied whole.", "empty")
    suffix = PurePath(name).suffix.lower()
    return _packed(path, name, head) or _textual(head, suffix) or _OLDER.get(suffix, "")


def _packed(path: Path, name: str, head: bytes) -> str:
    """The kind of a file that is not text, by its first bytes; "" where they say nothing."""
    if is_envelope(head):
        return "signed"  # what was signed begins not far from its beginning
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path, name)
    if head.startswith(olefile.MAGIC):
        return _compound(path)
    if _IMAGE.match(head):
        return "image"
    if _PICTURE.match(head):
        return "picture"
    if head[257:262] == b"ustar":
        return "tar"
    return next((kind for start, kind in _PACKED if head.startswith(start)), "")


def _zipped(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            members = package.infolist()
            names = {member.filename for member in members}
            declared = (
                package.read("mimetype")[:100].decode("ascii", "replace").strip()
                if ("mimetype" in names)
                else ""
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        if name.lower().endswith(".zip"):
            return "zip"  # its reader takes out what comes before the damage
        raise ParseFailed(
            "It is damaged: its parts cannot be unpacked. Open and save it again.", "damaged"
        ) from None
    if _is_archive(names, declared):
        return "zip"  # its reader has limits of its own
    if len(members) > _MOST_MEMBERS or sum(one.file_size for one in members) > _MOST_UNPACKED:
        raise LimitExceeded("It unpacks to far more than a document holds and was not opened.")
    if declared == "application/epub+zip":
        return "epub"
    if declared.startswith(_OPENDOCUMENT):
        return "odf"
    return next((kind for member, kind in _PACKAGES if member in names), "")


def _is_archive(names: set[str], declared: str) -> bool:
    """Whether a person packed it, and not a program: those leave a list of contents inside."""
    return not (
        declared
        or "[Content_Types].xml" in names
        or "META-INF/MANIFEST.MF" in names
        or any(one.endswith(".iwa") for one in names)
        or any(member in names for member, _ in _PACKAGES)
    )


def _compound(path: Path) -> str:
    try:
        with olefile.OleFileIO(str(path)) as container:
            return next((kind for stream, kind in _STREAMS if container.exists(stream)), "")
    except (OSError, ValueError, IndexError):
        raise ParseFailed(
            "It is a damaged Office document. Open and save it again.", "damaged"
        ) from None


def _textual(head: bytes, suffix: str) -> str:
    if len(head) == _HEAD:  # do not cut a character in two
        head = head[: head.rfind(b"\n") + 1] or head
    text = decode(head)
    if not _is_text(text):
        return ""
    if kind := _marked_up(text) or office_xml(text) or office_text(text, suffix):
        return kind
    if suffix in (".txt", ".md", ".csv", ".tsv"):
        return _BY_NAME[suffix]
    if found := _CALENDAR.match(text):
        return "ics" if found[1].upper() == "CALENDAR" else "vcf"
    if _is_mail(text):
        return "mbox" if _is_mailbox(text, suffix) else "eml"
    if text.lstrip("\ufeff \r\n\t").startswith("<?xml") and suffix != ".svg":
        return "xml"
    return _BY_NAME.get(suffix, "")


def _marked_up(text: str) -> str:
    if _HTML.match(text.lstrip("\ufeff")):
        return "html"
    return "fodf" if _FLAT.match(text) else ""


def _is_text(text: str) -> bool:
    odd = sum(not one.isprintable() and one not in "\t\r\n\f\v\x1b\ufeff\u00a0" for one in text)
    return odd <= 0.02 * len(text) and "\0" not in text and text.count("\ufffd") <= 0.05 * len(text)


def _is_mailbox(text: str, suffix: str) -> bool:
    if not _MAILBOX.match(text) or suffix in (".eml", ".emlx"):
        return False
    return suffix in ("", ".mbox", ".mbx") or len(_MAILBOX.findall(text)) > 1


def _is_mail(text: str) -> bool:
    opening = re.sub(r"\A(?:\ufeff|\s|\d+\s*\n|From \S+ [^\n]*\n)*", "", text)
    header = re.split(r"\r?\n\r?\n", opening, maxsplit=1)[0]
    first = header.split("\n", 1)[0]
    known = {found.lower() for found in _MAIL_HEADER.findall(header)}
    return bool(re.match(r"[\w-]{2,40}:", first)) and len(known) >= 3
