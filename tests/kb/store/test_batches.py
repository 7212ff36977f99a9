"""Writes in several transactions: killed between any two, all is whole after the next start."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, Fact, Scope
from kb.settings import Settings
from kb.store import write_batches
from kb.store.database import Database
from kb.store.lexical.postings import ENTRY
from kb.store.lexical.terms import reword
from kb.store.write_batches import Gone, at_once, in_batches
from tests.fakes import FakeEmbedder
from tests.shelf import embed, put
from tests.soak.invariants import broken

SAID = "\n\n".join(
    f"The rent of house {n} is {n}00 dollars, payable in advance." for n in range(45)
)
MESSAGE = (Fact("message-id", "one@firm"),)
REPLY = (Fact("reply-to", "one@firm"), Fact("language", "en"))


class Killed(BaseException):
    """Stands for SIGKILL: nothing that the program would do at its end is done."""


def opened(folder: Path) -> KnowledgeBase:
    kb = KnowledgeBase(Settings(data_dir=folder), embedder=FakeEmbedder(), chat=None)
    kb.index = None  # what is tested is the catalogue; an index that is not opened costs nothing
    return kb


def killed(kb: KnowledgeBase) -> None:
    kb.database.close()
    kb.owner.release()


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


@pytest.fixture(autouse=True)
def every_step_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step is a transaction, so that a kill may fall between any two."""
    monkeypatch.setattr(write_batches, "BATCH_S", 0.0)
    monkeypatch.setattr(write_batches, "PAUSE_S", 0.0)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A message, a long paper beside it, and a note in the same part."""
    folder = tmp_path_factory.mktemp("base") / "store"
    kb = opened(folder)
    put(kb, "alpha", "note.txt", "The rent of the note.")
    put(kb, "alpha", "message.eml", SAID, facts=MESSAGE)
    kb.close()
    return folder


@contextmanager
def at_most(database: Database, writes: int) -> Iterator[list[int]]:
    """The process is killed when it begins one more transaction than that; how many it began."""
    began, write = [0], database.write

    def counted() -> Any:
        if began[0] == writes:
            raise Killed
        began[0] += 1
        return write()

    database.write = counted  # type: ignore[method-assign]  # this one object's
    try:
        yield began
    finally:
        database.write = write  # type: ignore[method-assign]


def reading(kb: KnowledgeBase) -> None:
    if not any(one.name == "reply.eml" for one in documents(kb)):
        put(kb, "alpha", "reply.eml", "I agree.", facts=REPLY, quoted=SAID)
    if kb.queue.claim_to_read() is not None:  # promised before, and read now
        killed_claims(kb)
        put(kb, "alpha", "reply.eml", "I agree.", facts=REPLY, quoted=SAID)
    if any(one.status == "words" for one in documents(kb)):
        embed(kb)


def killed_claims(kb: KnowledgeBase) -> None:
    kb.queue.give_back()


def erasing(kb: KnowledgeBase) -> None:
    for one in documents(kb):
        if one.name == "message.eml":
            kb.deleting.delete(one.id, kb.files, before=lambda _: None)


def retitling(kb: KnowledgeBase) -> None:
    [one] = [one for one in documents(kb) if one.name == "message.eml"]
    kb.contents.state(one.id, "title", ["Houses"], everything(kb))


def documents(kb: KnowledgeBase) -> list[Document]:
    return kb.library.documents(everything(kb), limit=100)


def whole(folder: Path) -> list[str]:
    """What is broken; there is no index here, and a title's vectors follow at a reindex."""
    besides = ("there is no index", "a vector of another text")
    return [told for told in broken(folder) if not any(one in told for one in besides)]


def swept(
    base: Path, tmp_path: Path, work: Callable[[KnowledgeBase], None], check: Callable[..., None]
) -> int:
    """Kill `work` before each of its transactions; after the next start and run all is whole."""
    writes = 0
    while True:
        folder = tmp_path / f"killed-{writes}"
        shutil.copytree(base, folder)
        kb = opened(folder)
        try:
            with at_most(kb.database, writes):
                work(kb)
            kb.close()
            return writes
        except Killed:
            killed(kb)
        kb = opened(folder)
        work(kb)
        check(kb)
        kb.close()
        assert whole(folder) == [], f"killed before transaction {writes + 1}"
        shutil.rmtree(folder)
        writes += 1 + writes // 12  # all of the first, and some of the many alike


def test_a_reading_killed_at_any_moment_is_made_again(base: Path, tmp_path: Path) -> None:
    def check(kb: KnowledgeBase) -> None:
        [reply] = [one for one in documents(kb) if one.name == "reply.eml"]
        assert (reply.status, reply.chunks) == ("ready", 1)  # the message holds the rest

    assert swept(base, tmp_path, reading, check) > 20


