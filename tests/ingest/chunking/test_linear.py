"""Cutting takes a share of time for each element and character, whatever repeats."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking.chunker import chunk
from kb.domain import DocumentId, Element, ElementKind, Reading
from tests.fakes import FakeEmbedder

FEW = 150
"""Repeats at the smaller size; the larger has four times as many."""
Part = tuple[ElementKind, str, int]

PARTS = st.tuples(
    st.sampled_from(list(ElementKind)),
    st.sampled_from(["a", "A. b. C.", "word " * 30, "x" * 400, "1 | 2", "# # #"]),
    st.integers(1, 7),
)


class Counting(FakeEmbedder):
    """Counts the characters that it is handed."""

    def __init__(self) -> None:
        self.characters = 0

    def count(self, text: str) -> int:
        self.characters += len(text)
        return super().count(text)

    def spans(self, text: str) -> list[tuple[int, int]]:
        self.characters += len(text)
        return super().spans(text)


def repeated(parts: list[Part], times: int, joint: str) -> Reading:
    pieces, elements, at = [], [], 0
    for kind, words, level in parts * times:
        elements.append(Element(kind, at, at + len(words), None, level))
        pieces.append(words)
        at += len(words) + len(joint)
    return Reading("text/plain", joint.join(pieces), tuple(elements))


def lines_of(work: Callable[[], object]) -> int:
    """How many lines of our own cutting are run."""
    ran = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal ran
        if "/ingest/chunking/" not in frame.f_code.co_filename:
            return None
        ran += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return ran


def effort(parts: list[Part], times: int, joint: str) -> int:
    embedder, given = Counting(), repeated(parts, times, joint)
    lines = lines_of(lambda: chunk(given, DocumentId("d"), "", embedder, 20))
    return lines + embedder.characters


@settings(max_examples=12, deadline=None)
@given(parts=st.lists(PARTS, min_size=1, max_size=4), joint=st.sampled_from(["\n", "\n\n# ", " "]))
def test_four_times_the_elements_take_four_times_the_steps(parts: list[Part], joint: str) -> None:
    assert effort(parts, 4 * FEW, joint) < 6 * effort(parts, FEW, joint) + 5_000


@pytest.mark.parametrize("kind", list(ElementKind))
def test_one_element_of_any_length_takes_its_share(kind: ElementKind) -> None:
    """A heading or a row of a million characters too, which is kept whole where it is short."""
    assert effort([(kind, "word " * 16_000, 1)], 1, "") < 6 * effort(
        [(kind, "word " * 4_000, 1)], 1, ""
    )


@pytest.mark.parametrize("kind", [ElementKind.HEADING, ElementKind.TITLE])
def test_what_is_repeated_above_chunks_is_bounded(kind: ElementKind) -> None:
    deep = [Element(kind, n * 501, n * 501 + 500, None, n + 1) for n in range(100)]
    text = " ".join("h" * 500 for _ in range(100)) + " said"
    last = Element(ElementKind.PARAGRAPH, len(text) - 4, len(text))
    given = Reading("text/plain", text, (*deep, last))
    chunks = chunk(given, DocumentId("d"), "", FakeEmbedder(), 20)
    assert max(len(one.heading) for one in chunks) < 12 * 310
