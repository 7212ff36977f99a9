"""The judge's rules, each by a sentence that it must let pass and one that it must not."""

import time

import pytest

from kb.answer.citation_check import Cited, judge
from kb.answer.judging.alignment import passage
from kb.answer.judging.verdict import find
from kb.domain.events import Verdict

SUPPLY = (
    "4.1 The Supplier shall deliver the Goods within thirty (30) days after the Order Date. "
    "4.2 If the Supplier is late, it shall pay the Buyer $1.5 million per week of delay, up to a "
    "maximum of $6 million. 4.3 The Buyer may not resell the Goods before 31 May 2031, except to "
    "its affiliates. 4.4 The Buyer need not inspect the Goods. 4.5 Either party may terminate this "
    "Agreement on sixty days' written notice. 4.6 All notices must be in English. "
    "4.7 The Supplier shall not disclose the Formula without the Buyer's consent."
)
TITLE = "Supply Agreement (Orvik AB as Supplier, Quent Ltd as Buyer)"
OPINION = (
    "JUSTICE ORTEGA delivered the opinion of the Court. Harlow contends that the notice was late. "
    "We hold that the notice period runs from the date of discovery. "
    "JUSTICE PRYCE, dissenting: The period runs from the date of the accident."
)
FEES = (
    "| Filing | Standard fee | Reduced fee |\n| --- | --- | --- |\n| Defence | $120 | $60 |\n"
    + ("| Hearing, per day | $600 | none |")
)


def verdict(sentence: str, text: str = SUPPLY, labels: str = TITLE) -> Verdict:
    return find(sentence, passage(text, labels)).verdict


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(
            "The Supplier shall deliver the Goods within 30 days after the Order Date.",
            id="figures",
        ),
        pytest.param(
            "The Goods must be delivered by the Supplier within thirty days after the Order Date.",
            id="passive",
        ),
        pytest.param(
            "Orvik AB must deliver the Goods within 30 days after the Order Date.", id="resolved"
        ),
        pytest.param("Under the supply agreement, all notices must be in English.", id="framed"),
        pytest.param(
            "Yes, either party may terminate the agreement on 60 days' written notice.", id="yes"
        ),
        pytest.param(
            "Either side may cancel this Agreement on sixty days' notice in writing.", id="synonyms"
        ),
        pytest.param(
            "If late, Orvik pays Quent USD 1,500,000 per week of delay, up to $6,000,000.",
            id="amounts",
        ),
        pytest.param(
            "The Buyer may not resell the Goods before May 31, 2031, except to its affiliates.",
            id="date",
        ),
        pytest.param(
            "The Buyer need not inspect the Goods, and all notices must be in English.", id="merged"
        ),
    ],
)
def test_what_the_passage_says_is_supported(sentence: str) -> None:
    assert verdict(sentence) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(
            "The Supplier shall not deliver the Goods within thirty days after the Order Date.",
            id="denied",
        ),
        pytest.param(
            "The Buyer shall deliver the Goods within thirty days after the Order Date.", id="party"
        ),
        pytest.param(
            "Quent Ltd must deliver the Goods within thirty days after the Order Date.", id="name"
        ),
        pytest.param(
            "The Supplier shall deliver the Goods within sixty days after the Order Date.",
            id="number",
        ),
        pytest.param(
            "The Supplier shall deliver the Goods within thirty weeks after the Order Date.",
            id="unit",
        ),
        pytest.param(
            "The Supplier shall deliver the Goods thirty days before the Order Date.", id="order"
        ),
        pytest.param(
            "If late, the Supplier shall pay the Buyer $1.5 million per day of delay.", id="rate"
        ),
        pytest.param(
            "If late, the Supplier shall pay the Buyer €1.5 million per week of delay.",
            id="currency",
        ),
        pytest.param(
            "The Buyer may not resell the Goods before 30 May 2031, except to its affiliates.",
            id="date",
        ),
        pytest.param(
            "The Buyer may not resell the Goods after 31 May 2031, except to its affiliates.",
            id="after",
        ),
        pytest.param(
            "The Buyer may not resell the Goods before 31 May 2031, even to its affiliates.",
            id="exception",
        ),
        pytest.param("The Buyer must inspect the Goods.", id="need not"),
        pytest.param("The Buyer must not inspect the Goods.", id="must not"),
        pytest.param(
            "Either party must terminate this Agreement on sixty days' written notice.", id="may"
        ),
        pytest.param("Some notices need not be in English.", id="some"),
        pytest.param("Only notices of termination must be in English.", id="only"),
        pytest.param(
            "The Supplier shall not disclose the Formula, even with the Buyer's consent.",
            id="condition",
        ),
        pytest.param("The Supplier shall not disclose the Formula.", id="left out"),
        pytest.param(
            "The Supplier may disclose the Formula without the Buyer's consent.", id="allowed"
        ),
        pytest.param(
            "The Supplier shall deliver the Goods to a warehouse in Rotterdam.", id="invented"
        ),
    ],
)
def test_what_it_does_not_say_is_not_supported(sentence: str) -> None:
    assert verdict(sentence) in (Verdict.CONTRADICTED, Verdict.NOT_SAID)


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("The Court held that the notice period runs from the date of discovery.", True),
        ("Harlow contends that the notice was late.", True),
        ("The Court held that the notice was late.", False),
        ("The notice was late.", False),
        ("The Court held that the period runs from the date of the accident.", False),
        (
            "Justice Pryce, dissenting, said that the period runs from the date of the accident.",
            True,
        ),
    ],
)
def test_who_says_it_is_part_of_what_is_said(sentence: str, supported: bool) -> None:
    assert (verdict(sentence, OPINION, "Harlow v. Denby") is Verdict.SUPPORTED) is supported


