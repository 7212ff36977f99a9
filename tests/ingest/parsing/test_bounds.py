"""What one document may have of everything, and that no word goes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsing.bounds import LONGEST_VALUE, Bounds, bounded
from kb.domain import Element, ElementKind, Fact, Page, Reading, Revision, RevisionKind
from kb.errors import LimitExceeded

SMALL = Bounds(elements=6, headings=3, values=4, revisions=5, pages=7)
KINDS = st.lists(st.sampled_from(list(ElementKind)), max_size=11)


def elements(kinds: list[ElementKind]) -> Reading:
    told = tuple(Element(kind, n * 3, n * 3 + 2) for n, kind in enumerate(kinds))
    return Reading("text/plain", "ab " * len(kinds), told)


@given(kinds=KINDS)
def test_every_word_stays_in_an_element_of_its_sort(kinds: list[ElementKind]) -> None:
    given = elements(kinds)
    kept = bounded(given, SMALL).elements
    aside = (ElementKind.HIDDEN, ElementKind.FURNITURE, ElementKind.QUOTED)
    for one in given.elements:
        [there] = [e for e in kept if e.char_start <= one.char_start and one.char_end <= e.char_end]
        assert (there.kind in aside) == (one.kind in aside)
        assert there.kind is one.kind or one.kind not in aside
    assert sum(one.kind in (ElementKind.HEADING, ElementKind.TITLE) for one in kept) <= 3
    assert all(one.char_end <= two.char_start for one, two in pairwise(kept))


def test_what_is_within_stays_as_it_is() -> None:
    given = elements([ElementKind.HEADING, ElementKind.PARAGRAPH])
    assert bounded(given, SMALL) == given


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param(
            elements([ElementKind.HEADING] * 5),
            "Only the first 3 of its 5 headings count as headings; all words are there.",
            id="headings",
        ),
        pytest.param(
            elements([ElementKind.TABLE_ROW] * 9),
            "After 6 paragraphs, rows and headings the rest is joined to longer paragraphs; "
            "all words are there.",
            id="rows",
        ),
        pytest.param(
            Reading("", "x", (), facts=tuple(Fact("reply-to", str(n)) for n in range(9))),
            "Only the last 4 of its 9 references to other messages are kept.",
            id="references",
        ),
        pytest.param(
            Reading("", "x", (), facts=tuple(Fact("party", str(n)) for n in range(9))),
            "Only the last 4 of its 9 values of party are kept.",
            id="parties",
        ),
        pytest.param(
            Reading(
                "", "x", (), revisions=(Revision(RevisionKind.COMMENT, "", "", 0, 1, "c"),) * 6
            ),
            "Only the first 5 of its 6 changes and comments are listed.",
            id="changes",
        ),
    ],
)
def test_what_is_left_out_is_said(given: Reading, says: str) -> None:
    assert bounded(given, SMALL).problem == says


def test_the_nearest_references_are_those_that_are_kept() -> None:
    many = tuple(Fact("reply-to", str(n)) for n in range(9))
    kept = bounded(Reading("", "x", (), facts=(Fact("author", "A"), *many)), SMALL).facts
    assert kept == (Fact("author", "A"), *many[-4:])


def test_what_is_long_is_shortened() -> None:
    given = Reading("", "x", (), title="t" * 5000, facts=(Fact("party", "p" * 5000),))
    kept = bounded(given, SMALL)
    assert len(kept.title) == len(kept.facts[0].value) == LONGEST_VALUE


@pytest.mark.parametrize(
    "given",
    [
        Reading("", "x", (), pages=tuple(Page(n, 0, 1) for n in range(8))),
        elements([ElementKind.HIDDEN, ElementKind.PARAGRAPH] * 20),
    ],
    ids=["pages", "taking turns"],
)
def test_what_cannot_be_bounded_is_refused(given: Reading) -> None:
    with pytest.raises(LimitExceeded, match="Split it and add the parts"):
        bounded(given, SMALL)
