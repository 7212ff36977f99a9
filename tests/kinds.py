"""What a test needs beside Python: a process, a model. Told from the names that its code uses.

`make test-fast` leaves out what starts processes or loads models. Few tests say so by
hand: a test's function, its fixtures and what they call in `tests` are looked through.
What that misses is refused when it happens (`refuse`), so that it cannot go unnoticed.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent
NAMES: dict[str, tuple[set[str], ...]] = {
    "process": (
        *({name} for name in ("subprocess", "Commands", "new_store", "soaked", "fork")),
        *({name} for name in ("Child", "Pool", "WarmPool", "LocalEngine", "RayEngine")),
        *({name} for name in ("Worker", "Batch")),
    ),
    "model": (
        *({name} for name in ("load_embedder", "packaged_reader", "load_rerankers", "open_kb")),
        *(
            {name}
            for name in (
                "LlamaChat",
                "OnnxReader",
                "ReferenceEmbedder",
                "PackedEmbedder",
                "read_page",
            )
        ),
        {"KnowledgeBase", "answerer"},
    ),
}
"""Names of functions, classes and modules that lead to one, all of a set, whoever defines them."""


def mark(items: list[pytest.Item]) -> None:
    """Give every test the marks of what it needs."""
    for item in items:
        used = names(item)
        for kind, leading in NAMES.items():
            if any(together <= used for together in leading):
                item.add_marker(kind)


def names(item: pytest.Item) -> set[str]:
    """All names in the code of a test, of its fixtures, and of what they use of `tests`."""
    function = getattr(item, "function", None)
    info = getattr(item, "_fixtureinfo", None)
    fixtures = info.name2fixturedefs.values() if info else []
    code = [function, *(one.func for defined in fixtures for one in defined)]
    found: set[str] = set()
    for one in code:
        if one is not None:
            found |= _reached(inspect.unwrap(one))
    return found


@cache
def _reached(start: Callable[..., Any]) -> frozenset[str]:
    found: set[str] = set()
    seen: set[int] = set()
    left: list[Any] = [start]
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, type):
            left += [inner for inner in vars(one).values() if isinstance(inner, FunctionType)]
            found |= {base.__name__ for base in one.__mro__}
        elif isinstance(one, FunctionType):
            for name in _names(one.__code__):
                found.add(name)
                there = one.__globals__.get(name)
                found.add(getattr(there, "__name__", "").rpartition(".")[2])
                if callable(there) and _is_ours(there):
                    left.append(inspect.unwrap(there))
    return frozenset(found)


def _is_ours(there: Callable[..., Any]) -> bool:
    """Whether it is defined in `tests`, as whatever pytest has named the module."""
    module = sys.modules.get(getattr(there, "__module__", None) or "")
    return Path(getattr(module, "__file__", None) or "/").is_relative_to(TESTS)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def refuse() -> list[str]:
    """From now on no process may be started and no model loaded, in this process.

    What was refused is in the list that is given: whoever tried may have taken it for a fault of
    the machine and gone on.
    """
    refusals: list[str] = []

    def watch(event: str, _: tuple[object, ...]) -> None:
        if event in ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system"):
            refusals.append(
                "This test starts a process and has no mark `process`: name what leads to it in "
                "tests/kinds.py, or mark it."
            )
            raise PermissionError(refusals[-1])  # which those who start processes expect, and tell

    sys.addaudithook(watch)
    import onnxruntime

    def refused(*_: object, **__: object) -> None:
        refusals.append(
            "This test loads a model and has no mark `model`: name what leads to it in "
            "tests/kinds.py."
        )
        raise RuntimeError(refusals[-1])

    onnxruntime.InferenceSession.__init__ = refused
    return refusals
