import pytest

from kb.text.analyzer import (
    content_terms,
    indexed,
    language_of,
    named_terms,
    placed_content_terms,
    terms,
    without_names,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Indemnified indemnifies", ["indemnifi", "indemnifi"], id="stems"),
        pytest.param("USD 5,000,000.50", ["usd", "5000000.50"], id="figures lose separators"),
        pytest.param("The Tenant’s café", ["the", "tenant", "cafe"], id="apostrophes and accents"),
        pytest.param("租赁合同", ["租赁", "赁合", "合同"], id="Chinese becomes pairs"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_stop_words_carry_no_meaning() -> None:
    assert content_terms("What is the rent under the lease?") == ["rent", "leas"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("Wann endet die Miete und wer zahlt?", "de", id="German"),
        pytest.param("¿Cuándo termina el contrato de los socios?", "es", id="Spanish"),
        pytest.param("When does the lease end?", "en", id="English"),
        pytest.param("lease termination notice", "", id="words alone"),
        pytest.param("租赁合同", "", id="no function words"),
    ],
)
def test_a_query_shows_its_language_by_its_function_words(query: str, code: str) -> None:
    assert language_of(query) == code


def test_stop_words_are_those_of_the_language() -> None:
    assert content_terms("Wer zahlt die Miete und wann?") == ["zahlt", "miet"]


def test_a_german_noun_is_no_name() -> None:
    query = "Welche Frist gilt für die Miete nach 2015 bei der ACME?"
    assert named_terms(query) == {"2015", "acm"}
    assert "Frist" in without_names(query)


def test_a_capital_inside_a_word_makes_a_name() -> None:
    assert named_terms("McDonald owes iPayment what for the eBay sale?") == {
        *terms("McDonald iPayment eBay")
    }
    assert named_terms("Welche Frist hat die eBay?") == {"ebay"}


def test_a_figure_in_chinese_is_a_name_without_what_stands_around_it() -> None:
    assert named_terms("2015年的合同") == {"2015"}


def test_a_text_has_the_same_terms_beside_writing_without_spaces() -> None:
    text = "The tenant’s 1,200 leases, l'État's 3.5% (A-12) naïve Straße x_y"
    assert terms(text) == terms(f"{text} 租")[:-1] != []


@pytest.mark.parametrize(
    "text",
    [
        "Wann muss die Miete für den Laden bezahlt werden?",
        "租金何时支付给房东",
        "What is the monthly rent of O'Brien's shop at 1,000 dollars?",
    ],
)
def test_content_terms_are_known_by_their_places(text: str) -> None:
    placed = placed_content_terms(text)
    assert [term for term, _, _ in placed] == content_terms(text)
    assert all(term in terms(text[start:end]) for term, start, end in placed)


def test_a_word_divided_at_the_end_of_a_line_is_found_whole() -> None:
    text = "The liqui-\ndated damages of Well-\nKnown"
    assert "liquid" in terms(text)
    assert "wellknown" not in terms(text)
    placed = [text[start:end] for term, start, end in placed_content_terms(text)]
    assert placed == ["liqui-\ndated", "liqui", "dated", "damages", "Well", "Known"]
    assert "de.mietvertrag" in indexed("Der Mietver-\ntrag ist nicht in Kraft.", "de")
