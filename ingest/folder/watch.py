"""Following a folder: what changes in it is offered, what goes is taken out."""

import threading
from collections.abc import Generator, Iterator
from pathlib import Path

from watchfiles import watch

from ingest.folder.batch import Batch
from ingest.folder.mirror import apply, drift
from ingest.folder.scan import Offer, find
from kb.app.bootstrap import KnowledgeBase
from kb.domain.jobs import JobItem

SETTLE_MS = 1500
"""How long a folder must be quiet before its changes are taken in: files arrive in pieces."""
LOOK_MS = 500
"""How often it is asked whether to stop."""


def follow(
    kb: KnowledgeBase, folder: Path, matter: str | None, *, stop: threading.Event | None = None
) -> Generator[JobItem, None, None]:
    """Mirror the folder, then whatever changes in it, until `stop` or Ctrl-C; each end once."""
    watched = watch(
        folder,
        stop_event=stop,
        debounce=SETTLE_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    next(watched, None)  # it looks from here on, so nothing falls between the two
    yield from _take_in(kb, folder, find([folder], matter), None)
    for changes in watched:
        if not changes:
            continue
        touched = {path for _, path in changes}
        yield from _take_in(kb, folder, find([folder], matter), touched)


def _take_in(
    kb: KnowledgeBase, folder: Path, offers: list[Offer], touched: set[str] | None
) -> Iterator[JobItem]:
    apply(kb, drift(kb, folder, offers))
    if touched is not None:
        offers = [offer for offer in offers if str(offer.path) in touched or _below(offer, touched)]
    if offers:
        yield from Batch(kb, offers, kind="watch").run()


def _below(offer: Offer, touched: set[str]) -> bool:
    """A folder that was moved in is one change; what it holds is not told."""
    return any(str(parent) in touched for parent in offer.path.parents)
