"""The commands over the catalogue, which need neither models nor index: quick, beside any owner."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Annotated, Any

import typer

from kb.app import client
from kb.app.bootstrap import open_kb
from kb.app.catalogue import Catalogue
from kb.app.document_detail import (
    StatedFact,
    all_tracked_changes,
    document_detail,
    state_fact,
    tracked_changes,
)
from kb.app.matters import add_matter, count_documents, list_matters
from kb.app.reading import read_page, read_text
from kb.cli import output
from kb.cli.options import AsJson, DocumentArgument
from kb.domain import FACTS, Scope
from kb.errors import KBError
from kb.serializers.results import Json
from kb.settings import Settings
from kb.text.visible import visible, visible_name

matter_app = typer.Typer(help="The matters that documents belong to.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    for command in (show, changes, fact, delete, status):
        app.command()(command)
    app.add_typer(matter_app, name="matter")


def show(
    document: DocumentArgument,
    page: Annotated[int | None, typer.Option(min=1, help="The text of this page.")] = None,
    text: Annotated[bool, typer.Option("--text", help="The canonical text, exactly.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a document: what is known of it, its text, or a page's text."""
    with _opened() as (catalogue, scope):
        found = catalogue.find(document, scope)
        if text:
            _write_exactly(read_text(catalogue, found.id, scope))
        elif page:
            _write_exactly(read_page(catalogue, found, page, scope))
        else:
            told = document_detail(catalogue, found, scope)
            told["sources"] = [source["path"] for source in told["sources"]]
            if as_json:
                output.print_json(told)
            else:
                del told["fact_spans"]  # numbers are for programs
                rows = [(k, _plain(v)) for k, v in told.items() if v not in (None, [], {})]
                output.show_rows(rows, [12])


def changes(
    document: Annotated[
        str, typer.Argument(help="An id, or a path that is unique; none means all.")
    ] = "",
    holding: Annotated[str, typer.Option(help="Only those with this phrase or author.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show tracked changes and comments: who, when, what."""
    with _opened() as (catalogue, scope):
        if document:
            found = catalogue.find(document, scope)
            held = tracked_changes(catalogue, found.id, scope, holding)
            named = {"document_id": found.id, "document": found.name}
            told = [{**named, **change} for change in held]
        else:
            told = all_tracked_changes(catalogue, scope, holding)
    if as_json:
        output.print_json({"changes": told})
        return
    columns = ("document", "kind", "author", "date", "text")
    rows = [tuple(r[name] for name in (columns[1:] if document else columns)) for r in told]
    output.show_rows(rows, [10, 20, 20] if document else [30, 10, 20, 20])


def fact(
    document: DocumentArgument,
    name: Annotated[str, typer.Argument(help="Which fact: " + ", ".join(FACTS) + ".")],
    value: Annotated[
        list[str] | None, typer.Argument(help="Its values; none takes it away.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Correct a fact of a document by hand; what was read from it is replaced."""
    stated = StatedFact(name, value or [])
    with _opened() as (catalogue, scope):
        found = catalogue.find(document, scope)
        told = state_fact(catalogue, found.id, stated, scope)
    if as_json:
        output.print_json({name: told[name] for name in ("document_id", "facts", "fact_spans")})
    else:
        rows = [(known, _plain(values)) for known, values in told["facts"].items()]
        output.show_rows(rows, [12])


def delete(document: DocumentArgument) -> None:
    """Erase a document: its text, vectors and bytes, and what was only found inside it."""
    settings = Settings()
    with _opened() as (catalogue, scope):
        found = catalogue.find(document, scope)
    owner = client.connect(settings)
    purged = False
    if owner:
        owner.delete(found.id)
    else:
        with closing(open_kb(settings, chat=False)) as kb:
            kb.own()
            kb.eraser.delete(found.id, kb.access.scope(kb.access.local_user()))
            with suppress(KBError):  # a full disk: it is erased all the same
                purged = kb.purging.run(now=True)
    print(f"“{visible_name(found.name)}” ({found.id}) is erased.")
    if not purged:
        print(
            "Its vectors and single words may stand in the store's files until the service or "
            "`kb ingest` has had nothing to do for a minute, in a large store until `kb reindex`."
        )


def status(as_json: AsJson = False) -> None:
    """Count what is there: documents by state, for each matter."""
    settings = Settings()
    with _opened() as (catalogue, scope):
        matters = list_matters(catalogue, scope)["matters"]
        of_one = [catalogue.access.scope(scope.user_id, [one["matter"]]) for one in matters]
        told: Json = {
            "data_dir": str(settings.data_dir.absolute()),
            "service": "running" if client.connect(settings) else "not running",
            **count_documents(catalogue, scope),
            "matters": [
                {**one, "documents": catalogue.library.counts(narrow)}
                for one, narrow in zip(matters, of_one, strict=True)
            ],
        }
    if as_json:
        output.print_json(told)
        return
    output.show_rows([("data folder", told["data_dir"]), ("service", told["service"])], [12])
    rows = [(m["matter"], _counted(m["documents"])) for m in told["matters"]]
    output.show_rows([*rows, ("all", _counted(told["documents"]))], [32])
    if told["words_only"]:
        output.show_rows([("of them by words alone", str(told["words_only"]))], [32])


@matter_app.command("add")
def matter_add(
    name: Annotated[str, typer.Argument(help="The matter's name.")],
    client_name: Annotated[str, typer.Option("--client", help="Whose matter it is.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a matter, or name the client of one that is there."""
    with _opened() as (catalogue, _):
        added = add_matter(catalogue, name, client_name)
    if as_json:
        output.print_json(added)
    else:
        output.show_rows([(added["matter"], added["client"])], [32])


@matter_app.command("list")
def matter_list(as_json: AsJson = False) -> None:
    """List the matters that may be read."""
    with _opened() as (catalogue, scope):
        listed = list_matters(catalogue, scope)
    if as_json:
        output.print_json(listed)
    else:
        output.show_rows([(m["matter"], m["client"]) for m in listed["matters"]], [32])


@contextmanager
def _opened() -> Iterator[tuple[Catalogue, Scope]]:
    with closing(Catalogue(Settings())) as known:
        yield known, known.access.scope(known.access.local_user(), superseded=True)


def _plain(value: Any) -> str:
    match value:
        case dict():
            return "; ".join(f"{name}: {_plain(one)}" for name, one in value.items())
        case list():
            return ", ".join(_plain(one) for one in value)
    return str(value)


def _counted(counts: dict[str, int]) -> str:
    return (
        ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no documents"
    )


def _write_exactly(text: str) -> None:
    """Bytes as they are, no newline added, none translated; to a terminal what it may show."""
    told = visible(text) if sys.stdout.isatty() else text
    sys.stdout.buffer.write(told.encode())
    sys.stdout.buffer.flush()
