"""From a file to its `Reading`, in limited child processes."""

from dataclasses import replace
from pathlib import Path

from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.parsing.dispatch import read_file
from ingest.parsing.ocr_pages import Effort, recognised
from kb.domain import Reading
from kb.errors import LimitExceeded, ParseFailed, TooLarge
from kb.sandbox.pool import Pool
from kb.settings import Settings


def parse(
    path: Path, name: str, pool: Pool, settings: Settings, options: ParseOptions = DEFAULT
) -> Reading:
    """Read the file at `path`, known to people as `name`, in a child of `pool`.

    Raises `TooLarge`, `LimitExceeded`, and `ParseFailed` with one of the codes
    empty, encrypted, damaged, crashed, unsupported; each message names the file.
    """
    return parse_measured(path, name, pool, settings, options)[0]


def parse_measured(
    path: Path, name: str, pool: Pool, settings: Settings, options: ParseOptions = DEFAULT
) -> tuple[Reading, Effort]:
    """As `parse`, and what OCR took; how OCR is done is said by the settings alone."""
    if path.stat().st_size > settings.max_file_mb << 20:
        raise TooLarge(name, settings.max_file_mb)
    options = replace(
        options,
        ocr=settings.ocr,
        ocr_language=settings.ocr_language,
        page_timeout_s=settings.ocr_page_timeout_s,
    )
    try:
        reading = pool.call(
            read_file,
            str(path),
            name,
            options,
            timeout_s=settings.parse_timeout_s,
            file=str(path),
            scratch=options.scratch,
        )
        return recognised(path, name, reading, pool, options)
    except ParseFailed as error:
        raise ParseFailed(_named(name, error), error.code) from None
    except LimitExceeded as error:
        raise LimitExceeded(_named(name, error)) from None


def _named(name: str, error: Exception) -> str:
    return f"“{name}” could not be read. {error}"
