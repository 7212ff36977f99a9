"""Marks of notes stand apart from what they hang on, in a text and in what is searched."""

import pytest

from kb.text.analyzer import terms
from kb.text.raised import raised_words
from kb.text.sentences import sentence_spans
from kb.text.tokens import tokens


@pytest.mark.parametrize(
    ("before", "words", "expected"),
    [
        pytest.param("paid $25,000", "4", " \u2074", id="an amount"),
        pytest.param("the broker", "17", " \u00b9\u2077", id="a word"),
        pytest.param("was paid.", "4", "\u2074", id="behind a full stop"),
        pytest.param("the tenant", "4, 5", " \u2074, \u2075", id="two marks"),
        pytest.param("an area of 40 m", "2", "\u00b2", id="a power"),
        pytest.param("section 12 m", "3", "\u00b3", id="a power again"),
        pytest.param("the 5", "th", "th", id="an ordinal"),
        pytest.param("the 2", "2nd", "2nd", id="letters and figures"),
        pytest.param("word", " ", " ", id="nothing"),
    ],
)
def test_raised_figures_are_apart(before: str, words: str, expected: str) -> None:
    assert raised_words(before, words) == expected


def test_a_mark_is_no_word_and_a_power_is() -> None:
    text = "In 2030\u2078 the broker\u2077 had $25,000 \u2074 and 40 m\u00b2."
    assert tokens(text) == ["in", "2030", "the", "broker", "had", "25000", "and", "40", "m2"]
    assert terms(text) == ["in", "2030", "the", "broker", "had", "25000", "and", "40", "m2"]


def test_a_mark_belongs_to_the_sentence_before_it() -> None:
    text = "The price was paid.\u2074 The broker left. \u2075 It is due."
    said = [text[start:end] for start, end in sentence_spans(text)]
    assert said == ["The price was paid.\u2074", "The broker left. \u2075", "It is due."]
