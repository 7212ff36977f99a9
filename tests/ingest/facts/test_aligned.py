"""Text that keeps its place in the canonical text, whatever is cut from it or put in."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.facts.base.aligned import Aligned, flat, joined, standing

TEXT = "Acme \n &amp;  Sons\t(“Acme”), and Brook Ltd"
TEXTS = st.text("aB &;#1\n\t\xa0\x1c\u2003(),", max_size=40)
PATTERNS = st.sampled_from([r" ?\(", r"[ ,]+", r"a|B+", r"&\S*", r"(?<=a)[\n ]", r"^\s+|,$"])


def stands(part: Aligned, text: str) -> str:
    """The words of `text` that `part` stands for."""
    start, end = part.span or (0, 0)
    return text[start:end]


@given(TEXTS, st.integers(0, 40), st.integers(0, 40), PATTERNS, st.sampled_from(["", "x", " ¶ "]))
def test_it_is_the_same_text_as_without_places(
    text: str, start: int, end: int, pattern: str, put: str
) -> None:
    known, plain, form = standing(text, start, end), text[start:end], re.compile(pattern)
    assert known == plain
    assert known.replaced(form, put) == form.sub(lambda _: put, plain)
    assert known.replaced(form, put, most=1) == form.sub(lambda _: put, plain, count=1)
    assert known.parted(form) == form.split(plain)
    assert joined(known.parted(form), put) == put.join(form.split(plain))
    assert (known.strip(), known.strip(" ,"), known.rstrip()) == (
        plain.strip(),
        plain.strip(" ,"),
        plain.rstrip(),
    )
    assert flat(known) == " ".join(html.unescape(plain).split())


@given(TEXTS, st.integers(0, 40), PATTERNS)
def test_what_is_left_of_it_stands_where_it_stood(text: str, start: int, pattern: str) -> None:
    form = re.compile(pattern)
    for part in standing(text, start, len(text)).parted(form):
        assert stands(part, text) == part
    known = standing(text, start, len(text)).replaced(form)
    assert all(stands(known[at], text) == known[at] for at in range(len(known)))


def test_words_over_lines_and_characters_of_html_stand_for_what_is_written() -> None:
    name = flat(standing(TEXT, 0, len(TEXT)))
    assert name == "Acme & Sons (“Acme”), and Brook Ltd"
    assert stands(name[:11], TEXT) == "Acme \n &amp;  Sons"
    assert stands(name[5], TEXT) == "&amp;"
    assert stands(name[-9:], TEXT) == "Brook Ltd"


def test_a_value_stands_where_its_words_stand() -> None:
    words = standing("on the 3rd of May, 2019", 7, 23)
    day = words.read_as("2019-05-03")
    assert (day, day.span, type(str(day))) == ("2019-05-03", (7, 23), str)


def test_a_text_from_elsewhere_has_no_place() -> None:
    title = Aligned("Acme v. Brook")
    assert title.span is None
    assert [part.span for part in title.parted(re.compile(r" v\. "))] == [None, None]
    assert joined([title, standing(TEXT, 0, 4)]).span is None
    assert title.replaced(re.compile("Acme"), "Mill").read_as("Mill").span is None


@pytest.mark.parametrize("at", [-1, 0, 3])
def test_a_single_character_has_its_place(at: int) -> None:
    assert stands(standing(TEXT, 0, 4)[at], TEXT) == "Acme"[at]
