"""Formats that only LibreOffice reads, turned by it into those that we read.

It runs inside the sandboxed child and is killed with it: no network, bounded
memory and time. Its profile is made anew for each file; in it macros are off and
links to other files are neither followed nor updated.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from ingest.formats.base.options import DEFAULT, ParseOptions
from kb.domain import Reading
from kb.errors import ParseFailed

_PACKAGE = {"docx": "libreoffice-writer-nogui", "pptx": "libreoffice-impress-nogui"}
_SHEETS = "libreoffice-calc-nogui"
_SWITCH = (
    '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_SWITCHES = (
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Load", "UserDefinedSettings", "false"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "2"),
)
_ANEW = (("Calc/Formula/Load", "OOXMLRecalcMode", "0"),)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>'
)


def read_text(path: str, name: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a text document of an older program. Raises `ParseFailed`."""
    return _read(path, name, options, "docx", "ingest.formats.office.docx:read_word")


def read_slides(path: str, name: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read slides of an older program. Raises `ParseFailed`."""
    return _read(path, name, options, "pptx", "ingest.formats.office.pptx:read_pptx")


def read_sheets(path: str, name: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a workbook of another program. Raises `ParseFailed`."""
    return _read(path, name, options, "xlsx", "ingest.formats.office.xlsx:read_xlsx")


def calculated(path: str, folder: Path) -> Path:
    """A copy of the workbook at `path` below `folder`, all its formulas calculated anew.

    Raises `ParseFailed`, "unsupported" where there is no LibreOffice.
    """
    return _converted(path, ".xlsx", "xlsx", folder, _ANEW)


def installed() -> bool:
    """Whether there is a LibreOffice to convert with."""
    return _program() is not None


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _read(path: str, name: str, options: ParseOptions, to: str, reader: str) -> Reading:
    module, function = reader.split(":")
    with tempfile.TemporaryDirectory(prefix="convert-") as folder:
        made = _converted(path, Path(name).suffix.lower(), to, Path(folder))
        read: Callable[..., Reading] = getattr(import_module(module), function)
        reading = read(str(made), name, options)
    kind = _TYPES.get(Path(name).suffix.lower())
    return replace(reading, media_type=kind) if kind else reading


_TYPES = {
    ".doc": "application/msword",
    ".dot": "application/msword",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pps": "application/vnd.ms-powerpoint",
    ".xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    ".wpd": "application/vnd.wordperfect",
    ".wps": "application/vnd.ms-works",
}


_Switches = tuple[tuple[str, str, str], ...]


def _converted(path: str, suffix: str, to: str, folder: Path, more: _Switches = ()) -> Path:
    program = _program()
    if program is None:
        package = _PACKAGE.get(to, _SHEETS)
        raise ParseFailed(
            f"Files of this kind are read with LibreOffice, which is not installed. Install the "
            f"package {package}, or save it as .{to} or PDF and add that.",
            "unsupported",
        )
    source = folder / f"source{suffix}"
    shutil.copyfile(path, source)  # it tells some formats by their suffix alone
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    switches = (_SWITCH.format(path=p, name=n, value=v) for p, n, v in (*_SWITCHES, *more))
    settings.write_text(_PROFILE.format("".join(switches)), "utf-8")
    arguments = [
        *(program, f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
        *("--headless", "--norestore", "--nologo", "--nolockcheck"),
        *("--convert-to", to, "--outdir", str(folder / "made"), str(source)),
    ]
    subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True)
    made = folder / "made" / f"source.{to}"
    if not made.is_file():
        raise ParseFailed(
            "LibreOffice could not convert it; it may be damaged, protected with a password, or of "
            f"a version it does not know. Save it as .{to} and add that.",
            "damaged",
        )
    return made
