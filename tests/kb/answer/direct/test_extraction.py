"""What a question asks for, taken out of the sentence that says it; nothing where two could."""

import pytest

from kb.domain.events import DirectKind
from tests.kb.answer.direct.quoted import answers, quoted, told

RENT_AND_DEPOSIT = "The monthly rent is $5,000 and the deposit $15,000."
BETWEEN = (
    "This Lease is made as of May 4, 2023 by and between Aldergate Holdings LLC, a Tamarack "
    "company (“Landlord”), and Tern Cycles, Inc. (“Tenant”), for Unit 7."
)


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        pytest.param("What is the deposit?", RENT_AND_DEPOSIT, "$15,000", id="the second sum"),
        pytest.param("What is the monthly rent?", RENT_AND_DEPOSIT, "$5,000", id="the first sum"),
        pytest.param(
            "How much is the yearly fee?",
            "The yearly fee is EUR 26,875, being 1.25 per cent. of the Commitment.",
            "EUR 26,875",
            id="a sum beside a share",
        ),
        pytest.param(
            "What is the highest contingent fee?",
            "A contingent fee may not exceed thirty percent of the recovery and needs approval.",
            "thirty percent of the recovery",
            id="a fee as a share",
        ),
        pytest.param(
            "How much rent is paid?", "The rent is $1,250 per month.", "$1,250 per month", id="per"
        ),
        pytest.param(
            "What will the hearing cost?",
            "The hearing will cost £32,000 to £38,000 plus VAT.",
            "£32,000 to £38,000 plus VAT",
            id="a range",
        ),
        pytest.param(
            "How is the total liability of the sellers capped?",
            "The total liability of Sellers under Section 8.2(a) does not exceed $4,750,000, "
            "and each claim is for more than $20,000.",
            "$4,750,000",
            id="a cap",
        ),
        pytest.param(
            "At what rate does interest run on late sums?",
            "Interest on late sums runs at 4 per cent a year above the base rate of the Bank.",
            "4 per cent a year above the base rate of the Bank",
            id="a rate above another",
        ),
        pytest.param(
            "How long may the tenant wait with the notice?",
            "The tenant gives written notice within thirty (30) days after the fire.",
            "within thirty (30) days",
            id="a word and its figure",
        ),
        pytest.param(
            "How much notice stops the lease from renewing?",
            "The lease renews for one-year terms unless a party gives notice of not less than "
            "sixty days.",
            "not less than sixty days",
            id="the notice, not the term",
        ),
        pytest.param(
            "What is the renewal term of the lease?",
            "The lease renews for successive terms of two years unless a party gives notice of "
            "ninety days.",
            "two years",
            id="the term, not the notice",
        ),
        pytest.param(
            "When does the lease expire?",
            "The term of the lease commences on May 4, 2023 and expires on May 3, 2028.",
            "May 3, 2028",
            id="the end",
        ),
        pytest.param(
            "When does the lease commence?",
            "The term of the lease commences on May 4, 2023 and expires on May 3, 2028.",
            "May 4, 2023",
            id="the beginning",
        ),
        pytest.param(
            "When was the amendment signed?",
            "This amendment is made the 19th day of May, 2010 and changes the lease.",
            "19th day of May, 2010",
            id="a day in words",
        ),
        pytest.param(
            "How many vehicles take part?",
            "The trial fleet is the 35 vehicles of 12 drivers.",
            "35",
            id="what is counted",
        ),
        pytest.param(
            "Which law governs the lease?",
            "The lease is governed by the laws of the State of New York, without regard to any "
            "conflict of laws.",
            "the State of New York",
            id="the law of a state",
        ),
        pytest.param(
            "What is the governing law?", "English law governs this deed.", None, id="law first"
        ),
        pytest.param(
            "What is the governing law?",
            "This deed is governed by English law.",
            "English law",
            id="a law by its adjective",
        ),
        pytest.param(
            "Which courts have jurisdiction?",
            "The courts of England and Wales have jurisdiction over any dispute.",
            "The courts of England and Wales",
            id="courts",
        ),
        pytest.param(
            "Who are the parties to the lease?",
            BETWEEN,
            "Aldergate Holdings LLC, a Tamarack company (“Landlord”), and Tern Cycles, Inc. "
            "(“Tenant”)",
            id="parties",
        ),
        pytest.param(
            "Wie hoch ist die monatliche Miete?",
            "Die monatliche Miete beträgt 1.250,50 Euro und ist am 3. April 2024 fällig.",
            "1.250,50 Euro",
            id="a sum in German",
        ),
        pytest.param(
            "Wann ist die Miete fällig?",
            "Die Miete beträgt 1.250,50 Euro und ist am 3. April 2024 fällig.",
            "3. April 2024",
            id="a day in German",
        ),
        pytest.param(
            "¿Cuánto es la renta mensual?",
            "La renta mensual es de 900 euros.",
            "900 euros",
            id="a sum in Spanish",
        ),
        pytest.param(
            "What is the address of the unit?",
            "The unit is at 240 Aldergate Street, Port Aldous.",
            "240 Aldergate Street, Port Aldous",
            id="an address",
        ),
    ],
)
def test_a_few_words_answer(question: str, sentence: str, answer: str | None) -> None:
    assert told(question, sentence) == ([answer] if answer else [])


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param(
            "What did the parties agree to pay?",
            "The parties agree to pay $5,000 or $6,000 in full.",
            id="two that nothing tells apart",
        ),
        pytest.param("Why is the rent $5,000?", "The rent is $5,000.", id="why"),
        pytest.param(
            "When is the rent of May 4, 2023 due?",
            "The rent of May 4, 2023 is due at once.",
            id="what the question says itself",
        ),
        pytest.param(
            "How many days after the fire did the tenant give notice?",
            "The tenant shall give notice within ten days after the fire.",
            id="what ought to be, asked what was",
        ),
        pytest.param(
            "When may the landlord end the lease?",
            "The tenant may end the lease on May 4, 2023.",
            id="of the other side",
        ),
        pytest.param(
            "When was the second amendment signed?",
            "The second amendment changes the lease made on May 4, 2023, as amended by the first "
            "amendment dated June 5, 2024.",
            id="dates of other contracts",
        ),
        pytest.param("How much is the rent?", "Is the rent $5,000?", id="a question in a document"),
        pytest.param(
            "For how long and where may the seller not compete?",
            "The seller may not compete for four years.",
            id="two questions in one",
        ),
        pytest.param(
            "When does the lease expire?",
            "The lease expires on the earlier of (i) May 4, 2023 and (ii) its surrender.",
            id="one of several",
        ),
        pytest.param(
            "Which law governs the deed?",
            "Governmental authority means whatever has the effect of law in the United States.",
            id="a law that governs nothing",
        ),
        pytest.param(
            "Which law governs the deed?",
            "The deed is governed by the laws of Ohio and, for its security, the laws of Texas.",
            id="two laws",
        ),
    ],
)
def test_nothing_is_told_where_it_is_not_plain(question: str, sentence: str) -> None:
    assert told(question, sentence) == []


