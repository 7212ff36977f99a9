"""What comes back from a child, opened with care.

Answers are pickles, and a parser that was taken over must not be able to run code
in the parent: the unpickler knows our own frozen nouns and the built-in containers.
"""

import io
import pickle
import signal
from collections.abc import Iterator
from dataclasses import is_dataclass
from enum import Enum
from typing import Any

from kb.domain import citations, model, opinions, reading
from kb.errors import KBError, LimitExceeded, ParseFailed

_NOUNS = {room.__name__: room for room in (model, opinions, reading, citations)}
_REPAIR = "The file may be damaged: open and save it again, or convert it to PDF."


def unpickled(answer: bytes) -> tuple[Any, ...]:
    """The answer as a tuple whose first item says of what kind it is."""
    try:
        return tuple(_Answers(io.BytesIO(answer)).load())
    except (pickle.UnpicklingError, TypeError, ValueError, IndexError, AttributeError):
        return ("foreign", "an answer that is no document")


class _Answers(pickle.Unpickler):
    """Builds our nouns and built-in containers, and nothing that runs code."""

    def find_class(self, module: str, name: str) -> type:
        found = getattr(_NOUNS.get(module), name, None)
        if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is not a noun of ours")


def returned(answer: tuple[Any, ...]) -> object:
    """The value that a function returned. Raises the `KBError` that it raised, or ours."""
    match answer:
        case ("done", value):
            return value
        case ("refused", str(name), str(code), str(message)):
            raise _revived(name, code, message)
        case ("memory",):
            raise LimitExceeded(
                "Reading needed more memory than a parser may have. "
                "Split the document, or raise KB_PARSE_MEMORY_MB."
            )
    raise ParseFailed(
        f"The parser could not make sense of it ({answer[-1]}). {_REPAIR}", code="damaged"
    )


def _revived(name: str, code: str, message: str) -> KBError:
    kind = {kind.__name__: kind for kind in _all_kinds(KBError)}.get(name, KBError)
    error = kind.__new__(kind)
    Exception.__init__(error, message)  # a kind's own __init__ would build the sentence again
    error.code = code
    return error


def _all_kinds(kind: type[KBError]) -> Iterator[type[KBError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _all_kinds(child)


def death(code: int | None) -> KBError:
    """What to say of a child that ended with this exit code in the middle of a call."""
    if code in (-signal.SIGKILL, -signal.SIGXCPU):
        return LimitExceeded(
            "The parser was ended by the system, most likely for the memory or time it took. "
            "Split the document, or read it on a larger machine."
        )
    name = signal.Signals(-code).name if code is not None and code < 0 else f"exit {code}"
    return ParseFailed(f"The parser crashed on it ({name}). {_REPAIR}", code="crashed")
