"""`kb verify`: whether every original is what was taken in."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from kb.app.catalogue import Catalogue
from kb.app.verification import Report, verify_databases, verify_original
from kb.cli import output
from kb.cli.options import AsJson
from kb.serializers.results import Json
from kb.settings import Settings
from kb.store.documents.verification import Original, Share

DAMAGED_EXIT = 1
INTERRUPTED_EXIT = 130


def register(app: typer.Typer) -> None:
    app.command()(verify)


def verify(
    share: Annotated[
        int, typer.Option(min=1, help="Read one part of so many; the day decides which.")
    ] = 1,
    whole_catalogue: Annotated[
        bool, typer.Option("--catalogue", help="Examine the database files as well.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read every original and compare it with its hash; also beside a running service."""
    with closing(Catalogue(Settings())) as catalogue:
        part = Share.on(datetime.now().astimezone().date(), share)
        promised = catalogue.verification.promised(part)
        report = Report(part, len(promised))
        interrupted = False
        try:
            if whole_catalogue:
                report.databases = verify_databases(catalogue)
            for original in _shown(promised):
                _verify(catalogue, original, report, quiet=as_json)
        except KeyboardInterrupt:
            interrupted = True
    _tell(report, as_json=as_json, interrupted=interrupted)
    if interrupted:
        raise SystemExit(INTERRUPTED_EXIT)  # `kb` says no more of it: nothing was queued
    if not report.sound:
        raise typer.Exit(DAMAGED_EXIT)


def _verify(catalogue: Catalogue, original: Original, report: Report, *, quiet: bool) -> None:
    scope = catalogue.access.scope(catalogue.access.local_user(), superseded=True)
    damaged = verify_original(catalogue, original, scope)
    report.add(original, damaged)
    if not quiet:
        for one in damaged:
            _tell_damaged(one)


def _shown(promised: list[Original]) -> Iterator[Original]:
    """Each in turn, with a bar of bytes on a terminal."""
    with Progress(
        TextColumn("originals"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        console=output.errors,
        disable=not output.errors.is_terminal,
    ) as bar:
        task = bar.add_task("originals", total=sum(one.size for one in promised))
        for original in promised:
            yield original
            bar.advance(task, original.size)


def _tell_damaged(one: Json) -> None:
    place = output.place(one) if one["document"] else "a document that you may not read"
    output.console.print(place, markup=False, style="bold")
    rows = [("id", one["document_id"]), ("path", one["path"]), ("original", one["problem"])]
    output.show_rows([(f"  {name}", value) for name, value in rows if value], [10])


def _tell(report: Report, *, as_json: bool, interrupted: bool) -> None:
    if as_json:
        output.print_json(report.json())
        return
    for name, faults in (report.databases or {}).items():
        said = "; ".join(faults) or "sound"
        todo = ". Put it back from a backup; `kb doctor` tells then what is lacking." * bool(faults)
        output.show_rows([(name, f"{said}{todo}")], [12])
    told = report.sentence()
    output.console.print(f"Interrupted. {told}" if interrupted else told, markup=False)
