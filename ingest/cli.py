"""The commands that bring documents in: ingest and reindex."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from ingest.following import Batch, Outcome
from ingest.offering import find
from kb import client
from kb.settings import Settings
from kb.wiring import open_kb

FAILED_EXIT = 3


def register(app: typer.Typer) -> None:
    app.command()(ingest)
    app.command()(reindex)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to take in.")],
    matter: Annotated[
        str | None,
        typer.Option(help="The matter; without it the first folder below PATH names it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for each file.")] = False,
) -> None:
    """Take documents in: parse, cut, embed, index. Safe to run again and to interrupt."""
    settings = Settings()
    offers = find(paths, matter)
    started = time.perf_counter()
    kb = open_kb(settings, chat=False)
    try:
        batch = Batch(kb, offers)
        with closing(batch.run()) as outcomes:  # an interrupt stops the worker before the store
            tally = _tell_json(outcomes) if as_json else _tell(outcomes, len(offers))
    finally:
        kb.close()
    tally.seconds = time.perf_counter() - started
    if as_json:
        print(json.dumps({"summary": tally.json()}))
    else:
        Console(highlight=False).print(tally.sentence())
    if tally.states["failed"] or tally.states["quarantined"]:
        raise typer.Exit(FAILED_EXIT)


def reindex(
    as_json: Annotated[bool, typer.Option("--json", help="The result as JSON.")] = False,
) -> None:
    """Build the vector index anew from the catalogue; embed again if the model changed."""
    settings = Settings()
    owner = client.connect(settings)
    if owner:
        count = owner.reindex()
    else:
        kb = open_kb(settings, chat=False, renewing=True)
        try:
            count = kb.reindex()
        finally:
            kb.close()
    print(json.dumps({"vectors": count}) if as_json else f"The index holds {count} vectors.")


class Tally:
    """Outcomes by state, with pages and chunks of what was read now."""

    def __init__(self) -> None:
        self.states: Counter[str] = Counter()
        self.pages = 0
        self.chunks = 0
        self.seconds = 0.0

    def add(self, outcome: Outcome) -> None:
        self.states[outcome.status] += 1
        if outcome.document and outcome.status == "ready":
            self.pages += outcome.document.pages or 0
            self.chunks += outcome.document.chunks

    def json(self) -> dict[str, object]:
        return {
            "files": sum(self.states.values()),
            **{s: self.states[s] for s in ("ready", "unchanged", "skipped", "failed")},
            "quarantined": self.states["quarantined"],
            "pages": self.pages,
            "chunks": self.chunks,
            "seconds": round(self.seconds, 2),
        }

    def sentence(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in self.states.items())
        return (
            f"{sum(self.states.values())} files: {states or 'none found'}. "
            f"{self.pages} pages, {self.chunks} chunks in {self.seconds:.1f} s."
        )


def _tell_json(outcomes: Iterator[Outcome]) -> Tally:
    tally = Tally()
    for outcome in outcomes:
        tally.add(outcome)
        print(json.dumps(outcome.json(), ensure_ascii=False), flush=True)
    return tally


def _tell(outcomes: Iterator[Outcome], total: int) -> Tally:
    """A live bar on a terminal, plain lines elsewhere; every problem is printed either way."""
    tally, console = Tally(), Console(highlight=False, soft_wrap=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[detail]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stdout.isatty(),
    ) as bar:
        task = bar.add_task("files", total=total, detail="")
        began = time.perf_counter()
        for outcome in outcomes:
            tally.add(outcome)
            rate = sum(tally.states.values()) / (time.perf_counter() - began)
            detail = f"{tally.pages} pages · {tally.chunks} chunks · {rate:.1f} files/s"
            bar.update(task, advance=1, detail=detail)
            if outcome.problem:
                console.print(f"{outcome.status}  {outcome.path}: {outcome.problem}", markup=False)
            elif bar.disable:
                console.print(f"{outcome.status}  {outcome.path}", markup=False)
    return tally