def test_a_sentence_that_is_hardly_about_the_question_answers_nothing() -> None:
    assert told("What is the deposit?", RENT_AND_DEPOSIT, score=0.3) == []


def test_two_documents_that_say_different_things_answer_nothing_together() -> None:
    draft = quoted("draft", "The deposit is $20,000.", 2)
    assert told("What is the deposit?", RENT_AND_DEPOSIT, draft) == []
    same = quoted("letter", "The deposit is $15,000.", 2)
    assert told("What is the deposit?", RENT_AND_DEPOSIT, same)


def test_a_long_name_must_stand_whole_in_the_document() -> None:
    clause = "The agreement of {} is governed by the laws of Ohio."
    asked = "Which law governs the agreement with American United Life?"
    assert told(asked, clause.format("American United Life")) == ["Ohio"]
    assert told(asked, clause.format("American General Life, a United Group company,")) == []


def test_it_is_cut_with_the_line_ends_of_the_document() -> None:
    [one] = answers("What is the deposit?", "The deposit is fifteen\r\n  thousand dollars.")
    assert one.text == "fifteen\r\n  thousand dollars"


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "piece",
    ["twenty five hundred thousand ", "1 day and ", "Aa, ", "laws, and rules, of the ", "((“"],
)
def test_a_text_that_is_made_to_take_long_does_not(piece: str) -> None:
    text = piece * (1400 // len(piece))
    for question in ("What is the deposit?", "How many days?", "Which law governs?", "Who pays?"):
        answers(question, text)


def test_a_comparison_has_a_line_for_each_document() -> None:
    clause = "The law of {} governs this Agreement."
    merlin = quoted("merlin", clause.format("the State of Tamarack"), 1)
    osprey = quoted("osprey", clause.format("England and Wales"), 2)
    question = "Which law governs the Osprey NDA and which the Merlin NDA?"
    found = answers(question, merlin, osprey)
    assert [(one.label, one.text, one.number, one.kind) for one in found] == [
        ("Osprey", "England and Wales", 2, DirectKind.LAW),
        ("Merlin", "the State of Tamarack", 1, DirectKind.LAW),
    ]
    assert answers(question, merlin) == ()
    other = quoted("osprey", "In London the law of England and Wales applies to each of us.", 2)
    assert answers(question, merlin, other) == ()
