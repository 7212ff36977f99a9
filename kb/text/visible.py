"""Text as a terminal may show it: what would move the cursor, or turn the order, is spelled out.

A name in a client's folder is data. On a terminal it could clear lines, forge a line of its
own by a line break, or be read from right to left (Boucher and Anderson, Trojan Source, 2021).
"""

import logging
import re
from typing import Any

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029"
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_HIDDEN = re.compile(f"[{_CONTROLS}{_TURNING}]")
_HIDDEN_IN_NAME = re.compile(f"[\t\n{_CONTROLS}{_TURNING}]")


def visible(text: str) -> str:
    """Text of several lines, its control characters and marks of direction as “\\x1b”."""
    return _HIDDEN.sub(_spelled, text)


def visible_name(text: str) -> str:
    """The same of what stands in one line, where a line break is spelled out as well."""
    return _HIDDEN_IN_NAME.sub(_spelled, text)


class VisibleFormatter(logging.Formatter):
    """A log in which a record is one line, whatever names it tells; a traceback follows it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return visible_name(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return visible(super().formatException(ei))


def _spelled(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
