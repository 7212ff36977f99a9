"""Reading and embedding on a Ray cluster, one machine or many; the committing stays here.

The only importer of ray, which is an extra (`make setup-ray`). Every node needs this
program and its libraries at the same place or on PYTHONPATH. What a document adds is
a function of its bytes, name, settings and model, so a worker that dies takes
nothing along: the same call is made again on another.
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import ray
from ray.exceptions import RayActorError, RayError, RayTaskError

from ingest.pipeline import Original, read_document
from kb.domain import Part
from kb.errors import KBError, LimitExceeded, ParseFailed, StoreProblem
from kb.models.embedder_factory import load_embedder
from kb.ports import Embedder, Vectors
from kb.sandbox.pool import Pool
from kb.sandbox.scratch import trusted
from kb.settings import Settings
from kb.store.changes.content import Parsed
from kb.store.changes.progress import Claim

T = TypeVar("T")

RETRIES = 2
"""How often a call whose worker died is made again before the document is to blame."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a document could not be read; `limit`: its parser had to be killed."""

    limit: bool
    code: str
    message: str


class RayWorker:
    """One process of the cluster, with a parser child and the embedder; a pure function."""

    def __init__(self, settings: dict[str, Any], load: Callable[[Settings], Embedder]) -> None:
        self._settings = Settings(**settings)
        self._embedder = load(self._settings)
        memory_mb = self._settings.parse_memory_mb
        self._pool = Pool(1, preload=self._embedder.counter.preload, memory_mb=memory_mb)

    def model(self) -> str:
        return self._embedder.name

    def read(
        self, data: bytes, claim: Claim, depth: int, languages: tuple[str, ...]
    ) -> tuple[Parsed, list[bytes]] | Refused:
        """What the document adds, and the bytes of the files that were found inside it."""
        try:
            return self._read(data, claim, depth, languages)
        except KBError as error:  # told, since an exception of ours may not pickle
            return Refused(isinstance(error, LimitExceeded), error.code, error.message)

    def _read(
        self, data: bytes, claim: Claim, depth: int, languages: tuple[str, ...]
    ) -> tuple[Parsed, list[bytes]]:
        with tempfile.TemporaryDirectory(prefix="kb-") as folder:
            path, scratch = Path(folder) / "original", Path(folder) / "scratch"
            path.write_bytes(data)
            scratch.mkdir()
            original = Original(claim, path, scratch, depth, languages)
            parsed = read_document(original, self._pool, self._embedder, self._settings)
            inside = [trusted(part, scratch).read_bytes() for part in parsed.reading.parts]
        return parsed, inside

    def embed(self, texts: list[str]) -> Vectors:
        return self._embedder.embed(texts)


class RayEngine:
    """An `Engine` on `size` workers of the cluster at `address`, or of one started here.

    Raises `StoreProblem` when no cluster answers, or when its workers would embed
    with another model than the store's.
    """

    def __init__(
        self,
        settings: Settings,
        model: str,
        *,
        size: int,
        address: str = "",
        load: Callable[[Settings], Embedder] = load_embedder,
    ) -> None:
        local = {"num_cpus": size, "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
        paths = os.pathsep.join(str(Path(one).absolute()) for one in ("", *_python_path()))
        try:
            ray.init(
                **({"address": address} if address else local),
                log_to_driver=False,
                runtime_env={"env_vars": {"PYTHONPATH": paths}},
            )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise StoreProblem(
                f"The Ray cluster{f' at {address}' if address else ''} does not answer "
                f"({type(error).__name__}). Start it, or ingest without --engine ray."
            ) from error
        self._model = model
        told = settings.model_dump()
        told["data_dir"] = settings.data_dir.absolute()
        remote: Any = ray.remote(num_cpus=1, max_restarts=-1)(RayWorker)
        self._free: SimpleQueue[Any] = SimpleQueue()
        self._workers = [remote.remote(told, load) for _ in range(size)]
        for worker in self._workers:
            self._free.put(worker)
        theirs = {self._answer(lambda w: w.model.remote()) for _ in self._workers}
        if theirs != {model}:
            self.close()
            raise StoreProblem(
                f"The workers embed with {', '.join(sorted(theirs))} and this store with {model}. "
                "Set KB_EMBEDDER to the same on every machine."
            )

    def read(self, original: Original) -> Parsed:
        data, claim = original.path.read_bytes(), original.claim
        depth, languages = original.depth, original.languages
        told = self._answer(lambda w: w.read.remote(data, claim, depth, languages))
        if isinstance(told, Refused):
            raise (
                LimitExceeded(told.message) if told.limit else ParseFailed(told.message, told.code)
            )
        parsed, inside = told
        parts = []
        for number, (part, content) in enumerate(zip(parsed.reading.parts, inside, strict=True)):
            path = original.scratch / f"{number:05d}"
            path.write_bytes(content)
            parts.append(Part(part.name, str(path)))
        whole: Parsed = replace(parsed, reading=replace(parsed.reading, parts=tuple(parts)))
        return whole

    def embed(self, texts: list[str], model: str) -> Vectors:
        if model != self._model:
            raise StoreProblem(
                f"The workers embed with {self._model} and this store with {model} now. "
                "End this ingestion and run it again."
            )
        found: Vectors = self._answer(lambda w: w.embed.remote(texts))
        return found

    def close(self) -> None:
        ray.shutdown()

    def _answer(self, call: Callable[[Any], Any]) -> Any:
        worker = self._free.get()
        try:
            died: RayActorError | None = None
            for _ in range(RETRIES):
                try:
                    return ray.get(call(worker))
                except RayActorError as error:
                    died = error  # the cluster starts it again
                except RayTaskError as error:
                    raise error.cause from None
                except RayError as error:
                    raise StoreProblem(
                        f"The Ray cluster failed ({type(error).__name__}). Run the same again."
                    ) from error
            raise LimitExceeded(
                "The workers that read it died. Give them more memory, or split the document."
            ) from died
        finally:
            self._free.put(worker)


def _python_path() -> list[str]:
    return [one for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
