"""Build the binary files of the sample firms from their sources.

    python data/sample-sources/build.py [--out DIR]

``sources/matter/name.pdf.md`` becomes ``DIR/sample/matter/name.pdf``; likewise for docx, xlsx and
eml, and from ``languages`` in ``DIR/sample-languages``. The same sources give the same bytes on
each run. Documents in text formats (Markdown, plain text, HTML, CSV) have no source: they lie
in data/sample and data/sample-languages as they are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import docx_maker
import eml_maker
import pdf_maker
import scan_maker
import xlsx_maker
from markup import Source, read_source

HERE = Path(__file__).resolve().parent
FIRMS = {"sources": "sample", "languages": "sample-languages"}
"""Where a firm's sources lie, and the folder of data that they are built into."""
ATTACHMENTS = HERE / "attachments"
DATA = HERE.parent


def attachment(name: str) -> bytes:
    """The bytes of an attachment: a file as it is, or one built from its source."""
    path = ATTACHMENTS / name
    if path.suffix != ".md":
        return path.read_bytes()
    return render(read_source(path))


def render(source: Source) -> bytes:
    """The bytes of the document that a source describes."""
    kind = source.path.suffixes[-2]
    if kind == ".pdf":
        scanned = source.meta.get("style") == "scan"
        return scan_maker.render(source) if scanned else pdf_maker.render(source)
    if kind == ".docx":
        return docx_maker.render(source)
    if kind == ".xlsx":
        return xlsx_maker.render(source)
    if kind == ".eml":
        return eml_maker.render(source, attachment)
    raise ValueError(f"no maker for {source.path}")


def build(out: Path) -> list[Path]:
    """Build every source below ``out``; the files written.

    A scan whose font is not installed is left as it is, and that is said.
    """
    written: list[Path] = []
    for sources, firm in FIRMS.items():
        for path in sorted((HERE / sources).rglob("*.md")):
            target = out / firm / path.relative_to(HERE / sources).with_suffix("")
            try:
                content = render(read_source(path))
            except scan_maker.FontMissing as missing:
                print(f"{target} is left as it is: {missing}")
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written.append(target)
    return written


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the sample firms' binary documents.")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write to")
    written = build(parser.parse_args().out)
    print(f"{len(written)} files written")


if __name__ == "__main__":
    main()
