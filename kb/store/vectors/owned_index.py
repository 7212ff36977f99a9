"""The vector index as its owner keeps it: opened behind, kept in step, rebuilt when torn.

An index that was torn by a crash can end the process that opens it, so a child
opens it first. Meanwhile, and while it is built anew, searches are exact over
the catalogue; what adds or deletes vectors waits.
"""

import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from kb.domain import ChunkId, MatterId
from kb.errors import IndexUnavailable, KBError
from kb.interrupts import undisturbed
from kb.ports import Vectors
from kb.store.documents.chunks import Chunks
from kb.store.vectors.chroma import ChromaVectors
from kb.store.vectors.exact.matter_cache import Shelves
from kb.store.vectors.wear import worn
from kb.text.messages import DEFAULT, said

log = logging.getLogger("kb")

PROBE_S = 600
"""Longest that a child may take to open the index and read it through."""
BATCH = 2000
"""Chunks read from the catalogue at a time."""
CURRENT = "current"
"""A file that names the folder of the index in use."""
_CLEAN = "clean"
"""A file that is there while an index was closed in order and has not been opened since."""


class IndexState(StrEnum):
    CLOSED = "closed"
    OPENING = "opening"
    REBUILDING = "rebuilding"
    SWITCHING = "switching"
    READY = "ready"
    FAILED = "failed"


