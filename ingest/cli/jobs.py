"""The commands over jobs: what was offered together, how each file ended, once more the failed."""

import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from ingest.cli.progress import FAILED_EXIT, Manifest, Tally, tell, tell_json
from ingest.folder.batch import Batch
from ingest.folder.scan import Offer
from kb.app.bootstrap import open_kb
from kb.app.catalogue import Catalogue
from kb.cli import output
from kb.cli.options import AsJson
from kb.domain import JobId
from kb.domain.jobs import Job, Outcome
from kb.serializers.jobs import item_json, job_json
from kb.settings import Settings
from kb.text.visible import visible_name

_PAGE = 500

JobArgument = Annotated[str, typer.Argument(help="The id of a job.")]

jobs_app = typer.Typer(
    help="Files offered together, and how each of them ended.", invoke_without_command=True
)


def register(app: typer.Typer) -> None:
    app.add_typer(jobs_app, name="jobs")


@jobs_app.callback()
def jobs(context: typer.Context, as_json: AsJson = False) -> None:
    """List the jobs, newest first, or do one of the things below."""
    if context.invoked_subcommand:
        return
    with closing(Catalogue(Settings())) as known:
        recent = known.jobs.recent(known.access.scope(known.access.local_user()))
    if as_json:
        print(json.dumps({"jobs": [job_json(job) for job in recent]}))
    else:
        output.show_rows([_row(job) for job in recent], [16, 8, 19])


@jobs_app.command("show")
def show(
    job: JobArgument,
    outcome: Annotated[
        list[str] | None,
        typer.Option(help="Only these ends, or `pending`; may be repeated."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write every file and its end to this .jsonl or .csv.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a job: each file, its end and the reason."""
    with closing(Catalogue(Settings())) as known:
        scope = known.access.scope(known.access.local_user())
        found = known.jobs.job(job, scope)
        manifest = Manifest(report) if report else None
        after = 0
        while page := known.jobs.items(
            found.id, scope, outcomes=outcome or (), after=after, limit=_PAGE
        ):
            after = page[-1][0]
            for _, item in page:
                if manifest:
                    manifest.add(item)
                told = item_json(item)
                line = f"{told['status']:<12}  {item.path}"
                line += f": {item.problem}" if item.problem else ""
                print(json.dumps(told, ensure_ascii=False) if as_json else visible_name(line))
        if manifest:
            manifest.close()
    print(json.dumps({"job": job_json(found)}) if as_json else "  ".join(_row(found)))


@jobs_app.command("retry")
def retry(job: JobArgument, as_json: AsJson = False) -> None:
    """Try the failed and quarantined files of a job once more, and only those."""
    with closing(open_kb(Settings(), chat=False)) as kb:
        scope = kb.access.scope(kb.access.local_user())
        found = kb.jobs.job(job, scope)
        told = kb.jobs.last(found.id)
        queued, lost = kb.jobs.retry(found.id, scope)
        matters = {m.id: m.name for m in kb.library.matters(scope)}
        there = [one for one in lost if Path(one.path).is_absolute()]
        sent = [one for one in lost if one not in there]  # a name alone, of a file of somebody's
        offers = [Offer(Path(one.path), matters[one.matter_id]) for one in there]
        batch = Batch(kb, offers, job=JobId(found.id), after=told)
        telling: Callable[..., Tally] = tell_json if as_json else tell
        with closing(batch.run()) as items:
            tally = telling(items) if as_json else telling(items, queued + len(offers))
    for one in sent:
        told_of = f"“{one.path}” was sent over HTTP and never arrived whole. Send it again."
        print(visible_name(told_of), file=sys.stderr)
    print(json.dumps({"summary": tally.json()}) if as_json else tally.sentence())
    if sent or tally.states["failed"] or tally.states["quarantined"]:
        raise typer.Exit(FAILED_EXIT)


def _row(job: Job) -> tuple[str, ...]:
    counts = [f"{job.counts[end]} {end}" for end in Outcome if end in job.counts]
    if job.pending:
        counts.append(f"{job.pending} on their way")
    return job.id, job.kind, job.created_at[:19], f"{job.total} files: {', '.join(counts)}"
