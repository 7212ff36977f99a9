"""One store a test, in its own folder, with fakes only for the models."""

import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.offline import go_offline

go_offline()

import ingest.pipeline  # noqa: E402 - nothing may be imported before the switches
from kb.app.bootstrap import KnowledgeBase  # noqa: E402
from kb.sandbox.pool import Pool  # noqa: E402
from kb.settings import Settings  # noqa: E402
from tests import kinds, warm  # noqa: E402
from tests.fakes import FakeEmbedder  # noqa: E402
from tests.scripted import ScriptedChat  # noqa: E402

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # as in the background of a shell; every command that a test starts would ignore it too
    signal.signal(signal.SIGINT, signal.default_int_handler)

EXPECTED_SKIPS = re.compile(
    r"no container engine|network namespaces are not allowed here|no Landlock in this kernel"
    r"|LibreOffice is not installed|no zsh|tesseract has no data|no font with the letters"
)
"""What may be skipped in CI: things that no set-up step of the project can provide."""


MEMORY = Path("/dev/shm")
"""A file system in memory: a test of a store spends more than half of its time on fsync."""
MEMORY_MB = 4_000
"""What has to be free there; there is far less in most containers."""


def pytest_configure(config: pytest.Config) -> None:
    """Temporary folders, those of child processes too, lie in memory where there is room.

    A fault or a kill is the same there, for no test takes the power away.
    """
    if config.getoption("basetemp") or "TMPDIR" in os.environ:
        return
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_MB << 20:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # what it found before


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    kinds.mark(items)


@pytest.fixture(scope="session")
def _refusals(request: pytest.FixtureRequest) -> list[str]:
    return kinds.refuse() if "not process" in request.config.getoption("markexpr") else []


@pytest.fixture(autouse=True)
def _nothing_beside(_refusals: list[str]) -> Iterator[None]:
    """Where processes and models are left out, a test that tries one all the same fails."""
    yield
    told, _refusals[:] = [*_refusals], []
    assert not told


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    """One parser for all tests that call one and are not about its life."""
    with Pool(1) as pool:
        yield pool


@pytest.fixture(scope="session")
def _idle_parsers() -> Iterator[None]:
    yield
    warm.end()


@pytest.fixture
def lent_parsers(_idle_parsers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers of this test read with parsers that earlier tests have used."""
    monkeypatch.setattr(ingest.pipeline, "Pool", warm.WarmPool)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "store")


@pytest.fixture
def chat() -> ScriptedChat:
    return ScriptedChat()


@pytest.fixture
def kb(settings: Settings, chat: ScriptedChat) -> Iterator[KnowledgeBase]:
    opened = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=chat)
    yield opened
    opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every skip; in CI, one that was not expected fails the run."""
    for report in terminalreporter.getreports("skipped"):
        reason = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else ""
        terminalreporter.write_line(f"skipped: {report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):
        return
    for report in reporter.getreports("skipped"):
        reason = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else ""
        if not EXPECTED_SKIPS.search(reason):
            reporter.write_line(f"not an expected skip: {report.nodeid}: {reason}")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
