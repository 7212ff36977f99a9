import pytest

from kb.words import content_terms, terms


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
