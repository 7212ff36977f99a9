"""The catalogue of what the service says: whole in every language, used, and written well."""

import re
from pathlib import Path

import pytest

from kb.text.messages import Catalogue, said, spoken
from tests.catalogues import FORMS, faults, patterns

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = Catalogue(ROOT / "kb" / "text" / "locales")


def test_every_language_says_the_same() -> None:
    assert CATALOGUE.languages == ("en", "de")
    assert faults(CATALOGUE.texts) == []


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        pytest.param({"en": {"a": "A"}, "de": {}}, "de lacks a", id="a key"),
        pytest.param({"en": {}, "de": {"a": "A"}}, "de alone has a", id="a key too many"),
        pytest.param(
            {"en": {"a": "{x}"}, "de": {"a": "{y}"}}, "de has other places in a", id="a place"
        ),
        pytest.param(
            {"en": {"a": {"one": "A", "other": "B"}}, "de": {"a": "A"}},
            "de has other plural forms for a",
            id="a plural",
        ),
    ],
)
def test_what_one_language_lacks_is_found(texts: dict[str, dict[str, str]], fault: str) -> None:
    assert faults(texts) == [fault]


def test_every_text_is_used_and_every_used_one_is_there() -> None:
    code = "\n".join(file.read_text("utf-8") for file in (ROOT / "kb").rglob("*.py"))
    used = {key for key in CATALOGUE.texts["en"] if f'"{key}"' in code}
    used |= {key for key in CATALOGUE.texts["en"] if f'"{key.removeprefix("answer.")}"' in code}
    assert used == set(CATALOGUE.texts["en"])
    asked = set(re.findall(r'\bsaid\(\s*"([\w.-]+)"', code))
    asked |= {f"answer.{key}" for key in re.findall(r'\bsay\(\s*[\'"]([\w.-]+)[\'"]', code)}
    assert len(asked) > 10
    assert asked <= set(CATALOGUE.texts["en"])


@pytest.mark.parametrize("language", CATALOGUE.languages)
def test_a_text_that_counts_has_every_form(language: str) -> None:
    for text in CATALOGUE.texts[language].values():
        assert isinstance(text, str) or set(text) == FORMS


def test_german_has_german_quotation_marks() -> None:
    for key, forms in patterns(CATALOGUE, "de").items():
        for form in forms:
            assert form.count("„") == form.count("“"), key
            assert not set(form) & set("”\"'"), key


def test_a_language_without_texts_is_answered_in_english() -> None:
    for language in ("", "fr", "zh"):
        assert spoken(language) == "en"
        assert said("answer.quotes-only", language) == "Quotes alone were asked for."
    assert spoken("de") == "de"


def test_a_count_takes_its_form() -> None:
    one = said("answer.names-nowhere", "de", count=1, names="„Zennor“")
    assert one == "„Zennor“ kommt in keinem dieser Dokumente vor."
    two = said("answer.names-nowhere", "de", count=2, names="„Zennor“, „Iceland“")
    assert two == "„Zennor“, „Iceland“ kommen in keinem dieser Dokumente vor."
