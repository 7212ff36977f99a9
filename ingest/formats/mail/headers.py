"""What stands at the head of a mail, whichever program wrote it."""

import re
from dataclasses import dataclass
from email.utils import parseaddr, parsedate_to_datetime

from ingest.formats.base.elements import tidy
from ingest.formats.mail.quoted_history import Letter
from kb.domain import ElementKind, Fact

_MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
LONGEST = 20_000
"""Characters of one header: hundreds of recipients."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Headers as text, "" where there is none. `answers` are In-Reply-To and References."""

    sender: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    date: str = ""
    subject: str = ""
    message_id: str = ""
    answers: str = ""

    def add_to(self, letter: Letter) -> None:
        """Write a line for each header that says something."""
        gap = "\n\n"
        for name, value in self._lines():
            if words := _one_line(value[:LONGEST]):
                letter.add(ElementKind.PARAGRAPH, f"{name}: {words}", gap=gap)
                gap = "\n"

    @property
    def problem(self) -> str | None:
        """Which headers are too long to be written out whole, as a sentence."""
        long = [name for name, value in self._lines() if len(value) > LONGEST]
        if not long:
            return None
        return f"Of its {' and '.join(long)} the first {LONGEST:,} characters are in the text."

    def _lines(self) -> tuple[tuple[str, str], ...]:
        return (
            ("From", self.sender),
            ("To", self.to),
            ("Cc", self.cc),
            ("Bcc", self.bcc),
            ("Date", self.date),
            ("Subject", self.subject),
        )

    @property
    def title(self) -> str:
        """The subject with who wrote and when, which is how a mail is remembered."""
        name, address = parseaddr(_one_line(self.sender[:LONGEST]))
        try:
            day = f"{parsedate_to_datetime(self.date):%d %B %Y}".lstrip("0")
        except (ValueError, TypeError, IndexError):
            day = ""
        told = ", ".join(part for part in (name or address, day) if part)
        subject = _one_line(self.subject[:LONGEST])
        return f"{subject} ({told})" if subject and told else subject or told

    @property
    def day(self) -> str:
        """The day of the Date header in the sender's own time zone, ISO 8601; "" if unknown."""
        try:
            return parsedate_to_datetime(self.date).date().isoformat()
        except (ValueError, TypeError, IndexError):
            return ""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Message-IDs are without their angle brackets."""
        own = _MESSAGE_ID.findall(self.message_id) or self.message_id.split()[:1]
        answered = dict.fromkeys(_MESSAGE_ID.findall(self.answers))
        stated = (
            ("date", self.day),
            ("author", _one_line(self.sender[:LONGEST])),
            *(("message-id", one) for one in own[:1]),
            *(("reply-to", one) for one in answered),
        )
        return tuple(Fact(name, value) for name, value in stated if value)


def _one_line(words: str) -> str:
    return " ".join(tidy(words).split())
