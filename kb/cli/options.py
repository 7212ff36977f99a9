"""The options that commands share, and those by which a search is narrowed."""

import inspect
import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from kb.errors import BadRequest
from kb.search.filter_parser import filters_of

MOST_ASKED = 4000
"""Characters of a question or a query; the service takes no more either."""
_MOST_BYTES = 4 * MOST_ASKED


def what_is_asked(argument: str) -> str:
    """The argument; where it is `-`, standard input, which the list of processes does not show.

    Raises `BadRequest` for an input that cannot be asked.
    """
    if argument != "-":
        return argument
    sent = sys.stdin.buffer.read(_MOST_BYTES + 1) if sys.stdin else b""  # None where it is closed
    try:
        text = "" if len(sent) > _MOST_BYTES else sent.decode().strip()
    except UnicodeDecodeError:
        raise BadRequest("Standard input is not UTF-8. Convert it, then ask again.") from None
    if len(sent) > _MOST_BYTES or len(text) > MOST_ASKED:
        raise BadRequest(f"Standard input has more than {MOST_ASKED:,} characters. Ask less.")
    if not text:
        raise BadRequest("Standard input is empty. Write there what you ask, then end it.")
    return text


DocumentArgument = Annotated[str, typer.Argument(help="An id, or a path that is unique.")]
Matters = Annotated[
    list[str] | None, typer.Option("--matter", help="Only this matter; may be repeated.")
]
Old = Annotated[
    bool, typer.Option("--old-versions", help="Search old versions of documents as well.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

Several = list[str] | None


def _words(name: str, said: str) -> Any:
    return Annotated[Several, typer.Option(f"--{name}", help=f"{said} May be repeated.")]


def _day(name: str, said: str) -> Any:
    return Annotated[str | None, typer.Option(f"--{name}", metavar="DAY", help=said)]


FILTERS = {
    "client": _words("client", "Only matters of this client."),
    "type": _words("type", "Only this kind of document, such as lease."),
    "court": _words("court", "Only of this court, or of courts with these words."),
    "jurisdiction": _words("jurisdiction", "Only under this law, or of this place's courts."),
    "judge": _words("judge", "Only decided by this judge."),
    "party": _words("party", "Only with this party; Aldergate finds Aldergate Holdings, LLC."),
    "language": _words("language", "Only in this language, such as de or German."),
    "author": _words("author", "Only by this author or sender."),
    "docket": _words("docket", "Only of this case, by its number or a part of it."),
    "bates": _words("bates", "Only with this Bates number, or a range of them."),
    "version": _words("version", "Only versions that are current or old."),
    "after": _day("after", "Only dated on this day or later; a month or year will do."),
    "before": _day("before", "Only dated on this day or earlier; a month or year will do."),
}
"""An option for each filter of `kb.domain.filters` but the matter, which has its own."""


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each filter; it gets them as one argument, `filters`.

    The command raises `BadRequest` for what is no filter before it opens anything.
    """
    own = inspect.signature(command, eval_str=True)
    kept = [one for one in own.parameters.values() if one.name != "filters"]
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option)
        for name, option in FILTERS.items()
    ]

    @wraps(command)
    def run(**given: Any) -> None:
        written = {name: given.pop(name) for name in FILTERS}
        asked = {name: value for name, value in written.items() if value is not None}
        command(**given, filters=filters_of(asked))

    parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in kept] + options
    run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # typer reads it
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run
