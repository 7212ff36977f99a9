"""Pages that are slow to draw: the queue is bounded, and who leaves is out of it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Lock

import httpx
import pytest

from api.images import CHILDREN, PageImages, Picture
from kb.errors import Crowded
from kb.pages import Mark
from kb.sandbox.pool import Pool
from tests.api.house import House
from tests.api.raw import answer, head, knock
from tests.api.routes.test_ask import wait_until
from tests.api.serving import application, served

PAGE = Picture(Path("lease.pdf"), 1, Mark(), 1200)


class SlowHand:
    """Draws half a minute for each page, in a child that can be killed over it."""

    def __init__(self) -> None:
        self.drawing = self.begun = 0
        self._lock = Lock()

    def __call__(self, pool: Pool, wanted: Picture) -> bytes:
        with self._lock:
            self.drawing += 1
            self.begun += 1
        try:
            pool.call(time.sleep, 30, timeout_s=40)
            return b"drawn"
        finally:
            with self._lock:
                self.drawing -= 1


@pytest.fixture
def slow(house: House) -> Iterator[tuple[str, SlowHand, PageImages, bytes]]:
    """A service that draws slowly, its hand, its queue, and the request for a page."""
    hand = SlowHand()
    images = PageImages(drawing=hand, waiting=60)
    [lease] = [d for d in house.library.documents(house.everything()) if d.name == "lease.pdf"]
    ask = head(f"/v1/documents/{lease.id}/pages/1.png?width=WIDTH", method="GET")
    with served(application(house, images=images)) as address:
        yield address, hand, images, ask
        images.close()


@pytest.mark.process  # draws
def test_who_leaves_is_out_of_the_queue_and_the_rest_is_quick_meanwhile(
    slow: tuple[str, SlowHand, PageImages, bytes],
) -> None:
    address, hand, images, ask = slow
    with ExitStack() as stack:
        for number in range(44):
            stack.enter_context(knock(address, ask.replace(b"WIDTH", b"%d" % (300 + number))))
        wait_until(lambda: len(images._shared.running) == 44, 20)
        wait_until(lambda: hand.drawing == CHILDREN, 10)
        begun = time.monotonic()
        found = httpx.post(f"{address}/v1/search", json={"query": "rent"}, timeout=20)
        assert found.status_code == 200
        assert time.monotonic() - begun < 5
        time.sleep(1)  # so that the children have begun
    wait_until(lambda: not images._shared.running and not hand.drawing, 2)
    assert (images._shared.by_picture, len(images._free)) == ({}, CHILDREN)
    assert hand.begun == CHILDREN  # nothing was begun for those who had left


@pytest.mark.process  # draws
def test_equal_requests_are_drawn_once_for_as_long_as_one_waits(
    slow: tuple[str, SlowHand, PageImages, bytes],
) -> None:
    address, hand, images, ask = slow
    same = ask.replace(b"WIDTH", b"500")
    with ExitStack() as last:
        last.enter_context(knock(address, same))
        with ExitStack() as others:
            for _ in range(5):
                others.enter_context(knock(address, same))
            wait_until(lambda: [d.readers for d in images._shared.by_picture.values()] == [6], 10)
        wait_until(lambda: [d.readers for d in images._shared.by_picture.values()] == [1], 10)
        assert (hand.begun, hand.drawing) == (1, 1)
    wait_until(lambda: not hand.drawing, 2)


@pytest.mark.process  # draws
def test_a_full_queue_is_a_sentence_and_a_time_to_come_again(house: House) -> None:
    images = PageImages(drawing=SlowHand(), waiting=0)
    [lease] = [d for d in house.library.documents(house.everything()) if d.name == "lease.pdf"]
    with served(application(house, images=images)) as address, ExitStack() as stack:
        asks = [
            head(f"/v1/documents/{lease.id}/pages/1.png?width={width}", method="GET")
            for width in (300, 301, 302)
        ]
        for ask in asks[:CHILDREN]:
            stack.enter_context(knock(address, ask))
        wait_until(lambda: len(images._shared.running) == CHILDREN, 10)
        status, headers, told = answer(stack.enter_context(knock(address, asks[-1])))
        assert (status, told["error"]["code"]) == (503, "busy")
        assert told["error"]["problem"].startswith("Too many pages are being drawn.")
        assert int(headers["retry-after"]) > 0
        stack.close()
        wait_until(lambda: not images._shared.running, 5)


def test_a_picture_is_drawn_anew_once_it_was_given_up() -> None:
    """Who comes in while a drawing dies must not wait for that one."""
    drawn: list[Pool] = []

    def hand(pool: Pool, wanted: Picture) -> bytes:
        drawn.append(pool)
        time.sleep(0.2)
        return b"drawn"

    async def asked() -> bytes:
        images = PageImages(drawing=hand)
        leaving = asyncio.create_task(images.png(PAGE))
        await asyncio.sleep(0.1)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        png = await images.png(PAGE)
        await asyncio.gather(*images._shared.kills)
        return png

    assert asyncio.run(asked()) == b"drawn"
    assert len(drawn) == len(set(map(id, drawn))) == 2
    assert drawn[0].closed


def test_a_failed_drawing_gives_its_place_back() -> None:
    def hand(pool: Pool, wanted: Picture) -> bytes:
        raise Crowded("It is broken.", 1)

    async def asked() -> None:
        images = PageImages(drawing=hand, waiting=0)
        for _ in range(2 * CHILDREN):
            with pytest.raises(Crowded, match=r"It is broken\."):
                await images.png(PAGE)
        assert images._shared.by_picture == {} and len(images._free) == CHILDREN

    asyncio.run(asked())
