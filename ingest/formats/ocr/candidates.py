"""Which models may read a scan: the one that is tried first, and which others, by what is known.

What is known is only a guess: the languages of its matter's other documents, what the file says
of itself, and its other pages. Which model reads the file is decided on a page of it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from ingest.formats.base.options import ParseOptions
from kb.pages.ocr_models import (
    OTHERS,
    PACKAGED,
    needs_tesseract,
    scripts_of,
    tesseract_data,
)
from kb.text.languages import script

MOST = 8
"""How many other models are tried on a page."""
LATIN = "eng"
"""Read beside the others, whose documents have Latin names and words, and by itself as well."""
_FEWEST_LETTERS = 20
_TAG = re.compile(r"(?:^|[\W_])([a-z]{2,3})\W*$", re.IGNORECASE)
_BY_DATA = {one.data: code for code, one in OTHERS.items()}
_BY_SCRIPT = {one.script: code for code, one in reversed(OTHERS.items())}


@dataclass(frozen=True, slots=True)
class Model:
    """An engine with a language in its own words: "en" for RapidOCR, "rus+eng" for tesseract.

    `whole`: RapidOCR looks for lines on the image as it is, which finds worn small type, slowly.
    """

    engine: Literal["rapidocr", "tesseract"]
    language: str
    whole: bool = False

    @property
    def scripts(self) -> frozenset[str]:
        """The letters that it reads, as Unicode calls them; none: any may come."""
        return PACKAGED if self.engine == "rapidocr" else scripts_of(self.language)

    def __str__(self) -> str:
        if self.engine == "tesseract":
            return f"tesseract {self.language}"
        return "RapidOCR on the whole image" if self.whole else "RapidOCR"


RAPIDOCR = Model("rapidocr", "en")


def first_model(
    options: ParseOptions, languages: Sequence[str] = (), installed: Collection[str] = ()
) -> Model:
    """The one that the settings name, else the packaged one.

    Where they name tesseract alone, it reads for the first two of the likely `languages` that are
    installed, and for English.
    """
    language = options.ocr_language
    if options.ocr == "tesseract" and language == "auto":
        likely = [tesseract_data(code) for code in languages]
        likely = [data for data in likely if data in installed and data != LATIN][:2]
        return Model("tesseract", "+".join((*likely, LATIN)))
    if options.ocr == "tesseract" or (options.ocr == "auto" and needs_tesseract(language)):
        return Model("tesseract", tesseract_data(language))
    return Model("rapidocr", "en" if language == "auto" else language)


def other_models(
    first: Model, languages: Sequence[str], installed: Collection[str]
) -> list[list[Model]]:
    """Those that may read what the first one cannot, likeliest first, at most `MOST` together.

    Models for the same letters stand together. `languages` are the likely ones, by ISO 639-1
    codes; `installed` is tesseract's data that there is. Latin letters are tried again, for
    pages of worn small type.
    """
    likely = [code for code in languages if code in OTHERS]
    packaged = [tesseract_data(code) for code in languages if code not in OTHERS]
    kinds: dict[str, list[str]] = {OTHERS[code].script: [] for code in likely}
    kinds[""] = [one for one in dict.fromkeys((*packaged, LATIN)) if one in installed][:2]
    for code in dict.fromkeys((*likely, *OTHERS)):
        if OTHERS[code].data in installed:
            kinds.setdefault(OTHERS[code].script, []).append(OTHERS[code].data)
    latin = f"+{LATIN}" if LATIN in installed else ""
    left = MOST
    found = []
    for kind, some in kinds.items():
        models = [Model("tesseract", one if one == LATIN else one + latin) for one in some]
        if not kind and first.engine == "rapidocr":
            models.insert(0, Model("rapidocr", first.language, whole=True))
        models = [model for model in models if model != first][:left]
        left -= len(models)
        found.append(models)
    return [models for models in found if models]


def likely_languages(name: str, stated: str, text: str, matter: Iterable[str]) -> tuple[str, ...]:
    """ISO 639-1 codes, likeliest first.

    By the letters of the file's other pages, what it states, its name, and the languages of its
    matter's other documents, most frequent first.
    """
    stem = PurePath(name).stem
    tag = _TAG.search(stem)
    named = [_code(tag[1])] if tag else []
    found = (_by_letters(text), _code(stated.replace("_", "-").partition("-")[0]), *named)
    return tuple(code for code in dict.fromkeys((*found, _by_letters(stem), *matter)) if code)


def _code(tag: str) -> str:
    """The code that "ru" or "rus" stands for, of languages that only tesseract reads, or ""."""
    tag = tag.lower()
    return tag if tag in OTHERS else _BY_DATA.get(tag, "")


def _by_letters(text: str) -> str:
    letters = [letter for letter in text[:20_000] if letter.isalpha()]
    scripts = Counter(map(script, letters))
    kind, count = next(iter(scripts.most_common(1)), ("", 0))
    return _BY_SCRIPT.get(kind, "") if count >= min(_FEWEST_LETTERS, len(letters)) else ""