APPEAL = (
    "The judge below held that the policy had lapsed. We reject Dorian's argument that the vessel "
    "was unseaworthy. The premium was received two days before it fell due. The council rejected "
    "the plan by six votes to three. Castor shall contribute $8 million and Pollux $12 million. "
    "Cash gifts are prohibited in every case. Both shareholders must approve a sale."
)


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("The premium was received two days before it fell due.", True),
        ("The premium was received two days after it fell due.", False),
        ("The Court held that the policy had lapsed.", False),
        ("The Court held that the vessel was unseaworthy.", False),
        ("The council rejected the plan by three votes to six.", False),
        ("Castor shall contribute $8 million.", True),
        ("Castor shall contribute $12 million.", False),
        ("Cash gifts are prohibited unless the board approves them.", False),
        ("Either shareholder must approve a sale.", False),
    ],
)
def test_what_is_swapped_or_added_is_not_supported(sentence: str, supported: bool) -> None:
    found = verdict(sentence, APPEAL, "Hartwell v. Dorian")
    assert (found is Verdict.SUPPORTED) is supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("The standard fee for a defence is $120.", True),
        ("The reduced fee for a defence is $60.", True),
        ("The standard fee for a defence is $60.", False),
        ("The standard fee for a defence is $600.", False),
        ("There is no reduced fee for a hearing.", True),
        ("There is no reduced fee for a defence.", False),
    ],
)
def test_a_table_is_read_by_row_and_column(sentence: str, supported: bool) -> None:
    assert (verdict(sentence, FEES, "Schedule of Fees") is Verdict.SUPPORTED) is supported


def test_another_figure_name_or_denial_is_never_supported() -> None:
    rows = [
        (
            "The {name} shall pay {sum} within {days} days of the invoice.",
            "Tenant Landlord Guarantor",
        ),
        ("The {name} must{no} return the keys within {days} days and pay {sum}.", "Agent Broker"),
        ("A fee of {sum} is{no} due to the {name} {days} days after closing.", "Escrow Vendor"),
    ]
    for form, names in rows:
        first, *others = names.split()
        told = {"name": first, "sum": "$12,500", "days": "45", "no": ""}
        text = form.format(**told)
        assert verdict(text, text, "") is Verdict.SUPPORTED
        for wrong in (
            {"sum": "$12,600"},
            {"sum": "€12,500"},
            {"sum": "$1,250"},
            {"days": "54"},
            {"no": " not"},
            *({"name": other} for other in others),
        ):
            changed = form.format(**{**told, **wrong})
            if changed != text:
                assert verdict(changed, text, "") is not Verdict.SUPPORTED, changed


@pytest.mark.parametrize(
    ("sentence", "text", "expected"),
    [
        (
            "Die Miete beträgt 5.000 Euro im Monat.",
            "Die Miete beträgt 5.000 Euro im Monat.",
            "supported",
        ),
        (
            "Die Miete ist 5.000 Euro im Monat hoch.",
            "Die Miete beträgt nicht 5.000 Euro.",
            "unknown",
        ),
        (
            "Miete beträgt 5.000 Euro im Monat.",
            "Die Miete beträgt 5.000 Euro im Monat nicht.",
            "unknown",
        ),
        ("租户可以转让本租约。", "租户不可以转让本租约。", "unknown"),
        ("The rent is 5,000 euros a month.", "Die Miete beträgt 5.000 Euro im Monat.", "unknown"),
    ],
)
def test_another_language_is_supported_word_for_word_alone(
    sentence: str, text: str, expected: str
) -> None:
    [judged] = judge(sentence, {1: Cited(text)})
    assert judged.citations[0].verdict == expected


@pytest.mark.parametrize(
    "prose",
    [
        pytest.param("The fee is $5 [" * 4000, id="marks that are not closed"),
        pytest.param(
            "The rent is due [1]" + "".join(f"[{n}]" for n in range(1000)) * 3, id="citations"
        ),
        pytest.param("The Supplier shall pay and " * 20_000, id="a huge sentence"),
        pytest.param("A " * 30_000 + "v. " * 9000, id="names without end"),
        pytest.param("(" * 30_000 + ")" * 30_000, id="parentheses"),
        pytest.param(
            "\x00\x1b[31m\u202e The rent \x07 is $5\u2028 a month [1]." * 200,
            id="control characters",
        ),
        pytest.param("nine hundred and " * 9000, id="numbers in words"),
        pytest.param("1,000,000.0.0.0.0/1/1-" * 3000, id="figures"),
        pytest.param("according to the " * 5000 + ", " * 9000, id="frames"),
    ],
)
def test_hostile_prose_and_passages_are_judged_in_time(prose: str) -> None:
    started = time.perf_counter()
    judge(prose, {1: Cited(SUPPLY, TITLE)})
    judge("The Supplier shall deliver the Goods within thirty days [1].", {1: Cited(prose, prose)})
    assert time.perf_counter() - started < 20
