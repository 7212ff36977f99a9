"""The commands that search: search, similar, ask; and doctor."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import Annotated

import typer

from kb.app import client
from kb.app.bootstrap import Catalogue, KnowledgeBase, open_kb
from kb.cli import output
from kb.cli.doctor import examine
from kb.cli.models import models_app
from kb.cli.options import AsJson, Matters, Old, filtered
from kb.domain import DocumentId, Scope
from kb.domain.filters import Filters
from kb.domain.similar import Sample
from kb.errors import KBError
from kb.guard.access import Access
from kb.search.filter_parser import written_of
from kb.search.surrounding import MOST
from kb.serializers.results import Json, alike_json, event_json, facets_json, search_json
from kb.serializers.terms import check_paging, matched_json
from kb.settings import Settings

Counted = Annotated[
    bool, typer.Option("--facets", help="Count the documents by kind, court, year and so on.")
]
Terms = Annotated[
    bool, typer.Option("--terms", help='QUERY is terms and connectors: indemnif! w/10 "loss".')
]
Offset = Annotated[int, typer.Option(min=0, help="With --terms: passages to pass over first.")]
Among = Annotated[
    str, typer.Option("--among", metavar="TERMS", help="Only documents that match these terms.")
]


def register(app: typer.Typer) -> None:
    for command in (filtered(search), filtered(similar), filtered(ask), doctor):
        app.command()(command)
    app.add_typer(models_app, name="models")


def search(
    query: Annotated[str, typer.Argument(help="Words or a question.")],
    matter: Matters = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Passages to show.")] = 10,
    old: Old = False,
    *,
    facets: Counted = False,
    terms: Terms = False,
    offset: Offset = 0,
    around: Annotated[
        int, typer.Option(min=0, max=MOST, help="Characters before and after each passage.")
    ] = 0,
    as_json: AsJson = False,
    filters: Filters,
) -> None:
    """Find passages by meaning and by words, or by terms and connectors."""
    check_paging(offset, terms=terms)
    settings = Settings()
    owner = client.connect(settings)
    if owner:
        asked = {"old_versions": old, "filters": written_of(filters), "facets": facets}
        asked |= {"around": around, **({"mode": "terms", "offset": offset} if terms else {})}
        found = owner.search(query, matter or [], limit, **asked)
    else:
        with closing(Catalogue(settings) if terms else open_kb(settings, chat=False)) as kb:
            scope = _scopes(kb.access)(matter, old or filters.old)
            within = kb.selection.within(filters, scope)
            if isinstance(kb, KnowledgeBase):
                part = {"limit": limit, "around": around}
                found = search_json(kb.retriever.search(query, scope, **part, within=within))
            else:
                part = {"limit": limit, "offset": offset, "around": around}
                found = matched_json(kb.connectors.search(query, scope, **part, within=within))
            if facets:
                counted = kb.connectors.documents(query, scope) if terms else None
                found |= facets_json(kb.facets.count(filters, scope, within=counted))
    if as_json:
        output.print_json(found)
    else:
        output.show_passages(found)
        output.show_facets(found)


def similar(
    document: Annotated[str, typer.Argument(help="An id, or a path that is unique.")],
    page: Annotated[int | None, typer.Option(min=1, help="Only this page of it.")] = None,
    start: Annotated[int | None, typer.Option(min=0, help="A passage's first character.")] = None,
    end: Annotated[int | None, typer.Option(min=1, help="One past its last character.")] = None,
    *,
    matter: Matters = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most of each to show.")] = 10,
    old: Old = False,
    as_json: AsJson = False,
    filters: Filters,
) -> None:
    """Find passages and documents like a document or a passage of one."""
    settings = Settings()
    owner = client.connect(settings)
    sample = Sample(document, page, start, end)
    if owner:
        asked = {"old_versions": old, "filters": written_of(filters), **asdict(sample)}
        found = owner.similar(matter or [], limit, **asked)
    else:
        with _opened(settings, chat=False) as (kb, scopes):
            scope = scopes(matter, old or filters.old)
            within = kb.selection.within(filters, scope)
            alike = kb.similar.find(sample, scopes(None, True), scope, limit=limit, within=within)
            found = alike_json(alike)
    if as_json:
        output.print_json(found)
    else:
        output.show_alike(found)


def ask(
    question: Annotated[str, typer.Argument(help="A question about the documents.")],
    matter: Matters = None,
    no_llm: Annotated[bool, typer.Option("--no-llm", help="Quotes alone, no model.")] = False,
    among: Among = "",
    as_json: AsJson = False,
    *,
    filters: Filters,
) -> None:
    """Answer a question: verbatim quotes first, then the model's prose, each sentence judged."""
    settings = Settings()
    owner = client.connect(settings)
    if owner:
        asked = {"filters": written_of(filters), "among": among}
        events = owner.ask(question, matter or [], llm=not no_llm, **asked)
        answered = _last(events) if as_json else output.show_answer(events)
    else:
        with _opened(settings, chat=not no_llm) as (kb, scopes):
            scope = scopes(matter, filters.old)
            within = kb.connectors.among(among, scope, kb.selection.within(filters, scope))
            events = _events(kb, question, scope, within, llm=not no_llm)
            answered = _last(events) if as_json else output.show_answer(events)
    if answered is None:
        raise typer.Exit(1)
    if as_json:
        output.print_json(answered)


def doctor(as_json: AsJson = False) -> None:
    """Examine the installation: libraries, models, offline switches, index."""
    report = examine(Settings())
    if as_json:
        output.print_json(report)
    else:
        output.show_rows(list(report["libraries"].items()), [24])
        for model in report["models"]:
            used = "in use" if model["in_use"] else ""
            size = f"{model['size'] / 1e6:.0f} MB"
            row = (model["name"], model["role"], size, model["licence"], used, model["sha256"])
            output.show_rows([row], [30, 9, 8, 12, 7])
        off = sum(report["offline"].values())
        output.show_rows(
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


def _events(
    kb: KnowledgeBase,
    question: str,
    scope: Scope,
    within: frozenset[DocumentId] | None,
    *,
    llm: bool,
) -> Iterator[tuple[str, Json]]:
    turn = kb.turns.take() if llm else None
    try:
        for event in kb.answerer.events(question, scope, turn=turn, within=within):
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
) -> Iterator[tuple[KnowledgeBase, Callable[[list[str] | None, bool], Scope]]]:
    kb = open_kb(settings, chat=chat)
    try:
        yield kb, _scopes(kb.access)
    finally:
        kb.close()


def _scopes(access: Access) -> Callable[[list[str] | None, bool], Scope]:
    return lambda matters, old: access.scope(access.local_user(), matters or (), superseded=old)
