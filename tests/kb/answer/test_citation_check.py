import pytest

from kb.answer.citation_check import Cited, judge, passes
from kb.domain.events import Verdict

SOURCES = {
    1: Cited(
        "The Lease ends on 31 May 2031. Rent is USD 5,000 a month, payable in advance. "
        "The Tenant shall pay the Landlord a deposit of USD 9,000 on signing. "
        "The Landlord may enter the premises on two days' notice. "
        "The Tenant shall not assign this Lease without the Landlord's consent.",
        "harbour-lease.pdf Lease of Unit 7",
    ),
    2: Cited("Notices must be sent by registered post."),
    3: Cited("Rent is USD 5,000 a month.", "acme-2,024.pdf Acme Harbour and Birch", "7.3 Section"),
    4: Cited("租约规定每月租金为五千美元。"),
}


@pytest.mark.parametrize(
    ("sentence", "number", "verdict"),
    [
        pytest.param("The lease ends in May 2031 [1].", 1, "supported", id="said there"),
        pytest.param("The lease of Unit 7 ends on 31 May 2031 [1].", 1, "supported", id="title"),
        pytest.param("The rent is USD 5,000 a month [1].", 1, "supported", id="a figure"),
        pytest.param("The rent is $5,000 a month [1].", 1, "supported", id="same currency"),
        pytest.param("The deposit is USD 9,000 [1].", 1, "supported", id="another figure there"),
        pytest.param(
            "The Tenant may not assign the Lease [1].", 1, "contradicted", id="may for shall"
        ),
        pytest.param("The lease ends on 31 May 2032 [1].", 1, "contradicted", id="another year"),
        pytest.param("The lease does not end on 31 May 2031 [1].", 1, "contradicted", id="denied"),
        pytest.param(
            "The tenant shall assign this lease [1].", 1, "contradicted", id="not left out"
        ),
        pytest.param(
            "The Landlord shall pay the Tenant a deposit of USD 9,000 [1].",
            1,
            "contradicted",
            id="swapped",
        ),
        pytest.param(
            "The rent is USD 9,000 a month [1].", 1, "contradicted", id="figure of another thing"
        ),
        pytest.param(
            "The rent is EUR 5,000 a month [1].", 1, "contradicted", id="another currency"
        ),
        pytest.param(
            "The Landlord must enter the premises on two days' notice [1].",
            1,
            "contradicted",
            id="must",
        ),
        pytest.param("Rent is USD 50,000 a month [1].", 1, "contradicted", id="another amount"),
        pytest.param("Rent doubles every winter solstice [1].", 1, "not_said", id="not said"),
        pytest.param(
            "The Osprey Lease ends on 31 May 2031 [1].", 1, "not_said", id="another's name"
        ),
        pytest.param(
            "Acme Harbour pays Birch a rent of USD 5,000 a month [3].", 3, "not_said", id="who"
        ),
        pytest.param("The rent of Acme is USD 5,000 a month [3].", 3, "supported", id="whose"),
        pytest.param(
            "The rent is USD 2,024 a month [3].", 3, "contradicted", id="figure of a name"
        ),
        pytest.param("As section 7.3 says, rent is USD 5,000 [3].", 3, "supported", id="section"),
        pytest.param("每月租金为五千美元 [4]。", 4, "supported", id="no spaces"),
        pytest.param("1. 5,000 Rent [1].", 1, "unknown", id="a fragment"),
        pytest.param("The lease ends in May [7].", 7, "unknown", id="no such passage"),
        pytest.param("Notices are sent by registered post.", 2, "supported", id="cites nothing"),
    ],
)
def test_each_sentence_is_judged_against_what_it_cites(
    sentence: str, number: int, verdict: str
) -> None:
    [judged] = judge(sentence, SOURCES)
    assert [(c.number, c.verdict) for c in judged.citations] == [(number, Verdict(verdict))]
    assert passes(judged) is (verdict == "supported")


def test_a_mark_after_the_full_stop_belongs_to_its_sentence() -> None:
    judged = judge("Rent is USD 5,000. [1] Notices go by post. [2]", SOURCES)
    assert [s.text for s in judged] == ["Rent is USD 5,000. [1]", "Notices go by post. [2]"]
    assert [s.citations[0].number for s in judged] == [1, 2]


def test_a_sentence_may_cite_several_and_passes_by_one_that_is_there() -> None:
    several, nowhere = judge("Rent is USD 5,000 [1][2]. Rent is USD 5,000 [1][9].", SOURCES)
    assert [c.verdict for c in several.citations] == [Verdict.SUPPORTED, Verdict.NOT_SAID]
    assert passes(several)
    assert not passes(nowhere)


def test_every_number_in_the_prose_is_judged_or_there_is_none() -> None:
    assert judge("", SOURCES) == []
    assert judge("[1]", SOURCES) == []
