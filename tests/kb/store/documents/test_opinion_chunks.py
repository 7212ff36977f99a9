"""Of which part of a court's opinion a chunk is: kept with it, and unknown in older stores."""

from contextlib import closing
from pathlib import Path

from kb.app.bootstrap import KnowledgeBase
from kb.domain import OpinionPart
from kb.store.database import Database
from kb.store.schema.migrations import STEPS, migrate
from tests.shelf import put

OLDER = (
    "INSERT INTO matter (id, name, opened) VALUES ('m', 'alpha', '')",
    "INSERT INTO document (id, matter_id, name, sha256, size, status, added_at) "
    "VALUES ('d', 'm', 'a.txt', '', 0, 'ready', '')",
    "INSERT INTO chunk (id, document_id, matter_id, ordinal, heading, char_start, char_end, text, "
    "length) VALUES ('d-0', 'd', 'm', 0, '', 0, 4, 'Rent', 0)",
)


def test_chunks_of_an_older_store_are_of_no_part(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "older.db")) as database:
        step = next(at for at in range(len(STEPS), 0, -1) if not _tells(tmp_path, at))
        migrate(database, STEPS[:step])
        with database.write() as connection:
            for statement in OLDER:
                connection.execute(statement)
        migrate(database)
        columns = {row["name"] for row in database.rows("PRAGMA table_info(chunk)")}
        assert {"opinion", "opinion_by"} <= columns
        [row] = database.rows("SELECT opinion, opinion_by FROM chunk")
        assert tuple(row) == ("", "")


def _tells(folder: Path, steps: int) -> bool:
    """Whether a store of this shape tells parts of opinions."""
    with closing(Database(folder / f"{steps}.db")) as database:
        migrate(database, STEPS[:steps])
        return "opinion" in {row["name"] for row in database.rows("PRAGMA table_info(chunk)")}


def test_what_is_no_opinion_has_no_part(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "lease.txt", "The rent is due.\n\nIt is so ordered.")
    scope = kb.access.scope(kb.access.local_user())
    [first, *_] = kb.retriever.search("rent", scope, limit=1).passages
    assert first.chunk.opinion is None
    assert kb.chunks.of_parts([document.id], list(OpinionPart), scope) == []
    assert kb.chunks.opinion_spans(document.id, scope) == []
