"""The choice of the model that reads a scan, with engines that are told what to find."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ingest.formats.base.options import ParseOptions
from ingest.parsing import ocr_choice
from ingest.parsing.ocr_pages import Effort, recognised
from kb.domain import Element, ElementKind, Page, Reading
from kb.errors import LimitExceeded

PACKAGED = "RapidOCR"
WHOLE = "RapidOCR on the whole image"
ENGLISH = "tesseract eng"
RUSSIAN, UKRAINIAN, GREEK = (f"tesseract {one}+eng" for one in ("rus", "ukr", "ell"))
ALL = frozenset({"eng", "rus", "ukr", "ell"})


@dataclass
class Engines:
    """Stands for the pool: each model reads a share of each page, or fails; one second each."""

    shares: Mapping[str, Mapping[int, float]]
    closed: bool = False
    calls: list[tuple[int, str]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def call(self, _: Any, path: str, number: int, known: str, model: Any, **__: Any) -> Any:
        with self.lock:
            self.calls.append((number, str(model)))
        share = self.shares.get(str(model), {}).get(number)
        if share is None:
            raise LimitExceeded("It took longer than KB_PARSE_TIMEOUT_S.")
        text = f"page {number} by {model}"
        whole = Element(ElementKind.PARAGRAPH, 0, len(text), 1)
        return Reading("", text, (whole,), (Page(1, 0, len(text)),)), 1.0, 10 * share, 10.0


def read(engines: Engines, pages: int = 1, **options: Any) -> tuple[Reading, Effort]:
    images = tuple(Page(n, 2 * n - 2, 2 * n - 2, True) for n in range(1, pages + 1))
    scan = Reading("application/pdf", "\n\n" * (pages - 1), (), images)
    pool: Any = engines
    return recognised(Path("scan.pdf"), "scan.pdf", scan, pool, ParseOptions(**options))


def told(reading: Reading) -> list[str]:
    return [fact.value for fact in reading.facts if fact.name == "ocr"]


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_choice, "installed_data", lambda: ALL)


def test_a_legible_page_is_read_once_and_nothing_else_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asked() -> frozenset[str]:
        raise AssertionError("the models of tesseract were looked for")

    monkeypatch.setattr(ocr_choice, "installed_data", asked)
    engines = Engines({PACKAGED: {1: 0.99, 2: 0.95}})
    reading, effort = read(engines, 2, languages=("en",))
    assert sorted(engines.calls) == [(1, PACKAGED), (2, PACKAGED)]
    assert told(reading) == ["RapidOCR, 97 % legible"]
    assert reading.problem is None
    assert effort == Effort(2.0, 2)


def test_what_reads_the_first_page_best_reads_the_file() -> None:
    engines = Engines({
        PACKAGED: dict.fromkeys(range(1, 7), 0.1),
        ENGLISH: {1: 0.2}, WHOLE: {1: 0.1},
        GREEK: {1: 0.3}, RUSSIAN: dict.fromkeys(range(1, 7), 0.95), UKRAINIAN: {1: 0.9},
    })  # fmt: skip
    reading, effort = read(engines, 6)
    assert all(f"page {n} by {RUSSIAN}" in reading.text for n in range(1, 7))
    assert told(reading) == ["tesseract rus+eng, 95 % legible; on page 1 RapidOCR 10 %"]
    assert {number for number, model in engines.calls if model == UKRAINIAN} == {1}
    assert reading.problem is None
    assert effort.ocr_pages == 6
    assert effort.ocr_s == len(engines.calls), "every try is counted"


def test_of_models_for_the_same_letters_the_better_is_taken() -> None:
    engines = Engines({PACKAGED: {1: 0.1}, RUSSIAN: {1: 0.88}, UKRAINIAN: {1: 0.93}})
    assert UKRAINIAN in read(engines)[0].text


def test_the_letters_of_the_matter_are_tried_first_and_end_it() -> None:
    engines = Engines({PACKAGED: {1: 0.1}, GREEK: {1: 0.9}, RUSSIAN: {1: 0.3}, UKRAINIAN: {1: 0.3}})
    read(engines, languages=("en", "el"))
    assert engines.calls == [(1, PACKAGED), (1, GREEK)]


def test_pages_that_follow_in_other_letters_are_read_by_another_model() -> None:
    engines = Engines({
        PACKAGED: {1: 0.99, 2: 0.1, 3: 0.97, 4: 0.2},
        RUSSIAN: {2: 0.96, 4: 0.94}, UKRAINIAN: {2: 0.9},
    })  # fmt: skip
    reading, _ = read(engines, 4)
    by = [PACKAGED, RUSSIAN, PACKAGED, RUSSIAN]
    assert reading.text.split("\n\n") == [f"page {n} by {m}" for n, m in enumerate(by, 1)]
    assert told(reading) == [
        "RapidOCR on 2 of 4 pages, 98 % legible",
        "tesseract rus+eng on 2 of 4 pages, 95 % legible; on page 2 RapidOCR 10 %",
    ]


def test_what_no_model_reads_stays_as_it_was_and_is_told() -> None:
    engines = Engines({PACKAGED: {1: 0.2}, RUSSIAN: {1: 0.4}, GREEK: {1: 0.3}, UKRAINIAN: {1: 0.1}})
    reading, _ = read(engines)
    assert PACKAGED in reading.text
    assert reading.problem is not None
    assert "could read only 20 % of the lines of page 1." in reading.problem
    assert "apt-get install tesseract-ocr tesseract-ocr-rus" in reading.problem


def test_a_likely_language_without_its_data_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_choice, "installed_data", lambda: frozenset({"eng"}))
    reading, _ = read(Engines({PACKAGED: {1: 0.0}}), languages=("ar", "en"))
    assert reading.problem is not None
    assert "It may be in Arabic, which tesseract reads." in reading.problem
    assert "apt-get install tesseract-ocr tesseract-ocr-ara;" in reading.problem


def test_a_model_that_fails_on_the_page_is_passed_over() -> None:
    engines = Engines({PACKAGED: {1: 0.1}, RUSSIAN: {1: 0.9}})
    assert RUSSIAN in read(engines)[0].text


def test_a_page_on_which_the_chosen_model_fails_keeps_what_there_is() -> None:
    engines = Engines({PACKAGED: {1: 0.9, 2: 0.1, 3: 0.1}, RUSSIAN: {2: 0.9}})
    reading, _ = read(engines, 3)
    assert f"page 2 by {RUSSIAN}" in reading.text
    assert f"page 3 by {PACKAGED}" in reading.text
    assert not any(page.needs_ocr for page in reading.pages)


@pytest.mark.parametrize("best", [ENGLISH, WHOLE])
def test_worn_small_type_is_read_by_what_reads_it_best(best: str) -> None:
    other = WHOLE if best == ENGLISH else ENGLISH
    engines = Engines({PACKAGED: {1: 0.15, 2: 0.2}, best: {1: 0.9, 2: 0.9}, other: {1: 0.8}})
    reading, _ = read(engines, 2, languages=("en",))
    assert told(reading) == [f"{best}, 90 % legible; on page 1 RapidOCR 15 %"]
    assert not any(model == RUSSIAN for _, model in engines.calls)


@pytest.mark.parametrize(
    ("languages", "model"),
    [(("en",), ENGLISH), (("uk", "en"), UKRAINIAN), (("hy",), ENGLISH), ((), ENGLISH)],
)
def test_tesseract_alone_begins_with_the_languages_of_the_matter(
    languages: tuple[str, ...], model: str
) -> None:
    engines = Engines({model: {1: 0.9}})
    read(engines, ocr="tesseract", languages=languages)
    assert engines.calls == [(1, model)]


@pytest.mark.parametrize(
    ("options", "model"),
    [
        pytest.param({"ocr_language": "en"}, PACKAGED, id="a language"),
        pytest.param({"ocr": "rapidocr"}, PACKAGED, id="an engine"),
        pytest.param({"ocr_language": "ru"}, "tesseract rus", id="a language of tesseract"),
    ],
)
def test_where_the_settings_say_it_nothing_is_tried(options: dict[str, Any], model: str) -> None:
    engines = Engines({model: {1: 0.1}, RUSSIAN: {1: 0.9}})
    read(engines, **options)
    assert engines.calls == [(1, model)]
