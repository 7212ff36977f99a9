"""Which models may read a scan, and how well one has read it: without any engine."""

import pytest

from ingest.formats.base.options import ParseOptions
from ingest.formats.ocr.candidates import (
    RAPIDOCR,
    Model,
    first_model,
    likely_languages,
    other_models,
)
from ingest.formats.ocr.legibility import Legibility, legibility
from ingest.formats.ocr.page_reading import Line
from kb.pages.ocr_models import (
    OTHERS,
    PACKAGED,
    how_to_install,
    needs_tesseract,
    scripts_of,
    tesseract_data,
)

ENGLISH_MATTER = ("en",)


def line(text: str, *, confidence: float = 1.0, width: float = 800) -> Line:
    return Line(text, (100, 100, 100 + width, 140), (), confidence)


def names(found: list[list[Model]]) -> list[list[str]]:
    return [[str(model) for model in models] for models in found]


@pytest.mark.parametrize(
    ("ocr", "language", "model"),
    [
        pytest.param("auto", "auto", RAPIDOCR, id="nothing is set"),
        pytest.param("auto", "en", RAPIDOCR, id="English"),
        pytest.param("auto", "de", Model("rapidocr", "de"), id="Latin letters stay with RapidOCR"),
        pytest.param("auto", "ru", Model("tesseract", "rus"), id="RapidOCR does not read it"),
        pytest.param("auto", "rus+eng", Model("tesseract", "rus+eng"), id="tesseract's own names"),
        pytest.param("rapidocr", "ru", Model("rapidocr", "ru"), id="the engine is set"),
        pytest.param("tesseract", "auto", Model("tesseract", "eng"), id="tesseract without more"),
        pytest.param("tesseract", "de+en", Model("tesseract", "deu+eng"), id="several"),
    ],
)
def test_what_is_set_comes_first(ocr: str, language: str, model: Model) -> None:
    options = ParseOptions(ocr=ocr, ocr_language=language)  # type: ignore[arg-type]
    assert first_model(options) == model


@pytest.mark.parametrize(
    ("name", "stated", "text", "matter", "languages"),
    [
        pytest.param("scan.pdf", "", "", (), (), id="nothing is known"),
        pytest.param("scan.pdf", "", "", ("en", "ru"), ("en", "ru"), id="the matter's documents"),
        pytest.param("scan.pdf", "el-GR", "", ("ru",), ("el", "ru"), id="the file states one"),
        pytest.param("scan_ru.pdf", "", "", ("el",), ("ru", "el"), id="a tag ends its name"),
        pytest.param("lease (ara).pdf", "", "", (), ("ar",), id="a tag of three letters"),
        pytest.param("договор.pdf", "", "", (), ("ru",), id="the letters of its name"),
        pytest.param("el contrato.pdf", "", "", (), (), id="a word that begins the name is no tag"),
        pytest.param("scan.pdf", "en-US", "Договор аренды помещения", (), ("ru",), id="its pages"),
    ],
)
def test_the_likely_languages_of_a_file(
    name: str, stated: str, text: str, matter: tuple[str, ...], languages: tuple[str, ...]
) -> None:
    assert likely_languages(name, stated, text, matter) == languages


def test_models_for_likely_letters_are_tried_first_and_those_for_the_same_together() -> None:
    installed = {"eng", "rus", "ukr", "ell", "ara", "deu"}
    found = other_models(RAPIDOCR, ("en", "ar", "uk"), installed)
    assert names(found) == [
        ["tesseract ara+eng"],
        ["tesseract ukr+eng", "tesseract rus+eng"],
        ["RapidOCR on the whole image", "tesseract eng"],
        ["tesseract ell+eng"],
    ]


def test_only_what_is_installed_is_tried() -> None:
    whole = "RapidOCR on the whole image"
    assert names(other_models(RAPIDOCR, ("ru",), frozenset())) == [[whole]]
    found = other_models(RAPIDOCR, ("ru",), {"eng", "deu"})
    assert names(found) == [[whole, "tesseract eng"]]
    found = other_models(RAPIDOCR, ("ru",), {"rus"})
    assert names(found) == [["tesseract rus"], [whole]]


def test_no_more_models_are_tried_than_one_page_is_worth() -> None:
    everything = {one.data for one in OTHERS.values()} | {"eng"}
    assert sum(map(len, other_models(RAPIDOCR, ("th",), everything))) == 8


def test_latin_letters_are_tried_again_by_tesseract_in_the_languages_of_the_matter() -> None:
    found = other_models(RAPIDOCR, ("de", "en", "fr"), {"eng", "deu", "fra", "rus"})
    assert names(found) == [
        ["RapidOCR on the whole image", "tesseract deu+eng", "tesseract eng"],
        ["tesseract rus+eng"],
    ]


def test_tesseract_alone_tries_the_languages_of_the_matter() -> None:
    found = other_models(Model("tesseract", "eng"), ("de", "en", "ru"), {"eng", "deu", "rus"})
    assert names(found) == [["tesseract rus+eng"], ["tesseract deu+eng"]]


@pytest.mark.parametrize(
    ("lines", "scripts", "share"),
    [
        pytest.param([line("The rent")], PACKAGED, 1.0, id="read for certain"),
        pytest.param([line("The rent", confidence=0.5)], PACKAGED, 0.5, id="half sure"),
        pytest.param([line("The rent"), line("", confidence=0)], PACKAGED, 0.5, id="a line unread"),
        pytest.param([line("αβγδ")], PACKAGED, 0.0, id="letters it was not made for"),
        pytest.param([line("αβ ab")], frozenset({"GREEK"}), 0.5, id="half of the letters"),
        pytest.param([line("1,250.00 / 7")], PACKAGED, 1.0, id="figures fit everywhere"),
        pytest.param([line("αβγδ")], frozenset(), 1.0, id="letters of any kind may come"),
        pytest.param([line("a"), line("", confidence=0, width=2400)], PACKAGED, 0.25, id="long"),
    ],
)
def test_how_much_of_a_page_is_legible(
    lines: list[Line], scripts: frozenset[str], share: float
) -> None:
    assert legibility(lines, scripts, 1600).share == pytest.approx(share)


def test_a_page_without_lines_is_not_doubtful() -> None:
    assert not legibility([], PACKAGED, 1600).doubtful
    assert not legibility([line("", confidence=0, width=300)], PACKAGED, 1600).doubtful
    assert legibility([line("", confidence=0)], PACKAGED, 1600).doubtful


def test_another_reading_has_to_be_good_and_clearly_better() -> None:
    before = Legibility(2.0, 10.0)
    assert Legibility(9.0, 10.0).beats(before)
    assert not Legibility(4.5, 10.0).beats(before), "better, and still a guess"
    assert not Legibility(7.0, 10.0).beats(Legibility(6.5, 10.0)), "not clearly better"


def test_languages_have_one_name_for_each_engine() -> None:
    assert tesseract_data("ru") == "rus"
    assert tesseract_data("de+ru+frk") == "deu+rus+frk"
    assert needs_tesseract("ar")
    assert not needs_tesseract("fr")
    assert scripts_of("rus") == {"CYRILLIC"}
    assert scripts_of("rus+eng") == {"CYRILLIC"} | PACKAGED
    assert scripts_of("frk") == frozenset()
    assert how_to_install("rus+chi_sim") == (
        "apt-get install tesseract-ocr tesseract-ocr-rus tesseract-ocr-chi-sim"
    )
