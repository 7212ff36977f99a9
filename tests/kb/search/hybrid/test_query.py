"""What a query is understood to mean and to ask, by its form alone."""

import pytest

from kb.search.hybrid.query import understand


@pytest.mark.parametrize(
    ("query", "naming", "bare"),
    [
        pytest.param(
            "Consider Vance's Deed of Lease; who pays the rent?",
            {"vanc", "deed", "leas"},
            "who pays the rent?",
            id="a clause that ends in a semicolon",
        ),
        pytest.param(
            'Consider "Keep"\'s privacy policy; do you sell my data',
            {"keep", "privaci", "polici"},
            "do you sell my data",
            id="a name in quotation marks",
        ),
        pytest.param(
            "Under the lease between Aldergate, Inc. and Cobble Lane, when does the term end?",
            {"leas", "alderg", "inc", "cobbl", "lane"},
            "when does the term end?",
            id="a clause with commas of its own",
        ),
    ],
)
def test_a_clause_of_its_own_names_the_documents(query: str, naming: set[str], bare: str) -> None:
    found = understand(query)
    assert found.led
    assert set(found.naming) >= naming
    assert found.bare == bare


@pytest.mark.parametrize(
    "query",
    [
        "In the event of default, what must the tenant pay?",
        "Who pays the rent?",
        "indemnification; limitation of liability",
        "Consider Vance; rent",
        "When does the Cobble Lane lease end?",
    ],
)
def test_other_queries_are_taken_as_they_are(query: str) -> None:
    assert not understand(query).led


def test_names_and_quoted_words_may_name_a_document() -> None:
    found = understand('Which rent does the "blue folder" of Cobble Lane set?')
    assert found.naming >= {"blue", "folder", "cobbl", "lane"}
    assert "cobbl" not in found.asked


def test_initials_are_those_of_names_of_several_words() -> None:
    found = understand("Consider the deed of Boston Consulting Group, Inc.; who may assign it?")
    assert "bcg" in found.initials


def test_a_query_of_nothing_but_stop_words_still_has_words() -> None:
    assert understand("to be or not to be").words


@pytest.mark.parametrize(
    ("query", "rest"),
    [
        pytest.param("Under the Zennor lease, who pays the rent?", "who pays the rent?", id="led"),
        pytest.param(
            "May I end the lease of Cobble Lane early?", "May I end the lease early?", id="I"
        ),
        pytest.param(
            "Wie hoch ist die Kaution für die Wohnung?",
            "Wie hoch ist die Kaution für die Wohnung?",
            id="nouns with capitals",
        ),
    ],
)
def test_what_is_asked_stands_without_names(query: str, rest: str) -> None:
    assert understand(query).rest == rest
