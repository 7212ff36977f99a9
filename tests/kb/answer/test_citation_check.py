import pytest

from kb.answer.citation_check import judge
from kb.domain.events import Verdict

SOURCES = {
    1: "The Lease ends on 31 May 2031. Rent is USD 5,000 a month, payable in advance.",
    2: "Notices must be sent by registered post.",
}


@pytest.mark.parametrize(
    ("sentence", "number", "verdict"),
    [
        pytest.param("The lease ends in May 2031 [1].", 1, "supported", id="said by the passage"),
        pytest.param("The lease ends on 31 May 2032 [1].", 1, "weak", id="another year"),
        pytest.param("Rent is USD 50,000 a month [1].", 1, "weak", id="another figure"),
        pytest.param("Rent doubles every winter solstice [1].", 1, "weak", id="not said"),
        pytest.param("The Osprey Lease ends on 31 May 2031 [1].", 1, "weak", id="another's name"),
        pytest.param("The lease ends in May [7].", 7, "unknown", id="no such passage"),
        pytest.param("Notices are sent by registered post.", 2, "supported", id="cites nothing"),
    ],
)
def test_each_sentence_is_judged_against_what_it_cites(
    sentence: str, number: int, verdict: str
) -> None:
    [judged] = judge(sentence, SOURCES)
    assert [(c.number, c.verdict) for c in judged.citations] == [(number, Verdict(verdict))]


def test_a_mark_after_the_full_stop_belongs_to_its_sentence() -> None:
    judged = judge("Rent is USD 5,000. [1] Notices go by post. [2]", SOURCES)
    assert [s.text for s in judged] == ["Rent is USD 5,000. [1]", "Notices go by post. [2]"]
    assert [s.citations[0].number for s in judged] == [1, 2]


def test_a_sentence_may_cite_several() -> None:
    [judged] = judge("Rent is USD 5,000 [1][2].", SOURCES)
    assert [c.verdict for c in judged.citations] == [Verdict.SUPPORTED, Verdict.WEAK]


def test_every_number_in_the_prose_is_judged_or_there_is_none() -> None:
    assert judge("", SOURCES) == []
    assert judge("[1]", SOURCES) == []
