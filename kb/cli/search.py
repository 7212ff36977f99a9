"""The commands that search: search, similar, ask."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from typing import Annotated

import typer

from kb.app import client
from kb.app.ask import Question, answer_events
from kb.app.bootstrap import open_kb
from kb.app.catalogue import Catalogue
from kb.app.narrowing import Narrowing
from kb.app.search import Search, find_similar, search_documents, search_terms
from kb.cli import output
from kb.cli.options import AsJson, Matters, Old, filtered, what_is_asked
from kb.domain.filters import Filters
from kb.domain.similar import Sample
from kb.errors import KBError
from kb.search.filter_parser import written_of
from kb.search.surrounding import MOST
from kb.serializers.results import Json
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
    for command in (filtered(search), filtered(similar), filtered(ask)):
        app.command()(command)


def search(
    query: Annotated[str, typer.Argument(help="Words or a question; - reads standard input.")],
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
    query = what_is_asked(query)
    asked = Search(query, limit, offset, around, terms=terms, facets=facets)
    by = Narrowing(tuple(matter or ()), filters, old)
    settings = Settings()
    owner = client.connect(settings)
    if owner:
        more = {**_sent(by), "facets": facets, "around": around}
        more |= {"mode": "terms", "offset": offset} if terms else {}
        found = owner.search(query, by.matters, limit, **more)
    elif terms:
        with closing(Catalogue(settings)) as catalogue:
            found = search_terms(catalogue, catalogue.access.local_user(), asked, by)
    else:
        with closing(open_kb(settings, chat=False)) as kb:
            found = search_documents(kb, kb.access.local_user(), asked, by)
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
    sample = Sample(document, page, start, end)
    by = Narrowing(tuple(matter or ()), filters, old)
    settings = Settings()
    owner = client.connect(settings)
    if owner:
        found = owner.similar(by.matters, limit, **_sent(by), **asdict(sample))
    else:
        with closing(open_kb(settings, chat=False)) as kb:
            found = find_similar(kb, kb.access.local_user(), sample, by, limit=limit)
    if as_json:
        output.print_json(found)
    else:
        output.show_alike(found)


def ask(
    question: Annotated[str, typer.Argument(help="A question; - reads it from standard input.")],
    matter: Matters = None,
    no_llm: Annotated[bool, typer.Option("--no-llm", help="Quotes alone, no model.")] = False,
    among: Among = "",
    as_json: AsJson = False,
    *,
    filters: Filters,
) -> None:
    """Answer a question: verbatim quotes first, then the model's prose, compared with them."""
    asked = Question(what_is_asked(question), llm=not no_llm)
    by = Narrowing(tuple(matter or ()), filters, among=among)
    settings = Settings()
    owner = client.connect(settings)
    answered_by = _last if as_json else output.show_answer
    if owner:
        more = {"filters": written_of(filters), "among": among}
        answered = answered_by(owner.ask(asked.text, by.matters, llm=asked.llm, **more))
    else:
        with closing(open_kb(settings, chat=asked.llm)) as kb:
            answered = answered_by(answer_events(kb, kb.access.local_user(), asked, by))
    if answered is None:
        raise typer.Exit(1)
    if as_json:
        output.print_json(answered)


def _sent(by: Narrowing) -> Json:
    """As the fields of a request to the owner; matters are a field of their own."""
    return {"old_versions": by.old, "filters": written_of(by.filters)}


def _last(events: Iterable[tuple[str, Json]]) -> Json | None:
    for name, data in events:
        if name == "done":
            return data
        if name == "error":
            raise KBError(data["problem"])
    return None
