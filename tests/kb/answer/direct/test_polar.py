"""Yes and no only where a clause says so in the question's words, without a condition."""

import pytest

from kb.domain.events import DirectKind
from tests.kb.answer.direct.quoted import answers

SUBLET = "May the tenant sublet the premises?"


@pytest.mark.parametrize(
    ("question", "sentence", "kind"),
    [
        pytest.param(SUBLET, "The tenant may sublet the premises.", DirectKind.YES, id="leave"),
        pytest.param(SUBLET, "The tenant may not sublet the premises.", DirectKind.NO, id="none"),
        pytest.param(
            SUBLET,
            "The tenant may sublet the premises if the landlord consents.",
            DirectKind.CLAUSE,
            id="a condition",
        ),
        pytest.param(
            SUBLET, "The tenant shall sublet the premises.", DirectKind.CLAUSE, id="another mood"
        ),
        pytest.param(
            "Must the tenant insure the premises?",
            "The tenant shall insure the premises.",
            DirectKind.YES,
            id="a duty",
        ),
        pytest.param(
            "Is the tenant required to insure the premises?",
            "The tenant is not required to insure the premises.",
            DirectKind.NO,
            id="no duty",
        ),
        pytest.param(
            "Does the license include the firmware?",
            "The license does not include the firmware.",
            DirectKind.NO,
            id="what is",
        ),
        pytest.param(
            "Does the license include the firmware?",
            "Jarrah argues that the license includes the firmware.",
            DirectKind.CLAUSE,
            id="what somebody says",
        ),
    ],
)
def test_a_clause_says(question: str, sentence: str, kind: DirectKind) -> None:
    [one] = answers(question, sentence)
    assert (one.kind, one.text) == (kind, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param(SUBLET, "The tenant may assign the lease.", id="other words"),
        pytest.param("May the tenant not sublet?", "The tenant may sublet.", id="asked with not"),
        pytest.param(SUBLET, f"The tenant may sublet the premises, {'and ' * 80}so on.", id="long"),
    ],
)
def test_no_clause_says(question: str, sentence: str) -> None:
    assert answers(question, sentence) == ()


def test_two_clauses_that_differ_say_nothing() -> None:
    both = "The tenant may sublet the premises. The tenant may not sublet the premises."
    assert answers(SUBLET, both) == ()
