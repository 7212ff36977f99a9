"""The commands that read: search, ask, show, matter, status, models, doctor."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from kb import client, printing
from kb.doctor import examine
from kb.domain import Scope
from kb.errors import BadRequest, KBError, NotFound
from kb.guard.access import Access
from kb.models.weights import chat_models, chosen_chat, embedder_model, import_chat, model_json
from kb.models.weights import use_chat as choose_chat
from kb.settings import Settings
from kb.store.db import Database
from kb.store.library import Library
from kb.wire import Json, document_json, event_json, matter_json, search_json
from kb.wiring import KnowledgeBase, catalogue, open_kb

Matters = Annotated[
    list[str] | None, typer.Option("--matter", help="Only this matter; may be repeated.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

matter_app = typer.Typer(help="The matters that documents belong to.", no_args_is_help=True)
models_app = typer.Typer(help="The language models on this machine.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    for command in (search, ask, show, status, doctor):
        app.command()(command)
    app.add_typer(matter_app, name="matter")
    app.add_typer(models_app, name="models")


def search(
    query: Annotated[str, typer.Argument(help="Words or a question.")],
    matter: Matters = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Passages to show.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find passages by meaning and by words."""
    settings = Settings()
    owner = client.connect(settings)
    if owner:
        found = owner.search(query, matter or [], limit)
    else:
        with _opened(settings, chat=False) as (kb, scope):
            found = search_json(kb.retriever.search(query, scope(matter), limit=limit))
    if as_json:
        _print_json(found)
    else:
        printing.show_passages(found)


