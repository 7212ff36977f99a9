"""What makes a catalogue of texts whole: the same keys, places and plural forms everywhere."""

import re
from collections.abc import Mapping

from kb.text.messages import DEFAULT, Catalogue, Text

FORMS = {"one", "other"}
"""The plural forms of the languages that there are, by CLDR: English and German have the same."""

_PLACE = re.compile(r"\{(\w*)\}")


def faults(texts: Mapping[str, Mapping[str, Text]]) -> list[str]:
    """What one language has and another lacks, one line each."""
    found = []
    ours = texts[DEFAULT]
    for language, its in texts.items():
        found += [f"{language} lacks {key}" for key in sorted(ours.keys() - its.keys())]
        found += [f"{language} alone has {key}" for key in sorted(its.keys() - ours.keys())]
        for key in sorted(ours.keys() & its.keys()):
            if _forms(its[key]) != _forms(ours[key]):
                found.append(f"{language} has other plural forms for {key}")
            if _places(its[key]) != _places(ours[key]):
                found.append(f"{language} has other places in {key}")
    return found


def patterns(catalogue: Catalogue, language: str) -> dict[str, list[str]]:
    """By key, every form of its text."""
    texts = catalogue.texts[language]
    return {key: _all(text) for key, text in texts.items()}


def _all(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def _forms(text: Text) -> set[str]:
    return set() if isinstance(text, str) else set(text)


def _places(text: Text) -> set[str]:
    """All of all forms: a form for one may write its number out."""
    return {place for form in _all(text) for place in _PLACE.findall(form)}
