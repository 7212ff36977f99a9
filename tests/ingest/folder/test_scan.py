"""What is found below a folder, and what is left out."""

from pathlib import Path

import pytest

from ingest.folder.batch import Batch
from ingest.folder.dry_run import rehearse
from ingest.folder.scan import find
from kb.app.bootstrap import KnowledgeBase
from kb.domain.jobs import Outcome
from kb.errors import IsStore
from kb.settings import Settings


@pytest.mark.usefixtures("lent_parsers")
def test_a_store_below_a_folder_is_left_out_and_said(kb: KnowledgeBase, settings: Settings) -> None:
    above = settings.data_dir.parent
    (above / "lease").mkdir()
    (above / "lease" / "a.txt").write_text("The rent is 5,000 dollars.")
    kb.files.put([b"of another matter"], limit=99, name="x")
    offers = find([above], None)
    assert [offer.path.name for offer in offers] == ["a.txt", "store"]
    scope = kb.access.scope(kb.access.local_user())
    assert [told for _, told in rehearse(kb, offers, scope)][1].startswith("skipped")
    ended = {Path(item.path).name: item for item in Batch(kb, offers).run()}
    assert ended["a.txt"].outcome is Outcome.READY
    assert ended["store"].outcome is Outcome.SKIPPED
    assert "store of this program" in (ended["store"].problem or "")
    assert len(kb.library.documents(kb.access.scope(kb.access.local_user()), limit=9)) == 1


def test_nothing_inside_a_store_is_offered(kb: KnowledgeBase, settings: Settings) -> None:
    for inside in (settings.data_dir, settings.data_dir / "originals"):
        with pytest.raises(IsStore, match="nothing in it was taken in"):
            find([inside], None)
