"""Pages as images, drawn in limited child processes, for as long as somebody waits for them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import anyio
import anyio.to_thread

from kb.domain import Page
from kb.errors import Crowded
from kb.pages import Mark, render_page
from kb.sandbox.pool import Pool

DRAW_TIMEOUT_S = 20.0
CHILDREN = 2
WAITING = 24
"""Pages that may wait for a child; a reader who scrolls asks for a screenful."""
RETRY_AFTER_S = 5
KILL_AGAIN_S = 0.5
CROWDED = "Too many pages are being drawn. Ask for this one again in {wait} seconds."


class Picture(NamedTuple):
    """One page of a PDF or a picture, `width` pixels wide, with `mark` upon it."""

    path: Path
    page: int
    mark: Mark
    width: int


Draw = Callable[[Pool, Picture], bytes]


def draw(pool: Pool, wanted: Picture) -> bytes:
    """The page as PNG. Raises as `render_page`."""
    return pool.call(
        render_page,
        str(wanted.path),
        wanted.page,
        mark=wanted.mark,
        width=wanted.width,
        timeout_s=DRAW_TIMEOUT_S,
        file=str(wanted.path),
    )


class _Pencil:
    """One child, which can be given up over a drawing and is there for the next."""

    def __init__(self, writable: Path | None, memory_mb: int) -> None:
        self._writable = writable
        self._memory_mb = memory_mb
        self.pool = self._new()

    def give_up(self) -> Pool:
        """The child as it was, to be closed; the next drawing gets a new one."""
        given_up, self.pool = self.pool, self._new()
        return given_up

    def _new(self) -> Pool:
        return Pool(1, writable=self._writable, memory_mb=self._memory_mb)


@dataclass(slots=True)
class _Drawing:
    """One picture on its way; equal requests wait for the same one."""

    wanted: Picture
    readers: int = 0
    pencil: _Pencil | None = None
    task: "asyncio.Task[bytes] | None" = None


@dataclass(slots=True)
class _Shared:
    by_picture: dict[Picture, _Drawing] = field(default_factory=dict)
    running: set["asyncio.Task[bytes]"] = field(default_factory=set)
    kills: set["asyncio.Task[None]"] = field(default_factory=set)


class PageImages:
    """Draws pages; to be asked in one event loop. The children start with the first page.

    Each document's drawing may write in a folder of its own below `writable` alone.
    """

    def __init__(
        self,
        *,
        writable: Path | None = None,
        memory_mb: int = 3072,
        waiting: int = WAITING,
        drawing: Draw = draw,
    ) -> None:
        self._draw = drawing
        self._places = CHILDREN + waiting
        self._pencils = [_Pencil(writable, memory_mb) for _ in range(CHILDREN)]
        self._free = list(self._pencils)
        self._turns = asyncio.Semaphore(CHILDREN)
        self._threads = anyio.CapacityLimiter(CHILDREN)
        self._killers = anyio.CapacityLimiter(CHILDREN)
        self._shared = _Shared()

    async def png(self, wanted: Picture) -> bytes:
        """The page as PNG. Cancelled, it is out of the queue, and its drawing is killed.

        Raises `Crowded` where too many wait, and as `render_page`.
        """
        drawing = self._shared.by_picture.get(wanted) or self._begin(wanted)
        assert drawing.task is not None
        drawing.readers += 1
        try:
            return await asyncio.shield(drawing.task)
        finally:
            drawing.readers -= 1
            if not drawing.readers:
                self._end(drawing)

    def close(self) -> None:
        for pencil in self._pencils:
            pencil.pool.close()

    def _begin(self, wanted: Picture) -> _Drawing:
        if len(self._shared.running) >= self._places:
            raise Crowded(CROWDED.format(wait=RETRY_AFTER_S), RETRY_AFTER_S)
        drawing = self._shared.by_picture[wanted] = _Drawing(wanted)
        drawing.task = asyncio.create_task(self._make(drawing))
        self._shared.running.add(drawing.task)
        drawing.task.add_done_callback(self._shared.running.discard)
        return drawing

    async def _make(self, drawing: _Drawing) -> bytes:
        async with self._turns:
            drawing.pencil = pencil = self._free.pop()
            work = asyncio.create_task(self._drawn(pencil.pool, drawing.wanted))
            try:
                return await asyncio.shield(work)
            finally:
                await asyncio.gather(work, return_exceptions=True)  # its thread has come back
                drawing.pencil = None
                self._free.append(pencil)

    async def _drawn(self, pool: Pool, wanted: Picture) -> bytes:
        return await anyio.to_thread.run_sync(self._draw, pool, wanted, limiter=self._threads)

    def _end(self, drawing: _Drawing) -> None:
        """Nobody waits for it any more."""
        del self._shared.by_picture[drawing.wanted]
        assert drawing.task is not None
        if drawing.task.done():
            return
        drawing.task.cancel()
        if drawing.pencil is not None:
            kill = asyncio.create_task(self._kill(drawing.pencil.give_up()))
            self._shared.kills.add(kill)
            kill.add_done_callback(self._shared.kills.discard)

    async def _kill(self, pool: Pool) -> None:
        """Close it until it is closed: the first time may come just before its child does."""
        closed = False
        while not closed:
            with anyio.move_on_after(KILL_AGAIN_S):
                await anyio.to_thread.run_sync(
                    pool.close, limiter=self._killers, abandon_on_cancel=True
                )
                closed = True


def span_on_page(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    """The part of a canonical span that is on `page`, from the page's own beginning."""
    first, last = max(start, page.char_start), min(end, page.char_end)
    return [(first - page.char_start, last - page.char_start)] if first < last else []


def mark_on_page(page: Page, start: int, end: int) -> Mark:
    """What to mark on `page` of a canonical span: by its words' boxes where OCR read it."""
    at = page.char_start
    words = (
        replace(word, char_start=word.char_start - at, char_end=word.char_end - at)
        for word in page.words
    )
    return Mark(tuple(span_on_page(page, start, end)), tuple(words))
