"""Waiting for a child, and looking at the limits that the kernel does not keep for us.

Processes, threads, memory and written bytes of all of a child's processes together are
counted from outside, which binds root as well.
"""

import os
import select
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kb.errors import LimitExceeded
from kb.sandbox.confinement import processes
from kb.sandbox.confinement.limits import Limits

_HEADER = struct.Struct("!Q")
_LARGEST_ANSWER = 1 << 30  # bytes; a child that sends more is broken or hostile
_PIECE = 1 << 20
_OFTEN_S = 0.1
"""How often the limits are looked at; a quick call ends before the first look."""


@dataclass(frozen=True, slots=True)
class Watch:
    """`process` is the child's outermost one, `folders` are where it writes.

    `deadline` is a reading of `time.monotonic`.
    """

    process: int
    limits: Limits
    folders: tuple[str, ...]
    deadline: float

    def send(self, pipe: int, order: bytes) -> None:
        """Raises `TimeoutError`, `LimitExceeded`, and `BrokenPipeError` when the child is gone."""
        left = memoryview(_HEADER.pack(len(order)) + order)
        while left:
            self._wait(pipe, select.POLLOUT)
            left = left[os.write(pipe, left[:_PIECE]) :]  # it takes what it has room for

    def receive(self, pipe: int) -> bytes:
        """Raises `TimeoutError`, `LimitExceeded`, and `EOFError` when the child is gone."""
        (length,) = _HEADER.unpack(self._exactly(pipe, _HEADER.size))
        if length > _LARGEST_ANSWER:
            raise EOFError
        answer = self._exactly(pipe, length)
        self._look()
        return answer

    def _exactly(self, pipe: int, length: int) -> bytes:
        pieces: list[bytes] = []
        while length:
            self._wait(pipe, select.POLLIN)
            piece = os.read(pipe, min(length, _PIECE))
            if not piece:
                raise EOFError
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def _wait(self, pipe: int, event: int) -> None:
        waiter = select.poll()  # not select(): a busy server has more than 1,024 descriptors
        waiter.register(pipe, event)
        while True:
            left = self.deadline - time.monotonic()
            if waiter.poll(max(0.0, min(left, _OFTEN_S)) * 1000):
                return
            if left <= 0:
                raise TimeoutError
            self._look()

    def _look(self) -> None:
        """Raises `LimitExceeded` for what the child's processes use together."""
        tree = processes.below(self.process)
        if sum(map(processes.threads, tree)) > self.limits.processes:
            raise LimitExceeded(
                f"The parser started more than {self.limits.processes} processes and was "
                "stopped. Convert the file to PDF and add that."
            )
        most = self.limits.memory_mb << 20
        held = sum(map(processes.memory, tree))  # what a fork shares is counted twice in it
        if held > most and sum(map(processes.own_memory, tree)) > most:
            raise LimitExceeded(
                "Reading needed more memory than a parser may have. "
                "Split the document, or raise KB_PARSE_MEMORY_MB."
            )
        if _written(self.folders) > self.limits.written_mb << 20:
            raise LimitExceeded(
                f"Reading wrote more than {self.limits.written_mb} MB to disk and was stopped. "
                "Unpack the file yourself and add the documents in it."
            )


def _written(folders: Iterable[str]) -> int:
    """Bytes on disk below `folders`; files that come and go meanwhile do not matter."""
    total = 0
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                try:
                    total += Path(path, name).lstat().st_blocks * 512
                except OSError:
                    continue
    return total
