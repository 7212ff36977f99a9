"""What can go wrong, each as a sentence for the person who reads it.

A message says what happened, to what, and what to do next. Commands map every
`KBError` to exit code 1 and its message; the HTTP API maps it to a status and
a JSON body in one place (`api/server/app.py`).
"""

from pathlib import Path
from traceback import walk_tb

_HERE = str(Path(__file__).parents[1])


class KBError(Exception):
    """A refusal or failure that a person can understand and act on."""

    code = "refused"
    drawn = False
    """Whether the message is a drawing of several lines, made of what its reader wrote alone."""

    @property
    def message(self) -> str:
        return str(self)


class BadRequest(KBError):
    """The request itself cannot be served as it was written."""

    code = "bad-request"


class IsStore(KBError):
    """A folder that was offered is where a store of this program keeps its own files."""

    code = "a-store"

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"{folder} is a store of this program, so nothing in it was taken in. Offer the "
            "documents from where they came."
        )


class NotFound(KBError):
    """Nothing of that name exists that this person may read.

    A document behind a wall gives exactly this error, with the same words as
    one that never was.
    """

    code = "not-found"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"There is no {kind} “{name}” here. Check the name in the list.")


class Ambiguous(KBError):
    """A name fits several things."""

    code = "ambiguous"

    def __init__(self, name: str, candidates: list[str]) -> None:
        listed = "\n".join(f"  {candidate}" for candidate in candidates[:10])
        super().__init__(f"“{name}” fits {len(candidates)} documents; name one of them:\n{listed}")


class Busy(KBError):
    """The language model's queue is full."""

    code = "busy"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            f"The language model is busy with other questions. Ask again in {retry_after} seconds, "
            "or ask for quotes alone, which need no model."
        )


class Crowded(Busy):
    """So much is being done at once that this has to come again, in `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        KBError.__init__(self, message)
        self.retry_after = retry_after


class NotAccepting(KBError):
    """Documents cannot be taken right now."""

    code = "not-accepting"


class TooLarge(KBError):
    """More bytes than the settings allow."""

    code = "too-large"

    def __init__(self, name: str, limit_mb: int) -> None:
        super().__init__(
            f"“{name}” is larger than {limit_mb} MB. Split it, or raise KB_MAX_FILE_MB."
        )


class StoreProblem(KBError):
    """The store on disk cannot be used as it is."""

    code = "store"


class OriginalDamaged(KBError):
    """An original is not there as it was taken in, so nothing of it is shown."""

    code = "original"
    said = "is not as it was taken in"

    def __init__(self, name: str, reason: str = "") -> None:
        self.told = f"{self.said} ({reason})" if reason else self.said
        super().__init__(
            f"The original of “{name}” {self.told}, so it is not used. `kb verify` names the file "
            "to put back from a backup."
        )


class OriginalMissing(OriginalDamaged):
    code = "original-missing"
    said = "is missing"


class OriginalChanged(OriginalDamaged):
    """Its bytes have another SHA-256, or a folder or a link stands in its place."""

    code = "original-changed"
    said = "has changed since it was taken in"


class OriginalUnreadable(OriginalDamaged):
    code = "original-unreadable"
    said = "cannot be read"


DAMAGES: dict[str, type[OriginalDamaged]] = {
    kind.code: kind for kind in (OriginalMissing, OriginalChanged, OriginalUnreadable)
}
"""What may be found of an original, by the code that the catalogue keeps."""


class IndexUnavailable(KBError):
    """The vector index is owned by another process or cannot be opened."""

    code = "index"


class ModelMissing(KBError):
    """A model file named by the settings is not there."""

    code = "model-missing"

    def __init__(self, role: str, path: Path) -> None:
        super().__init__(
            f"There is no {role} model at {path}. Put the file there, "
            f"or name another with KB_{role.upper()}_PATH."
        )


class ModelFailed(KBError):
    """A model is there but cannot be run."""

    code = "model-failed"


class ParseFailed(KBError):
    """A document could not be read. `code` names the reason for machines."""

    def __init__(self, message: str, code: str = "unreadable") -> None:
        self.code = code
        super().__init__(message)


class LimitExceeded(KBError):
    """A child process was ended because it passed one of its limits."""

    code = "limit"


class Unforeseen(KBError):
    """What has no sentence of its own: a fault of ours, or a file that was damaged unnoticed."""

    code = "unforeseen"

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"This could not be done: {_kind(error)}{_place(error)}. `kb doctor` tells whether the "
            "store, its models and the disk are whole; if they are, this is a fault of the "
            "program: report this line."
        )


def _kind(error: Exception) -> str:
    """Never what a vendor's error says of a text that it was given."""
    if isinstance(error, OSError) and error.strerror:
        of = f", {error.filename}" if error.filename else ""
        return f"{type(error).__name__} ({error.strerror}{of})"
    return type(error).__name__


def _place(error: Exception) -> str:
    """The last line of ours that it went through."""
    ours = [
        f" at {frame.f_code.co_filename.removeprefix(_HERE)[1:]}:{line}"
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(_HERE) and ".venv" not in frame.f_code.co_filename
    ]
    return ours[-1] if ours else ""
