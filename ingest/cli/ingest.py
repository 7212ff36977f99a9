"""The commands that bring documents in: ingest, jobs and reindex."""

import json
import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from ingest.citations.reextract import read_again
from ingest.cli.progress import FAILED_EXIT, Manifest, Tally, tell, tell_json
from ingest.folder.batch import Batch
from ingest.folder.dry_run import rehearse
from ingest.folder.mirror import apply, drift
from ingest.folder.scan import Offer, absolute_path, find
from ingest.folder.watch import follow
from ingest.pipeline import Engine
from kb.app import client
from kb.app.bootstrap import KnowledgeBase, open_kb
from kb.app.catalogue import Catalogue
from kb.domain.jobs import JobItem
from kb.errors import BadRequest, KBError
from kb.settings import Settings
from kb.store.blobs import written
from kb.store.vectors.unreadable import words_only_documents
from kb.text.visible import visible_name

AsJson = Annotated[bool, typer.Option("--json", help="One JSON line for each file.")]


def register(app: typer.Typer) -> None:
    app.command()(ingest)
    app.command()(reindex)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders to take in.")],
    *,
    matter: Annotated[
        str | None,
        typer.Option(help="The matter; without it the first folder below PATH names it."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write every file and its end to this .jsonl or .csv.")
    ] = None,
    sync: Annotated[
        bool, typer.Option("--sync", help="Mirror moves and deletions of one folder as well.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Mirror one folder and follow it until Ctrl-C.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="Parser processes; 0 means as KB_WORKERS says.")
    ] = 0,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="Where documents are read and embedded.")
    ] = "local",
    address: Annotated[
        str, typer.Option(help="A running Ray cluster; without it one is started here.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take documents in: parse, cut, embed, index. Safe to run again and to interrupt."""
    settings = Settings()
    if (sync or watch) and (len(paths) != 1 or not paths[0].is_dir()):
        raise BadRequest("--sync and --watch take one folder.")
    if engine == "ray" and (watch or client.connect(settings)):
        raise BadRequest("A running service or --watch reads here. Stop it to use --engine ray.")
    if dry_run:
        folder = absolute_path(paths[0]) if sync else None
        _rehearse(settings, find(paths, matter), folder, as_json=as_json)
        return
    asked = _Asked(paths, matter, sync, watch, workers)
    made = _on_ray(workers, address) if engine == "ray" else None
    tally = _taken_in(settings, asked, Manifest(report) if report else None, made, as_json=as_json)
    if tally.states["failed"] or tally.states["quarantined"]:
        raise typer.Exit(FAILED_EXIT)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be taken in, and how."""

    paths: list[Path]
    matter: str | None
    sync: bool
    watch: bool
    workers: int


def _taken_in(
    settings: Settings,
    asked: _Asked,
    manifest: Manifest | None,
    engine: Callable[[KnowledgeBase], Engine] | None,
    *,
    as_json: bool,
) -> Tally:
    folder = absolute_path(asked.paths[0])
    kb = open_kb(settings, chat=False)
    try:
        if asked.watch:
            return _told(follow(kb, folder, asked.matter), 0, manifest, as_json=as_json)
        offers = find(asked.paths, asked.matter)
        if asked.sync:
            _mirror(kb, folder, offers, as_json=as_json)
        before = _in_words_only(kb)
        items = Batch(kb, offers, workers=asked.workers, engine=engine).run()
        tally = _told(items, len(offers), manifest, as_json=as_json)
        if not as_json:
            _tell_of_writing(kb, _in_words_only(kb) - before)
        with suppress(KBError):  # a full disk: the next owner does it
            kb.purging.run(now=True)
        return tally
    finally:
        kb.close()
        if manifest:
            manifest.close()


def _in_words_only(kb: KnowledgeBase) -> int:
    return kb.library.words_only(kb.access.scope(kb.access.local_user()))


def _tell_of_writing(kb: KnowledgeBase, count: int) -> None:
    """Once, where documents that came in hold writing that the model cannot read."""
    if count > 0:
        Console(highlight=False).print(words_only_documents(count, kb.embedder.name))


def _told(
    items: Generator[JobItem, None, None], total: int, manifest: Manifest | None, *, as_json: bool
) -> Tally:
    started = time.perf_counter()

    def noted() -> Generator[JobItem, None, None]:
        for item in items:
            if manifest:
                manifest.add(item)
            yield item

    with (
        closing(items),
        closing(noted()) as known,
    ):  # an interrupt stops the worker before the store
        tally = tell_json(known) if as_json else tell(known, total)
    tally.seconds = time.perf_counter() - started
    if as_json:
        print(json.dumps({"summary": tally.json()}))
    else:
        Console(highlight=False).print(tally.sentence())
    return tally


def _on_ray(workers: int, address: str) -> Callable[[KnowledgeBase], Engine]:
    """Raises `BadRequest` where the extra is not installed."""
    try:
        from ingest.ray_engine import RayEngine  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise BadRequest("Ray is not installed. `make setup-ray` installs it.") from error

    def made(kb: KnowledgeBase) -> Engine:
        size = workers or kb.settings.workers or os.cpu_count() or 1
        return RayEngine(kb.settings, kb.embedder.name, size=size, address=address)

    return made


def _mirror(kb: KnowledgeBase, folder: Path, offers: list[Offer], *, as_json: bool) -> None:
    change = drift(kb, folder, offers)
    erased = apply(kb, change)
    if (change.moved or change.gone) and not as_json:
        print(
            f"{len(change.moved)} files have moved, {len(change.gone)} are gone: "
            f"{erased} documents were taken out.",
            file=sys.stderr,
        )


def _rehearse(
    settings: Settings, offers: list[Offer], folder: Path | None, *, as_json: bool
) -> None:
    with closing(Catalogue(settings)) as catalogue:
        scope = catalogue.access.scope(catalogue.access.local_user(), superseded=True)
        told = list(rehearse(catalogue, offers, scope))
        if folder:
            change = drift(catalogue, folder, offers)
            moved = {written(path): source.path for source, path in change.moved}
            told = [(p, f"moved from {moved[p]}") if p in moved else (p, what) for p, what in told]
            told.extend((source.path, "gone") for source in change.gone)
    for path, what in told:
        line = f"{what}  {visible_name(path)}"
        print(json.dumps({"path": path, "would": what}) if as_json else line)


def reindex(
    as_json: Annotated[bool, typer.Option("--json", help="The result as JSON.")] = False,
) -> None:
    """Build the vector index anew from the catalogue; embed again if the model changed.

    Legal citations of documents that were taken in before they were read are read now.
    """
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
    with closing(Catalogue(settings)) as catalogue:
        read = read_again(catalogue, settings)
    if as_json:
        print(json.dumps({"vectors": count, **({"citations_read": read} if read else {})}))
        return
    print(f"The index holds {count} vectors.")
    if read:
        print(f"The legal citations of {read} documents were read.")
