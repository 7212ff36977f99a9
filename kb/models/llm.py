"""The language model as the rest of the house sees it: a `ChatModel` over a child process."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import Any

from kb.errors import ModelFailed
from kb.models.model_files import ModelFile, sha256_of
from kb.sandbox.confinement.guards import Guards, guards
from kb.sandbox.environment import clean_environment

_COMMAND = (sys.executable, "-P", "-m", "kb.models.llm_process")
START_S = 120.0
"""A large model may take this long to load."""
STILL_S = 0.8
"""After a stop the model must be silent within this time, or its process is replaced."""


class LlamaChat:
    """llama.cpp in a process of its own, started when first asked and replaced when it dies."""

    def __init__(self, model: ModelFile, *, context: int, threads: int) -> None:
        self._model = model
        self._context = context
        self._threads = threads
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._lock = threading.Lock()
        self._closed = False
        self._parameters = 0

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def context(self) -> int:
        return self._context

    @property
    def parameters(self) -> int:
        return self._parameters

    def prepare(self) -> None:
        if self._process is None:
            threading.Thread(target=self._start, name="llm-start", daemon=True).start()

    def count(self, text: str) -> int:
        with self._lock:
            self._ask({"count": text})
            return int(self._next(START_S)["count"])

    def stream(
        self, messages: Sequence[tuple[str, str]], *, max_tokens: int, stop: threading.Event
    ) -> Generator[str, None, None]:
        with self._lock:
            turns = [{"role": role, "content": content} for role, content in messages]
            self._ask({"messages": turns, "max_tokens": max_tokens})
            finished = False
            try:
                while not stop.is_set():
                    line = self._poll(0.05)
                    if line is None:
                        continue
                    finished = "done" in line or "error" in line
                    if "error" in line:
                        raise ModelFailed(f"{line['error']} Ask again, or use a larger context.")
                    if finished:
                        return
                    yield str(line["text"])
            finally:
                if not finished:
                    self._silence()

    def close(self) -> None:
        self._closed = True
        self._drop()

    def _start(self) -> None:
        with self._lock, suppress(ModelFailed, OSError):  # told to whoever asks
            if not self._closed:
                self._running()

    def _drop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            with suppress(OSError):  # what was not sent any more
                if process.stdin:
                    process.stdin.close()

    def _ask(self, request: dict[str, Any]) -> None:
        process = self._running()
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
        except OSError as error:
            self._drop()
            raise ModelFailed("The language model's process has ended. Ask again.") from error

    def _running(self) -> subprocess.Popen[str]:
        if self._process and self._process.poll() is None:
            return self._process
        self._drop()
        model = self._model
        if model.sha256 and sha256_of(model.path) != model.sha256:
            raise ModelFailed(
                f"The model file {model.path} is not the one that was installed: its SHA-256 has "
                "changed. Install or import it again."
            )
        self._lines = queue.Queue()
        self._process = subprocess.Popen(
            [
                *_COMMAND,
                *(str(model.path), str(self._context), str(self._threads)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=clean_environment(),
        )
        threading.Thread(
            target=_read, args=(self._process, self._lines), name="llm", daemon=True
        ).start()
        if self._closed:  # while it was started
            self._drop()
            raise ModelFailed("The language model has been shut down. Ask again after a restart.")
        self._parameters = int(self._next(START_S)["parameters"])
        return self._process

    def _poll(self, timeout_s: float) -> dict[str, Any] | None:
        try:
            line = self._lines.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if "ended" in line:
            self._drop()
            raise ModelFailed(
                "The language model's process has ended, perhaps for lack of memory. Ask again, "
                "or choose a smaller model with `kb models use`."
            )
        return line

    def _next(self, timeout_s: float) -> dict[str, Any]:
        line = self._poll(timeout_s)
        if line is None:
            self._drop()
            raise ModelFailed(f"The language model did not answer within {timeout_s:.0f} seconds.")
        return line

    def _silence(self) -> None:
        """Stop the answer under way; a process that does not heed is killed."""
        try:
            self._ask({"stop": True})
            while not {"done", "error"} & self._next(STILL_S).keys():
                pass
        except ModelFailed:
            self._drop()


def model_guards() -> Guards:
    """What confines the language model's process on this machine, by its own word."""
    done = subprocess.run(
        [*_COMMAND, "guards"], capture_output=True, env=clean_environment(), timeout=START_S
    )
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise ModelFailed(
            "The language model's process cannot be confined on this machine, so it does not start."
        ) from None
    return guards(told)


def _read(process: "subprocess.Popen[str]", lines: "queue.Queue[dict[str, Any]]") -> None:
    assert process.stdout is not None
    with process.stdout as told:
        for line in told:
            lines.put(json.loads(line))
    lines.put({"ended": True})
