"""A job on its way to a reader: looked at in short steps, owned by one dependency.

Between two looks nothing is held, neither a thread nor a connection to the store,
so that a reader may follow for hours.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import anyio.to_thread

from api.streaming.answer import encoded
from kb.app.bootstrap import KnowledgeBase
from kb.domain import JobId, UserId
from kb.domain.jobs import Job, JobItem
from kb.errors import KBError
from kb.serializers.jobs import job_json
from kb.serializers.results import Json

LOOK_EVERY_S = 0.4
HEARTBEAT_S = 15.0
"""How long a quiet stream stays silent; what stands between drops idle connections later."""
HEARTBEAT = b": nothing new\n\n"
PAGE = 500


@dataclass(slots=True)
class Following:
    """One reader's view of one job; what they may read is asked anew at each look."""

    kb: KnowledgeBase
    user: UserId
    job: JobId

    def state(self) -> Job:
        return self.kb.jobs.job(self.job, self.kb.access.scope(self.user))

    def matters(self) -> dict[str, str]:
        """Names by id, of those that the reader may read."""
        scope = self.kb.access.scope(self.user)
        return {matter.id: matter.name for matter in self.kb.library.matters(scope)}

    def ended(self, after: int) -> Iterator[Json]:
        """What has ended since `after`, in that order."""
        scope, names = self.kb.access.scope(self.user), self.matters()
        while page := self.kb.jobs.ended(self.job, scope, after=after, limit=PAGE):
            yield from (ended_json(item, names) for item in page)
            after = page[-1].order

    def items(self) -> Iterator[Json]:
        """Every file, in the order in which they were offered."""
        scope, names, after = self.kb.access.scope(self.user), self.matters(), 0
        while page := self.kb.jobs.items(self.job, scope, after=after, limit=PAGE):
            yield from (ended_json(item, names) for _, item in page)
            after = page[-1][0]


@dataclass(slots=True)
class JobEvents:
    """Make it in the event loop, `leave` it there in any case."""

    following: Following
    after: int
    clock: Callable[[], float] = time.monotonic
    _told: Json = field(default_factory=dict)
    _left: asyncio.Event = field(default_factory=asyncio.Event)

    async def frames(self) -> AsyncIterator[bytes]:
        """`item` for each end, `progress` when counts change, `done` at the end."""
        heard = self.clock()
        while not self._left.is_set():
            try:
                frames, done = await anyio.to_thread.run_sync(self._look)
            except KBError as error:
                yield encoded("error", {"code": error.code, "problem": error.message})
                return
            for frame in frames:
                yield frame
            if done:
                return
            if frames:
                heard = self.clock()
            elif self.clock() - heard >= HEARTBEAT_S:
                heard = self.clock()
                yield HEARTBEAT
            await self._pause()

    def leave(self) -> None:
        self._left.set()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK_EVERY_S):
                await self._left.wait()
        except TimeoutError:
            pass

    def _look(self) -> tuple[list[bytes], bool]:
        """In a thread: what is new, and whether that was all."""
        job = self.following.state()  # before the items, so that none is missed at the end
        self.after = min(self.after, self.following.kb.jobs.last(job.id))
        frames = []
        for item in self.following.ended(self.after):
            self.after = item["order"]
            frames.append(encoded("item", item, number=self.after))
        told = job_json(job)
        if told != self._told:
            self._told = told
            frames.append(encoded("progress", told))
        done = not job.open and not job.pending
        return [*frames, encoded("done", told)] if done else frames, done


def ended_json(item: JobItem, matters: dict[str, str]) -> Json:
    return {
        "path": item.path,
        "matter": matters.get(item.matter, ""),
        "document_id": item.document_id,
        "outcome": item.outcome.value if item.outcome else "pending",
        "problem": item.problem,
        "code": item.code,
        "pages": item.pages,
        "chunks": item.chunks,
        "order": item.order,
    }


def json_line(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