def test_an_erasure_killed_at_any_moment_is_ended_by_the_next_owner(
    base: Path, tmp_path: Path
) -> None:
    replied = tmp_path / "replied"
    shutil.copytree(base, replied)
    kb = opened(replied)
    reading(kb)
    kb.close()

    def work(kb: KnowledgeBase) -> None:
        erasing(kb)
        while any(one.status == "words" for one in documents(kb)):
            embed(kb)

    def check(kb: KnowledgeBase) -> None:
        assert [one.name for one in documents(kb)] == ["reply.eml", "note.txt"]
        assert documents(kb)[0].chunks == 46  # what the message held came back

    assert swept(replied, tmp_path, work, check) > 20


def test_a_title_stated_is_searched_whenever_its_writing_was_killed(
    base: Path, tmp_path: Path
) -> None:
    def check(kb: KnowledgeBase) -> None:
        assert len(kb.keywords.match(["hous"], everything(kb)).postings["hous"].entries) == 45

    assert swept(base, tmp_path, retitling, check) > 10


def test_what_is_being_erased_is_seen_by_nobody_from_the_first_moment(
    base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(base, folder)
    kb = opened(folder)
    with pytest.raises(Killed), at_most(kb.database, 1):
        erasing(kb)
    scope = everything(kb)
    assert [one.name for one in documents(kb)] == ["note.txt"]
    assert kb.library.counts(scope) == {"ready": 1}
    assert kb.keywords.match(["advanc"], scope).chunks == 1
    assert kb.connectors.search("dollars", scope).documents == 0
    [[known]] = kb.database.rows("SELECT id FROM document WHERE status = 'erasing'")
    assert kb.contents.facts(known, scope) == []
    killed(kb)


def test_a_reading_is_seen_by_nobody_before_its_last_moment(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(base, folder)
    kb = opened(folder)
    with pytest.raises(Killed), at_most(kb.database, 12):
        put(kb, "alpha", "new.txt", "A wholly new zyzzyva.\n\n" + SAID)
    scope = everything(kb)
    assert kb.connectors.search("zyzzyva", scope).documents == 0
    assert not len(kb.keywords.match(["zyzzyva"], scope).postings["zyzzyva"].entries)
    killed(kb)


def test_what_has_no_place_any_more_is_not_written(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(base, folder)
    kb = opened(folder)
    asked: list[int] = []

    def holds(_: Any) -> bool:
        asked.append(1)
        return len(asked) < 3

    def steps() -> Any:
        connection = yield
        while True:
            connection.execute("INSERT INTO fact VALUES ('n' || ?, '')", (len(asked),))
            connection = yield

    with pytest.raises(Gone):
        in_batches(kb.database, steps(), holds=holds)
    assert len(kb.database.rows("SELECT 1 FROM fact WHERE name LIKE 'n_'")) == 2
    kb.close()


def test_steps_may_be_taken_inside_a_transaction_of_the_callers(tmp_path: Path) -> None:
    taken: list[object] = []

    def steps() -> Any:
        for _ in range(3):
            taken.append((yield))
        return "done"

    connection = object()
    assert at_once(connection, steps()) == "done"
    assert taken == [connection] * 3


def entered(kb: KnowledgeBase) -> int:
    rows = kb.database.rows("SELECT entries FROM posting")
    return sum(len(row[0]) // ENTRY.itemsize for row in rows)


def test_two_processes_never_write_the_words_of_one_document_at_once(
    base: Path, tmp_path: Path
) -> None:
    """Another process's connection and lock stand for it: two commands that correct facts."""
    folder = tmp_path / "store"
    shutil.copytree(base, folder)
    kb = opened(folder)
    before = entered(kb)
    [message] = [one for one in documents(kb) if one.name == "message.eml"]
    with closing(Database(folder / "catalogue.db")) as theirs:
        both = [Thread(target=reword, args=(one, message.id)) for one in (kb.database, theirs)]
        for one in both:
            one.start()
        for one in both:
            one.join()
    assert entered(kb) == before
    kb.close()
    assert whole(folder) == []


def test_words_that_a_killed_command_left_half_written_are_mended_by_who_owns(
    base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(base, folder)
    kb = opened(folder)
    with pytest.raises(Killed), at_most(kb.database, 5):
        retitling(kb)
    assert not len(kb.keywords.match(["hous"], everything(kb)).postings["hous"].entries)
    kb.queue.mend()
    assert len(kb.keywords.match(["hous"], everything(kb)).postings["hous"].entries) == 45
    kb.close()


def test_a_long_reader_holds_up_no_writer_after_an_erasure(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(base, folder)
    kb = opened(folder)
    with closing(Database(folder / "catalogue.db")) as reading, reading.snapshot():
        reading.rows("SELECT count(*) FROM chunk")
        began = time.monotonic()
        erasing(kb)
        kb.library.add_matter("beta")
        assert time.monotonic() - began < 10  # SQLite would wait for thirty seconds
        assert not kb.database.empty_log()
    assert kb.database.empty_log()
    kb.close()
