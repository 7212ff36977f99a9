"""What is attached to a mail: taken out as parts, and named in its text."""

from ingest.formats.base.options import ParseOptions
from ingest.formats.base.parts import Parts, TooMuch, shown
from ingest.formats.mail.quoted_history import Letter
from kb.domain import ElementKind, Part

_SMALL_PICTURE = 10 << 10  # bytes; a logo below a signature
_SHOWN_PICTURE = 100 << 10  # bytes; a picture that the body shows, a letterhead say
_SEALED = (".tnef", "winmail.dat")


class Attachments:
    """The attachments of one mail of `size` bytes."""

    def __init__(self, options: ParseOptions, size: int) -> None:
        self._parts = Parts(options, size)
        self._names: list[str] = []
        self._pictures: list[str] = []

    def file(
        self, name: str, content: bytes, *, picture: bool = False, shown: bool = False
    ) -> None:
        """Take a file, unless it is a small `picture` or one that the body has `shown`."""
        if picture and len(content) <= (_SHOWN_PICTURE if shown else _SMALL_PICTURE):
            self._pictures.append(name)
            return
        self._names.append(name)
        if name.lower().endswith(_SEALED):
            self._parts.leave("in Outlook's own packing (save the message as .msg)", name)
        elif not content:
            self._parts.leave("empty", name)
        else:
            self._take(name, content)

    def message(self, name: str, content: bytes) -> None:
        """Take an attached message; its name ends in .eml."""
        name = name.strip() or "message"
        self._names.append(name)
        if content.strip():
            self._take(name if name.lower().endswith(".eml") else f"{name}.eml", content)

    def add_to(self, letter: Letter) -> None:
        """Write the names of all that was attached."""
        for heading, names in (
            ("Attachments", self._names),
            ("Pictures in the text, not taken out", self._pictures),
        ):
            if names:
                listed = ", ".join(shown(name) for name in names)
                letter.add_new(ElementKind.PARAGRAPH, f"{heading}: {listed}")

    @property
    def taken(self) -> tuple[Part, ...]:
        return self._parts.taken

    @property
    def problem(self) -> str | None:
        return self._parts.problem

    def _take(self, name: str, content: bytes) -> None:
        if not self._parts.wanted:
            return
        try:
            self._parts.take(name.replace("/", "_"), [content])
        except TooMuch as limit:
            self._parts.end(str(limit))
        except OSError:
            self._parts.leave("too large", name)
