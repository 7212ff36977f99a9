"""A store of an evaluation's own, thrown away at the end; it shares the prepared models."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.app.bootstrap import KnowledgeBase, open_kb
from kb.settings import Settings


@contextmanager
def own_store(
    settings: Settings, *, chat: bool, keep: Path | None = None
) -> Iterator[KnowledgeBase]:
    """A store that touches nothing of the one in use.

    It is empty, and gone afterwards; with `keep` it is that folder, which stays.
    """
    models = settings.data_dir.absolute() / "models"
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as passing:
        place = keep or Path(passing)
        place.mkdir(parents=True, exist_ok=True)
        if not (place / "models").exists():
            (place / "models").symlink_to(models)
        kb = open_kb(settings.model_copy(update={"data_dir": place}), chat=chat)
        try:
            yield kb
        finally:
            kb.close()
