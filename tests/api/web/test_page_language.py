"""In which language the page comes, and that it is whole in it."""

import json
import re

import pytest
from starlette.testclient import TestClient

from api.web.language import preferred
from api.web.pages import catalogue


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        pytest.param("de", "de", id="German"),
        pytest.param("de-CH,de;q=0.9,en;q=0.8", "de", id="of a region"),
        pytest.param("en-GB,en;q=0.9,de;q=0.8", "en", id="English before German"),
        pytest.param("fr-FR,fr;q=0.9,de;q=0.7,en;q=0.3", "de", id="German before English"),
        pytest.param("de, en", "de", id="as many of both"),
        pytest.param("fr,*;q=0.5", "en", id="neither"),
        pytest.param("de;q=0, fr", "en", id="German refused"),
        pytest.param("de;q=much, en;q=0.1", "en", id="not to be read"),
        pytest.param("", "en", id="nothing said"),
    ],
)
def test_the_browsers_first_language_is_taken(accepted: str, language: str) -> None:
    assert preferred(accepted, ("en", "de")) == language


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        pytest.param("/", "de-DE,de;q=0.9", "de", id="by the browser"),
        pytest.param("/", "fr", "en", id="not spoken"),
        pytest.param("/?lang=en", "de", "en", id="chosen on the page"),
        pytest.param("/?lang=xx", "de", "de", id="a choice that is none"),
    ],
)
def test_the_page_says_which_language_it_is_in(
    client: TestClient, path: str, accepted: str, language: str
) -> None:
    answer = client.get(path, headers={"accept-language": accepted})
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "accept-language"
    assert f'<html lang="{language}">' in answer.text
    assert str(catalogue.text("ask.title", language)) in answer.text
    assert f'lang="{language}" hreflang="{language}"' in answer.text
    [chosen] = re.findall(r'<a href="/\?lang=(\w+)"[^>]*aria-current="true"', answer.text)
    assert chosen == language
    assert "set-cookie" not in answer.headers


def test_the_page_brings_every_text_for_its_scripts(client: TestClient) -> None:
    page = client.get("/?lang=de").text
    [told] = re.findall(r'<script type="application/json" id="texts">(.*?)</script>', page)
    assert json.loads(told) == catalogue.texts


def test_what_is_filled_in_is_never_markup_unless_the_page_made_it(client: TestClient) -> None:
    for language in catalogue.languages:
        page = client.get(f"/?lang={language}").text
        mode = catalogue.text("search.terms", language).replace("&", "&amp;")
        assert f"<strong>{mode}</strong>" in page
        assert '<label class="file-label" for="files">' in page
        assert "&lt;" not in page and "{{" not in page and "{%" not in page
