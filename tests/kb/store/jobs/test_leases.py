"""A job is open while somebody may offer to it, and no longer."""

import errno
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import JobId
from kb.domain.jobs import Offered
from kb.errors import StoreProblem
from kb.store.jobs.jobs import new_job
from kb.store.jobs.leases import LONGEST_SENT, SENT
from tests.kb.store.documents.test_sources import everything
from tests.shelf import offer


def is_open(kb: KnowledgeBase, job: JobId) -> bool:
    return kb.jobs.job(job, everything(kb)).open


def aged(kb: KnowledgeBase, job: JobId) -> None:
    """Let the job have begun a little longer ago than one that is sent to stays open."""
    then = datetime.now(UTC) - LONGEST_SENT - timedelta(minutes=1)
    with kb.database.write() as connection:
        connection.execute("UPDATE job SET created_at = ? WHERE id = ?", (then.isoformat(), job))


def test_a_job_that_is_attended_stays_open(kb: KnowledgeBase) -> None:
    job = new_job()
    with kb.attendance.attending(job):
        kb.jobs.begin("ingest", kb.access.local_user(), job)
        assert kb.attendance.close_left() == 0
        assert is_open(kb, job)
    assert kb.attendance.close_left() == 1
    assert not is_open(kb, job)


def test_the_job_of_a_killed_process_is_closed(kb: KnowledgeBase) -> None:
    job = kb.jobs.begin("ingest", kb.access.local_user())
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        with kb.attendance.attending(job):
            os.write(told, b"!")
            signal.pause()
        os._exit(0)
    os.read(ready, 1)
    assert kb.attendance.close_left() == 0
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert kb.attendance.close_left() == 1
    assert not is_open(kb, job)


def test_a_file_that_cannot_be_removed_goes_the_next_time(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, job = kb.attendance._folder, new_job()
    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", refused)
        with kb.attendance.attending(job):
            kb.jobs.begin("ingest", kb.access.local_user(), job)
    assert [path.name for path in folder.iterdir()] == [job]
    assert kb.attendance.close_left() == 1
    assert not list(folder.iterdir()) and not is_open(kb, job)


def test_a_full_disk_is_a_sentence(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(StoreProblem, match="Make room"), kb.attendance.attending(new_job()):
        pass


def refused(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("pending", [False, True], ids=["all ended", "one on its way"])
def test_a_job_that_is_sent_to_is_closed_after_a_day_when_all_has_ended(
    kb: KnowledgeBase, *, pending: bool
) -> None:
    job = kb.jobs.begin(SENT, kb.access.local_user())
    matter = kb.library.add_matter("alpha").id
    if pending:
        known = offer(kb, "alpha", "/a.txt", b"some words")
        with kb.database.write() as connection:
            connection.execute(
                "INSERT INTO job_item (job_id, path, matter, document_id, duplicate) "
                "VALUES (?, '/a.txt', ?, ?, 0)",
                (job, matter, known.id),
            )
    else:
        kb.jobs.refuse(Offered(job, matter, "/a.txt"), "It cannot be read.", "unreadable")
    assert kb.attendance.close_left() == 0
    aged(kb, job)
    assert kb.attendance.close_left() == (0 if pending else 1)
    assert is_open(kb, job) is pending
