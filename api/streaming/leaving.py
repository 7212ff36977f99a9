"""Work that is given up when the reader who asked for it leaves."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")


async def unless_left(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` gives; None when the reader left first, and then it is cancelled."""
    doing, watch = asyncio.create_task(work), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait([doing, watch], return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        watch.result()  # raises where it was the body that came too slowly
        return None
    finally:
        doing.cancel()
        watch.cancel()
        await asyncio.gather(doing, watch, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
