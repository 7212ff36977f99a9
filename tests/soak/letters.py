"""Files of a folder that changes: notes, and mails with notes inside them."""

import email
import email.policy
from email.message import EmailMessage

_WORDS = "rent lease tenant landlord notice deposit clause harbour quay repair roof term".split()


def note(number: int, paragraphs: int = 2) -> bytes:
    """A text that no other number has."""
    lines = [
        f"Note {number}, part {part}: the {_WORDS[(number + part) % 12]} of "
        f"{_WORDS[(number * 5 + part) % 12]} {number * 31 + part} is due."
        for part in range(paragraphs)
    ]
    return "\n\n".join(lines).encode()


def mail(number: int, attached: dict[str, bytes], *, answers: int = 0) -> bytes:
    """A mail with texts attached; one that answers another quotes its first line."""
    made = EmailMessage(email.policy.SMTP)
    made["From"], made["To"] = "Ann Doyle <ann@doyle.example>", "Bo Katz <bo@katz.example>"
    made["Subject"] = f"Matter {number}"
    made["Date"] = "Tue, 06 Jun 2017 23:48:27 -0700"
    made["Message-ID"] = f"<m{number}@doyle.example>"
    text = f"Letter {number} speaks of the {_WORDS[number % 12]} number {number}.\n"
    if answers:
        made["In-Reply-To"] = f"<m{answers}@doyle.example>"
        quoted = f"Letter {answers} speaks of the {_WORDS[answers % 12]} number {answers}."
        text += (
            f"\nOn Tue, Jun 6, 2017 at 2:48 PM, Bo Katz <bo@katz.example> wrote:\n\n> {quoted}\n"
        )
    made.set_content(text)
    for name, content in attached.items():
        made.add_attachment(content, maintype="text", subtype="plain", filename=name)
    made.set_boundary(f"b{number:08d}") if attached else None
    return made.as_bytes()


def inside(content: bytes) -> dict[str, bytes]:
    """The files inside a mail by name, nothing for a note."""
    if not content.startswith(b"From: "):
        return {}
    read = email.message_from_bytes(content, policy=email.policy.default)
    return {
        str(part.get_filename()): part.get_payload(decode=True)  # type: ignore[misc]
        for part in read.walk()
        if part.get_filename()
    }
