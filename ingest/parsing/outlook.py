"""Outlook's messages with the reader of Rich Text, which some keep their only body in."""

from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.mail import msg
from ingest.formats.office.rtf import from_rtf
from kb.domain import Reading


def read_msg(path: str, name: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a .msg; raises as `ingest.formats.mail.msg.read_msg`."""
    return msg.read_msg(path, name, options, rich_text=lambda source: from_rtf(source).text)