def ask(
    question: Annotated[str, typer.Argument(help="A question about the documents.")],
    matter: Matters = None,
    no_llm: Annotated[bool, typer.Option("--no-llm", help="Quotes alone, no model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a question: verbatim quotes first, then the model's prose, each sentence judged."""
    settings = Settings()
    owner = client.connect(settings)
    if owner:
        events = owner.ask(question, matter or [], llm=not no_llm)
        answered = _last(events) if as_json else printing.show_answer(events)
    else:
        with _opened(settings, chat=not no_llm) as (kb, scope):
            events = _events(kb, question, scope(matter), llm=not no_llm)
            answered = _last(events) if as_json else printing.show_answer(events)
    if answered is None:
        raise typer.Exit(1)
    if as_json:
        _print_json(answered)


def show(
    document: Annotated[str, typer.Argument(help="An id, or a path that is unique.")],
    page: Annotated[int | None, typer.Option(min=1, help="The text of this page.")] = None,
    text: Annotated[bool, typer.Option("--text", help="The canonical text, exactly.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a document: what is known of it, its text, or a page's text."""
    with _catalogue(Settings()) as (library, scope):
        everything = scope(None)
        found = library.find(_as_path(document, library, everything), everything)
        if text:
            _write_exactly(library.text(found.id, everything))
        elif page:
            pages = {p.number: p for p in library.pages(found.id, everything)}
            if page not in pages:
                raise BadRequest(
                    f"“{found.name}” has {len(pages)} pages, so there is no page {page}."
                )
            span = pages[page]
            _write_exactly(library.text(found.id, everything)[span.char_start : span.char_end])
        else:
            sources = [s.path for s in library.sources(found.id, everything)]
            told = {**document_json(found), "sources": sources}
            if as_json:
                _print_json(told)
            else:
                printing.show_rows([(k, v) for k, v in told.items() if v is not None], [12])


def status(as_json: AsJson = False) -> None:
    """Count what is there: documents by state, for each matter."""
    settings = Settings()
    with _catalogue(settings) as (library, scope):
        everything = scope(None)
        told: Json = {
            "data_dir": str(settings.data_dir.absolute()),
            "service": "running" if client.connect(settings) else "not running",
            "documents": library.counts(everything),
            "matters": [
                {**matter_json(m), "documents": library.counts(scope([m.name]))}
                for m in library.matters(everything)
            ],
        }
    if as_json:
        _print_json(told)
        return
    printing.show_rows([("data folder", told["data_dir"]), ("service", told["service"])], [12])
    rows = [(m["matter"], _counted(m["documents"])) for m in told["matters"]]
    printing.show_rows([*rows, ("all", _counted(told["documents"]))], [32])


def doctor(as_json: AsJson = False) -> None:
    """Examine the installation: libraries, models, offline switches, index."""
    report = examine(Settings())
    if as_json:
        _print_json(report)
    else:
        printing.show_rows(list(report["libraries"].items()), [24])
        for model in report["models"]:
            used = "in use" if model["in_use"] else ""
            size = f"{model['size'] / 1e6:.0f} MB"
            row = (model["name"], model["role"], size, model["licence"], used, model["sha256"])
            printing.show_rows([row], [30, 9, 8, 12, 7])
        off = sum(report["offline"].values())
        printing.show_rows(
            [
                ("offline", f"{off} of {len(report['offline'])} switches of vendors are off"),
                ("index", report["index"]["state"]),
                ("disk", f"{report['disk_free_mb']} MB free"),
                *(("problem", problem) for problem in report["problems"]),
            ],
            [24],
        )
    if report["problems"]:
        raise typer.Exit(1)


@matter_app.command("add")
def matter_add(
    name: Annotated[str, typer.Argument(help="The matter's name.")],
    client_name: Annotated[str, typer.Option("--client", help="Whose matter it is.")] = "",
    as_json: AsJson = False,
) -> None:
    """Add a matter, or name its client."""
    with _catalogue(Settings()) as (library, _):
        added = matter_json(library.add_matter(name, client_name))
    if as_json:
        _print_json(added)
    else:
        printing.show_rows([(added["matter"], added["client"])], [32])


@matter_app.command("list")
def matter_list(as_json: AsJson = False) -> None:
    """List the matters that may be read."""
    with _catalogue(Settings()) as (library, scope):
        listed = [matter_json(matter) for matter in library.matters(scope(None))]
    if as_json:
        _print_json({"matters": listed})
    else:
        printing.show_rows([(m["matter"], m["client"]) for m in listed], [32])


@models_app.command("list")
def models_list(as_json: AsJson = False) -> None:
    """List the models: packaged, imported, and the one in use."""
    settings = Settings()
    chosen = chosen_chat(settings)
    embedder = embedder_model(settings)
    listed = [model_json(embedder, in_use=True)]
    for model in {m.name: m for m in (*chat_models(settings), chosen) if m}.values():
        listed.append(model_json(model, in_use=bool(chosen and chosen.name == model.name)))
    if as_json:
        _print_json({"models": listed})
        return
    for row in listed:
        used = "in use" if row["in_use"] else ""
        printing.show_rows([(row["name"], row["role"], used, row["path"])], [30, 9, 7])


@models_app.command("use")
def models_use(name: Annotated[str, typer.Argument(help="A name from `kb models list`.")]) -> None:
    """Choose the language model; a running service takes it at its next start."""
    model = choose_chat(Settings(), name)
    printing.console.print(f"{model.name} answers from now on. Restart a running service.")


@models_app.command("import")
def models_import(
    file: Annotated[Path, typer.Argument(help="A GGUF file.")],
    licence: Annotated[str, typer.Option(help="Its licence, for the record.")] = "unknown",
) -> None:
    """Copy a GGUF file into the store and keep its SHA-256."""
    model = import_chat(Settings(), file, licence)
    printing.console.print(
        Text(
            f"{model.name} imported, SHA-256 {model.sha256}. `kb models use {model.name}` takes it."
        )
    )


def _events(
    kb: KnowledgeBase, question: str, scope: Scope, *, llm: bool
) -> Iterator[tuple[str, Json]]:
    turn = kb.turns.take() if llm else None
    try:
        for event in kb.answerer.events(question, scope, turn=turn):
            yield event_json(event)
    finally:
        if turn:
            turn.leave()


def _last(events: Iterator[tuple[str, Json]]) -> Json | None:
    for name, data in events:
        if name == "done":
            return data
        if name == "error":
            raise KBError(data["problem"])
    return None


@contextmanager
def _opened(
    settings: Settings, *, chat: bool
) -> Iterator[tuple[KnowledgeBase, Callable[[list[str] | None], Scope]]]:
    kb = open_kb(settings, chat=chat)
    try:
        yield kb, _scopes(kb.access)
    finally:
        kb.close()


@contextmanager
def _catalogue(settings: Settings) -> Iterator[tuple[Library, Callable[[list[str] | None], Scope]]]:
    """The catalogue alone, for commands that need neither models nor the index."""
    database: Database = catalogue(settings)
    try:
        library = Library(database)
        yield library, _scopes(Access(library))
    finally:
        database.close()


def _scopes(access: Access) -> Callable[[list[str] | None], Scope]:
    return lambda matters: access.scope(access.local_user(), matters or ())


def _as_path(wanted: str, library: Library, scope: Scope) -> str:
    """A relative path of a file that exists is meant as the file, not as a name."""
    if "/" in wanted and Path(wanted).is_file():
        absolute = str(Path(wanted).absolute())
        try:
            library.find(absolute, scope)
        except NotFound:
            return wanted
        return absolute
    return wanted


def _counted(counts: dict[str, int]) -> str:
    return (
        ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no documents"
    )


def _write_exactly(text: str) -> None:
    """Bytes as they are: no newline added, none translated."""
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _print_json(told: Any) -> None:
    print(json.dumps(told, ensure_ascii=False))
