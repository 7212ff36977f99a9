"""Originals are read by their hash: what is missing or has changed is refused, marked and told."""

import os
import time
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, Scope
from kb.errors import OriginalChanged, OriginalDamaged
from kb.store.blobs import FileStore
from kb.store.database import Database
from kb.store.documents.verification import Original, Share
from kb.store.scope import ERASING
from tests.damage import Harm, changed_byte, every_harm, missing, restore
from tests.shelf import offer

CONTENT = b"The monthly rent is 5,000 dollars.\n" * 100


@pytest.fixture
def lease(kb: KnowledgeBase) -> Document:
    return offer(kb, "alpha", "/alpha/lease.txt", CONTENT)


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def original_of(kb: KnowledgeBase) -> Original:
    [one] = kb.verification.promised(Share(1, 0))
    return one


def mark(kb: KnowledgeBase, document: Document) -> str | None:
    return kb.library.document(document.id, everything(kb)).damage


@every_harm
def test_what_is_damaged_is_refused_and_marked_until_it_is_right(
    kb: KnowledgeBase,
    lease: Document,
    monkeypatch: pytest.MonkeyPatch,
    harm: Harm,
    kind: type[OriginalDamaged],
) -> None:
    with kb.verification.opened(lease.sha256, lease.name) as file:
        assert file.read() == CONTENT
    assert mark(kb, lease) is None
    harm(kb.files.path(lease.sha256), monkeypatch)
    with (
        pytest.raises(kind, match=r"“lease\.txt”.*kb verify"),
        kb.verification.opened(lease.sha256, lease.name),
    ):
        pytest.fail("it was opened")
    assert mark(kb, lease) == kind.code
    assert type(kb.verification.examine(original_of(kb))) is kind
    restore(kb, lease.sha256, CONTENT, monkeypatch)
    assert mark(kb, lease) == kind.code  # nobody has looked yet
    assert kb.verification.examine(original_of(kb)) is None
    assert mark(kb, lease) is None


def in_its_place(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(CONTENT.upper())
    other.replace(path)


def in_the_file(path: Path) -> None:
    changed_byte(path, pytest.MonkeyPatch())


@pytest.mark.parametrize("write", [in_its_place, in_the_file, os.unlink])
def test_what_changes_while_a_child_reads_it_is_refused_afterwards(
    kb: KnowledgeBase, lease: Document, write: object
) -> None:
    assert callable(write)
    time.sleep(0.02)  # the clock of a file system goes by ticks, and the file is this young
    with pytest.raises(OriginalDamaged), kb.verification.held(lease.sha256, lease.name) as path:
        write(path)
    assert mark(kb, lease) is not None


def test_what_is_only_touched_while_a_child_reads_it_is_right(
    kb: KnowledgeBase, lease: Document
) -> None:
    with kb.verification.held(lease.sha256, lease.name) as path:
        os.utime(path, (1, 1))  # as some programs for backups do
    assert mark(kb, lease) is None


def test_the_open_file_is_read_whatever_takes_its_place(kb: KnowledgeBase, lease: Document) -> None:
    with kb.verification.opened(lease.sha256, lease.name) as file:
        in_its_place(kb.files.path(lease.sha256))
        assert file.read() == CONTENT


def test_a_mark_is_of_the_bytes_and_goes_with_the_last_document(
    kb: KnowledgeBase, lease: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = offer(kb, "beta", "/beta/copy.txt", CONTENT)
    changed_byte(kb.files.path(lease.sha256), monkeypatch)
    kb.verification.examine(original_of(kb))
    assert (mark(kb, lease), mark(kb, copy)) == (OriginalChanged.code, OriginalChanged.code)
    kb.eraser.delete(lease.id, everything(kb))
    assert mark(kb, copy) == OriginalChanged.code
    kb.eraser.delete(copy.id, everything(kb))
    assert kb.verification.damaged() == 0


def test_what_is_erased_while_it_is_read_is_not_damaged(
    kb: KnowledgeBase, lease: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, usual = original_of(kb), FileStore.open_verified

    def late(files: FileStore, sha256: str, *, name: str) -> object:
        kb.eraser.delete(lease.id, everything(kb))
        return usual(files, sha256, name=name)

    monkeypatch.setattr(FileStore, "open_verified", late)
    assert kb.verification.examine(known) is None
    assert kb.verification.damaged() == 0


def test_a_catalogue_that_is_written_for_long_delays_no_verifying(
    kb: KnowledgeBase, lease: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found holds also where the mark cannot be written."""
    monkeypatch.setattr("kb.store.database._PRAGMAS", ("PRAGMA busy_timeout=10",))
    path = kb.settings.data_dir / "catalogue.db"
    with closing(Database(path)) as hasty, closing(Database(path)) as other, other.write():
        kb.verification._db = hasty
        assert kb.verification.examine(original_of(kb)) is None
        changed_byte(kb.files.path(lease.sha256), monkeypatch)
        assert isinstance(kb.verification.examine(original_of(kb)), OriginalChanged)


@pytest.mark.parametrize("nights", [1, 2, 7, 30])
def test_as_many_days_in_a_row_as_there_are_parts_read_all_once(
    kb: KnowledgeBase, nights: int
) -> None:
    held = {offer(kb, "alpha", f"/{n}.txt", b"note %d" % n).sha256 for n in range(40)}
    first = date(2026, 12, 29)  # over the end of a year
    read = Counter(
        one.sha256
        for night in range(nights)
        for one in kb.verification.promised(Share.on(first + timedelta(night), nights))
    )
    assert read == Counter(held)


def test_what_is_being_erased_is_promised_no_more(
    kb: KnowledgeBase, lease: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = original_of(kb)
    with kb.database.write() as connection:
        connection.execute("UPDATE document SET status = ?", (ERASING,))
    assert kb.verification.promised(Share(1, 0)) == []
    missing(kb.files.path(lease.sha256), monkeypatch)
    assert kb.verification.examine(known) is None
