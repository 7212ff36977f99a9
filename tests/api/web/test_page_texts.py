"""Every word of the page stands in its catalogue, in every language, and nowhere else."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from api.web.pages import catalogue
from kb.text.messages import Catalogue
from tests.api.web.javascript import literals
from tests.catalogues import FORMS, faults, patterns

WEB = Path(__file__).resolve().parents[3] / "api" / "web"
TEMPLATE = (WEB / "templates" / "page.html").read_text("utf-8")
SCRIPTS = {file.name: file.read_text("utf-8") for file in sorted(WEB.glob("static/*.js"))}
KEYS = set(catalogue.texts["en"])

_LETTER = re.compile(r"[^\W\d_]")
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_CALL = re.compile(r"\b(?:t|pieces|said|titled|advise|strong)\((?=[^)])")
_DIRECT = re.compile(_CALL.pattern.partition("(?=")[0] + "$")
_DOTTED = re.compile(r"[a-z][\w§-]*(?:\.[\w§-]+)+")
_PROSE = re.compile(r"[^\W\d_]{2,}\S* \S*[^\W\d_]{2,}|^[A-Z][a-z]|[^\W\d_]{2,}[.!?…]$")
_OF_ELEMENTS = re.compile(r"(?:class: |kind = |class: [^,}]*\? |[\"'] : )$")

OF_THE_PLATFORM = {
    *("AbortError", "Enter", "Escape", "ArrowLeft", "ArrowRight", "Home", "End", "Files"),
    *("(min-width: 1100px)", "mark, .here", "textarea, input", '[data-fact="§"] button'),
}
"""Names of keys, errors and elements as browsers know them."""

OF_QUERIES = {
    "title: party: judge: matter: client: author: docket: bates: language:",  # written as they are
    "chosen files by job",  # a name in the tab's own store
    "main-button small",  # a class, given by position
}


class _Words(HTMLParser):
    """What of a page a person sees or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        told = ("aria-label", "placeholder", "title", "alt")
        self.found += [value or "" for name, value in attrs if name in told]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.found.append(data)


def words_in(template: str) -> list[str]:
    """What stands in a template itself, in letters, outside its expressions."""
    reader = _Words()
    reader.feed(_EXPRESSION.sub("", template))
    return [text.strip() for text in reader.found if _LETTER.search(text)]


def prose_in(script: str) -> list[str]:
    """The literals of a script that read like words for people."""
    known = OF_THE_PLATFORM | OF_QUERIES
    return [
        text
        for before, text in literals(script)
        if _PROSE.search(text)
        and text not in known
        and not _OF_ELEMENTS.search(before)
        and not before.startswith("const FUNCTION_WORDS")
    ]


def asked_for() -> tuple[set[str], set[str]]:
    """The keys that page and scripts name, and those that they make, as patterns."""
    named = set(re.findall(r'\b(?:t|strong)\("([\w.-]+)"', TEMPLATE))
    made: set[str] = set()
    for script in SCRIPTS.values():
        for before, text in literals(script):
            if text in KEYS:
                named.add(text)
            elif _DIRECT.search(before) or (_CALL.search(before) and _DOTTED.fullmatch(text)):
                (made if "§" in text else named).add(text)
    return named, made


def test_every_language_has_every_text_with_the_same_places() -> None:
    assert catalogue.languages == ("en", "de")
    assert faults(catalogue.texts) == []


@pytest.mark.parametrize("language", catalogue.languages)
def test_no_text_is_empty_or_markup_and_every_plural_has_its_forms(language: str) -> None:
    for key, text in catalogue.texts[language].items():
        assert isinstance(text, str) or set(text) == FORMS, key
    for key, forms in patterns(catalogue, language).items():
        assert all(form.strip() and "<" not in form for form in forms), key


@pytest.mark.parametrize("language", catalogue.languages)
def test_no_key_is_written_twice(language: str) -> None:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names))
        return dict(pairs)

    text = (WEB / "locales" / f"{language}.json").read_text("utf-8")
    json.loads(text, object_pairs_hook=once)


def test_the_page_and_its_scripts_ask_for_every_text_and_for_no_other() -> None:
    named, made = asked_for()
    assert named - KEYS == set()
    ways = [re.compile(re.escape(one).replace("§", r"[\w-]+")) for one in made]
    assert [way.pattern for way in ways if not any(way.fullmatch(key) for key in KEYS)] == []
    spared = {"locale", "language"}  # of the language itself
    unused = KEYS - named - spared
    assert sorted(key for key in unused if not any(way.fullmatch(key) for way in ways)) == []


def test_no_word_for_people_stands_in_the_template() -> None:
    assert words_in(TEMPLATE) == []
    assert words_in('<p>{{ t("a") }}</p><p aria-label="Close">Read <b>this</b></p>') == [
        "Close",
        "Read",
        "this",
    ]


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_words_for_people_stand_in_a_script(name: str) -> None:
    assert prose_in(SCRIPTS[name]) == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('say(target, "Nothing was found.");', id="a sentence"),
        pytest.param("el('b', {}, 'Retry');", id="a word with a capital"),
        pytest.param("note(`Written by ${answer.model} on this machine`);", id="a template"),
        pytest.param("t(`a.${list.map((one) => `${one} was read`)}`);", id="inside another"),
    ],
)
def test_words_for_people_are_found_in_a_script(script: str) -> None:
    assert len(prose_in(script)) == 1


def test_comments_and_expressions_are_no_words_for_people() -> None:
    script = '// Never "more words" here.\nconst found = text.replace(/"two words" \'/g, "");\n'
    assert prose_in(script) == []


def test_german_is_written_as_germans_write_it() -> None:
    for key, forms in patterns(catalogue, "de").items():
        for form in forms:
            assert form.count("„") == form.count("“") and "”" not in form, key
            if not key.endswith((".written", ".terms")):  # what is typed into a field
                assert '"' not in form and "'" not in form, key
            assert not re.search(r"\w…", form), f"{key}: a space stands before …"
            assert not re.search(r"\b(?:du|dein|dir|dich)\b", form, re.IGNORECASE), key


def test_a_newcomer_finds_one_file_for_each_language() -> None:
    assert Catalogue(WEB / "locales").texts == catalogue.texts
    assert {file.stem for file in (WEB / "locales").iterdir()} == set(catalogue.languages)
