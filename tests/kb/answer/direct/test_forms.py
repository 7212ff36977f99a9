"""Amounts, periods, days and numbers are found whole, and told equal where they say the same."""

import pytest

from kb.answer.direct.forms import spans, value
from kb.domain.events import DirectKind


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        pytest.param(
            DirectKind.AMOUNT,
            "not more than US$1.1 million, CRN 640,000, 42 pence a mile, 20,000 EUR, Section 12",
            ["not more than US$1.1 million", "CRN 640,000", "42 pence a mile", "20,000 EUR"],
            id="currencies",
        ),
        pytest.param(
            DirectKind.AMOUNT,
            "five hundred thousand dollars ($500,000) is due",
            ["five hundred thousand dollars ($500,000)"],
            id="in words and figures",
        ),
        pytest.param(
            DirectKind.DURATION,
            "within thirty (30) days, one hundred eighty days’ notice, five to six weeks, two "
            "years and six months, on this 14 day of June 2006",
            [
                "within thirty (30) days",
                "one hundred eighty days",
                "five to six weeks",
                "two years and six months",
            ],
            id="periods, no day of a month",
        ),
        pytest.param(
            DirectKind.DATE,
            "by June 28, 2024, 4 p.m. on 25 March 2024, the 19th day of May, 2010, 2024-05-22, May "
            "2019, 30 November, it may 5 times",
            [
                "June 28, 2024",
                "4 p.m. on 25 March 2024",
                "19th day of May, 2010",
                "2024-05-22",
                "May 2019",
                "30 November",
            ],
            id="days",
        ),
        pytest.param(
            DirectKind.PERCENTAGE,
            "four percent of the overdue rent, 8 per cent a year above the base rate, 99.5%",
            [
                "four percent of the overdue rent",
                "8 per cent a year above the base rate",
                "99.5%",
            ],
            id="percentages",
        ),
    ],
)
def test_forms(kind: DirectKind, text: str, found: list[str]) -> None:
    assert [text[span.start : span.end] for span in spans(kind, text)] == found


def test_two_spellings_have_one_value() -> None:
    assert value("thirty (30) days") == value("30 days")
    assert value("forty-eight hours") == value("48 hours")
    assert value("$1,200,000") == value("$1200000") != value("$120,000")
