"""Rich Text, turned into HTML by pandoc."""

import re
import tempfile
from pathlib import Path

import pypandoc

from ingest.formats.web import from_html
from ingest.options import DEFAULT, ParseOptions
from kb.domain import Reading
from kb.errors import ParseFailed

RTF = "application/rtf"
_CODE_PAGE = re.compile(rb"\\ansicpg(125[013-8])\b")
_ESCAPE = re.compile(rb"\\'([89a-fA-F][0-9a-fA-F])")


def read_rtf(path: str, _: str, __: ParseOptions = DEFAULT) -> Reading:
    """Read Rich Text. Raises `ParseFailed` ("damaged")."""
    content = Path(path).read_bytes()
    if not _CODE_PAGE.search(content[:4096]):
        return _read(path, "rtf", RTF)
    with tempfile.NamedTemporaryFile(suffix=".rtf") as rewritten:
        rewritten.write(_in_unicode(content))
        rewritten.flush()
        return _read(rewritten.name, "rtf", RTF)


def _in_unicode(content: bytes) -> bytes:
    """Escapes of the file's code page as Unicode; pandoc takes all for Windows-1252."""
    found = _CODE_PAGE.search(content)
    page = f"cp{found[1].decode()}" if found else "cp1252"

    def rewrite(escape: re.Match[bytes]) -> bytes:
        one = bytes.fromhex(escape[1].decode()).decode(page, "replace")
        return b"\\u%d?" % ord(one)

    return _ESCAPE.sub(rewrite, content)


def _read(path: str, kind: str, media_type: str) -> Reading:
    try:
        source = pypandoc.convert_file(path, "html", format=kind, extra_args=["--sandbox"])
    except (RuntimeError, OSError):
        raise ParseFailed(
            "It could not be converted; it may be damaged. Save it as .docx and add that.",
            "damaged",
        ) from None
    return from_html(str(source), media_type=media_type)