class OwnedIndex:
    """A `VectorIndex` that opens itself behind when it is first needed.

    `add`, `delete`, `ids` and `rebuild` wait until it is open and raise
    `IndexUnavailable` when it cannot be; `search` never waits.
    """

    def __init__(self, folder: Path, model: str, chunks: Chunks, shelves: Shelves) -> None:
        self._folder = folder
        self._model = model
        self._chunks = chunks
        self._shelves = shelves
        self._chroma: ChromaVectors | None = None
        self._state = IndexState.CLOSED
        self._problem: str | None = None
        self._starting = threading.Lock()
        self._working = threading.Lock()
        self._changing = threading.RLock()
        self._opened = threading.Event()
        self._closing = threading.Event()
        self._started = False

    def degraded(self, language: str = DEFAULT) -> str | None:
        """Why searches cannot use the index now; None when they can or need not yet."""
        match self._state:
            case IndexState.REBUILDING:
                return said("search.index-rebuilding", language)
            case IndexState.FAILED:
                return said("search.index-unusable", language, problem=self._problem)
        return None

    @property
    def searchable(self) -> bool:
        return self._state is IndexState.READY

    def open(self) -> None:
        """Begin to open it, behind; does nothing when that has begun."""
        with undisturbed(), self._starting:
            if not self._started:
                threading.Thread(target=self._open, name="index", daemon=True).start()
                self._started = True  # not before: where no thread starts, nobody may wait for it

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold this over a change of vectors and the rows that go with them.

        A rebuild reads the rows, so it must fall before or after both. Waits until the
        index is open, so that nobody waits for it inside a transaction.
        """
        self._ready()
        with self._changing:
            yield

    def add(self, ids: Sequence[ChunkId], vectors: Vectors, matters: Sequence[MatterId]) -> None:
        with self._changing, _refusing("take vectors"):
            self._ready().add(ids, vectors, matters)

    def delete(self, ids: Sequence[ChunkId]) -> None:
        with self._changing, _refusing("delete vectors"):
            self._ready().delete(ids)
            self._shelves.forget(ids)

    def search(
        self, vector: Vectors, matters: frozenset[MatterId] | None, limit: int
    ) -> list[tuple[ChunkId, float]]:
        """Raises `IndexUnavailable` at once when it is not open."""
        chroma = self._chroma
        if chroma is None or not self.searchable:
            raise IndexUnavailable("The vector index is not open yet.")
        return chroma.search(vector, matters, limit)

    def ids(self) -> set[ChunkId]:
        with _refusing("be read"):
            return self._ready().ids()

    def vectors(self, ids: Sequence[ChunkId]) -> Vectors:
        """The vectors of these ids as the index has them, in their order."""
        return self._ready().vectors(ids)

    def rebuild(self, model: str, switch: Callable[[], None]) -> int:
        """Build it anew beside the old one; how many vectors it holds.

        `switch` first puts the vectors of this model in the catalogue. Searches go on, exactly
        where the model changes; vectors that arrive meanwhile wait.
        """
        with self._changing, _refusing("be built anew"):
            chroma = self._ready()
            if model != self._model:
                self._state = IndexState.SWITCHING
            try:
                switch()
                self._model = model
                count = chroma.rebuild(self._everything(), model)
            except BaseException:
                self._problem = "It was to be built anew and was not: `kb reindex`."
                stale = chroma.model != self._model
                self._state = IndexState.FAILED if stale else IndexState.READY
                raise
            self._state = IndexState.READY
            return count

    def tend(self, stopping: threading.Event) -> bool:
        """Build it anew where much of it is of what was deleted; whether that was done.

        For a service that runs for months, when it has nothing else to do. Searches go on;
        `stopping` ends it, and the index stays as it was.
        """
        chroma = self._chroma
        if chroma is None or not worn(self._folder, chroma, self._chunks.ids() & chroma.ids()):
            return False
        log.info("building the index anew: it holds much that was deleted")
        self.renew(stopping)
        return True

    def renew(self, stopping: threading.Event | None = None) -> None:
        """Build it anew beside the old one, which goes with all that its files hold."""
        with self._changing, _refusing("be built anew"):
            self._ready().rebuild(self._everything(stopping), self._model)

    def close(self) -> None:
        """Close it in order, so that the next start need not look for damage."""
        self._closing.set()
        with self._working:
            self._opened.set()  # what has not begun to open it, or is waited for, ends
            if self._chroma is not None:
                with self._changing:
                    self._chroma.close()
                    (self._folder / _CLEAN).touch()
                self._chroma, self._state = None, IndexState.CLOSED

    def _ready(self) -> ChromaVectors:
        self.open()
        self._opened.wait()
        if self._chroma is None:
            raise IndexUnavailable(
                f"The vector index cannot be used. {self._problem or 'It was closed.'} Nothing is "
                "lost: when that is mended, start again, and it is built from the catalogue."
            )
        return self._chroma

    def _everything(
        self, stopping: threading.Event | None = None
    ) -> Iterator[tuple[list[ChunkId], Vectors, list[MatterId]]]:
        for batch in self._chunks.everything(batch=BATCH):
            if self._closing.is_set() or (stopping and stopping.is_set()):
                raise IndexUnavailable("The store was closed; it goes on at the next start.")
            yield batch

    def _open(self) -> None:
        with self._working:
            if not self._opened.is_set():  # as it is once closed, or after an interrupted start
                self._open_now()

    def _open_now(self) -> None:
        self._state = IndexState.OPENING
        try:
            clean = (self._folder / _CLEAN).exists()
            chroma = self._sound()
            known, indexed = self._chunks.ids(), chroma.ids()
            if indexed - known:
                chroma.delete(sorted(indexed - known))
            much_gone = worn(self._folder, chroma, known & indexed)
            whole = known <= indexed and chroma.model == self._model and not much_gone
            if not whole or not (clean or _mended(chroma)):
                log.info("building the index anew: it lacks %d chunks", len(known - indexed))
                self._state = IndexState.REBUILDING
                chroma.rebuild(self._everything(), self._model)
            self._chroma, self._state = chroma, IndexState.READY
        except Exception as error:  # noqa: BLE001 - the thread's door; searches go on without it
            self._problem = (
                error.message
                if isinstance(error, IndexUnavailable)
                else f"An error ({type(error).__name__}) stopped it."
            )
            self._state = IndexState.FAILED
            log.error("the vector index cannot be opened: %s", type(error).__name__)
        finally:
            self._opened.set()

    def _sound(self) -> ChromaVectors:
        """The index, opened; an empty one in the place of one that a child could not read."""
        clean = self._folder / _CLEAN
        _tidy(self._folder)
        if self._folder.exists() and not clean.exists() and not _probe(self._folder, self._model):
            log.warning("index unreadable, building it anew")
            self._state = IndexState.REBUILDING
            shutil.rmtree(self._folder, ignore_errors=True)
        clean.unlink(missing_ok=True)
        try:
            return ChromaVectors(self._folder, self._model)
        except IndexUnavailable:  # damaged although it was closed in order
            self._state = IndexState.REBUILDING
            shutil.rmtree(self._folder, ignore_errors=True)
            return ChromaVectors(self._folder, self._model)


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """Chroma raises its own errors, sqlite3's, Rust's and those of the disk: all one for us."""
    try:
        yield
    except KBError:
        raise
    except Exception as error:  # the door of a vendor
        raise IndexUnavailable(
            f"The vector index could not {what} ({type(error).__name__}). Make room on the disk, "
            "then run the same again: nothing that was promised is lost."
        ) from error


def _tidy(folder: Path) -> None:
    """Remove what a rebuild that was interrupted left: half an index, or the old one."""
    current = folder / CURRENT
    if not current.exists():
        return
    name = current.read_text()
    if not name:  # interrupted while it was written
        shutil.rmtree(folder, ignore_errors=True)
        return
    for left in folder.iterdir():
        if left.is_dir() and left.name != name:
            shutil.rmtree(left, ignore_errors=True)


def _mended(chroma: ChromaVectors) -> bool:
    """Whether searches reach every vector; what an owner left that was killed is looked through."""
    try:
        left = chroma.mend()
    except Exception as error:  # noqa: BLE001 - the door of a vendor: then it is built anew
        log.warning("the index cannot be searched (%s)", type(error).__name__)
        return False
    if left:
        log.warning("%d vectors of the index are not reached by a search of it", left)
    return True


def _probe(folder: Path, model: str) -> bool:
    """Whether a child can open the index and read every vector of it."""
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "kb.store.vectors.probe", str(folder), model],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PROBE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0
