"""The commands over legal citations: authorities, cites, cited-by. They need no model."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated

import typer
from rich.text import Text

from kb.app.authorities import cited_anywhere, documents_citing, table_of_authorities
from kb.app.catalogue import Catalogue
from kb.app.narrowing import Narrowing
from kb.cli.options import AsJson, DocumentArgument, Matters, what_is_asked
from kb.cli.output import console, opinion, place, print_json, show_rows
from kb.domain import Document, UserId
from kb.serializers.results import Json
from kb.settings import Settings

Old = Annotated[
    bool, typer.Option("--old-versions", help="Count old versions of documents as well.")
]


def register(app: typer.Typer) -> None:
    app.command()(authorities)
    app.command()(cites)
    app.command("cited-by")(cited_by)


def authorities(
    document: DocumentArgument, matter: Matters = None, old: Old = False, as_json: AsJson = False
) -> None:
    """List what a document cites, where, and whether it is held here."""
    with _opened() as (catalogue, user):
        found = _named(catalogue, document)
        told = table_of_authorities(catalogue, user, found.id, _counted(matter, old=old))
    if as_json:
        print_json(told)
    else:
        _show_table(told)


def cites(
    citation: Annotated[
        str, typer.Argument(help="A citation, or a case's name; - reads standard input.")
    ],
    matter: Matters = None,
    old: Old = False,
    as_json: AsJson = False,
) -> None:
    """Find the documents that cite an authority, and the one that it is."""
    wanted = what_is_asked(citation)
    with _opened() as (catalogue, user):
        told = cited_anywhere(catalogue, user, wanted, _counted(matter, old=old))
    if as_json:
        print_json(told)
    else:
        _show_cited(told)


def cited_by(
    document: DocumentArgument, matter: Matters = None, old: Old = False, as_json: AsJson = False
) -> None:
    """Find the documents that cite this one."""
    with _opened() as (catalogue, user):
        found = _named(catalogue, document)
        told = documents_citing(catalogue, user, found.id, _counted(matter, old=old))
    if as_json:
        print_json(told)
    else:
        _show_cited(told)


@contextmanager
def _opened() -> Iterator[tuple[Catalogue, UserId]]:
    with closing(Catalogue(Settings())) as known:
        yield known, known.access.local_user()


def _counted(matters: list[str] | None, *, old: bool) -> Narrowing:
    return Narrowing(tuple(matters or ()), old=old)


def _named(catalogue: Catalogue, wanted: str) -> Document:
    """Any version of a document may be named, whichever are counted."""
    scope = catalogue.access.scope(catalogue.access.local_user(), superseded=True)
    return catalogue.find(wanted, scope)


def _show_table(told: Json) -> None:
    if told["own"]:
        console.print(Text(f"Its own citation: {'; '.join(told['own'])}", style="bold"))
    rows = []
    for one in told["authorities"]:
        named = ", ".join(part for part in (one["name"], one["authority"]) if part)
        where = ", ".join(map(str, one["pages"])) or f"at {one['mentions'][0]['char_start']}"
        held = ", ".join(each["document"] for each in one["held"]) or "not held"
        words = f"  ({'; '.join(one['treatment'])})" if one["treatment"] else ""
        rows.append((one["kind"], len(one["mentions"]), named + words, where, held))
    if not rows:
        console.print("It cites nothing that is read as a legal citation.")
        return
    show_rows([("kind", "times", "authority", "pages", "held"), *rows], [9, 5, 70, 16])
    lacking, all_ = len(told["lacking"]), len(told["authorities"])
    console.print(f"{all_} authorities, of which {lacking} are not held. {told['note']}")


def _show_cited(told: Json) -> None:
    for one in told["held"]:
        console.print(Text(f"It is {place(one)}", style="bold"))
    for one in told["citing"]:
        console.print(Text(place(one), style="bold"))
        for each in one["mentions"]:
            page = f"page {each['page']}" if each["page"] else f"character {each['char_start']}"
            words = "; ".join(t["words"] for t in each["treatment"])
            said = " ".join(each["text"].split())
            console.print(Text(f"     {page}: {said}{f'  ({words})' if words else ''}"))
        for passage in one["passages"][:3]:
            whose = f" ({opinion(passage)})" if passage["opinion"] else ""
            said = " ".join(passage["text"].split())
            console.print(Text(f"     “{said}”{whose}", style="dim"))
    times, count = told["citations"], told["documents"]
    console.print(f"Cited {times} times in {count} documents that you may read. {told['note']}")
