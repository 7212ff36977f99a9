"""Mails and archives made for the tests."""

import email.message
import email.policy
import io
import tarfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx

from tests.documents import LEASE, write_pdf

PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(500)


def letter(subject: str, body: str, **headers: str) -> EmailMessage:
    """A plain mail of Ann Doyle's to Bo Katz; `headers` have "_" for "-"."""
    made = EmailMessage(email.policy.SMTP)
    made["From"] = "Ann Doyle <ann@doyle.example>"
    made["To"] = "Bo Katz <bo@katz.example>"
    made["Subject"] = subject
    made["Date"] = "Tue, 06 Jun 2017 23:48:27 -0700"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


def with_family(folder: Path) -> EmailMessage:
    """A mail with a PDF, a Word document, a text, a mail with a text of its own, and a logo."""
    made = letter("Lease \u2013 final", "See attached.", Message_ID="<m3@doyle.example>")
    made["References"] = "<m1@katz.example> <m2@doyle.example>"
    made["In-Reply-To"] = "<m2@doyle.example>"
    made["Bcc"] = "file@doyle.example"
    made.add_alternative('<p>See attached.</p><img src="cid:logo1">', subtype="html")
    word = docx.Document()
    word.add_paragraph("Rider to the lease.")
    word.save(str(folder / "rider.docx"))
    pdf = write_pdf(folder / "made.pdf", [LEASE]).read_bytes()
    made.add_attachment(pdf, maintype="application", subtype="pdf", filename="../../lease.pdf")
    made.add_attachment(
        (folder / "rider.docx").read_bytes(),
        maintype="application",
        subtype="octet-stream",
        filename="Nachtrag f\u00fcr M\u00fcller.docx",
    )
    made.add_attachment("Call the broker.\n", filename="note.txt")
    inner = letter("Re: Lease", "I agree.\n")
    inner.add_attachment("Rent: 5,000\n", filename="rent.txt")
    made.add_attachment(inner)
    made.add_attachment(
        PIXEL,
        maintype="image",
        subtype="png",
        filename="logo.png",
        disposition="inline",
        cid="<logo1>",
    )
    return made


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    """A TAR archive of these members; `mode` is that of tarfile, "w:gz" for instance."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()
