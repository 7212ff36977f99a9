"""What the product says in its own words: a file for each language, a key for each text."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DEFAULT = "en"
"""What is said where a language has no file."""

Text = str | Mapping[str, str]
"""A text with {places}, or its plural forms by CLDR's names: one and other."""


class Catalogue:
    """The texts of a folder, which holds LANGUAGE.json for each language by ISO 639-1 code."""

    def __init__(self, folder: Path) -> None:
        files = sorted(folder.glob("*.json"))
        self.texts: Mapping[str, Mapping[str, Text]] = {
            file.stem: json.loads(file.read_text("utf-8")) for file in files
        }

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that have a file, the default first."""
        return (DEFAULT, *(code for code in self.texts if code != DEFAULT))

    def spoken(self, language: str) -> str:
        """The language itself where it has a file, else the default."""
        return language if language in self.texts else DEFAULT

    def pattern(self, key: str, language: str, *, count: int | None = None) -> str:
        """A text, its places not yet filled, in the form that `count` takes."""
        found = self.texts[self.spoken(language)][key]
        if isinstance(found, str):
            return found
        return found["one" if count == 1 else "other"]

    def text(self, key: str, language: str, *, count: int | None = None, **values: object) -> str:
        """A text with its places filled; `count` is a place too."""
        return self.pattern(key, language, count=count).format(count=count, **values)


def said(key: str, language: str, *, count: int | None = None, **values: object) -> str:
    """What the service says about a question or an answer, by its key in `kb/text/locales`.

    In English where it does not speak the language.
    """
    return _catalogue().text(key, language, count=count, **values)


def spoken(language: str) -> str:
    """The language in which `said` answers for this one."""
    return _catalogue().spoken(language)


@cache
def _catalogue() -> Catalogue:
    return Catalogue(Path(__file__).parent / "locales")
