"""Somebody answers where the sentence ties them to the very verb or role of the question."""

import pytest

from tests.kb.answer.direct.quoted import told


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        pytest.param(
            "Who pays the filing fee?", "Buyer pays the filing fee.", "Buyer", id="who does"
        ),
        pytest.param(
            "Who has to repair the roof?",
            "If it leaks, the landlord shall repair the roof.",
            "the landlord",
            id="who has to",
        ),
        pytest.param(
            "Who signs the certificate?",
            "The certificate is signed by Halvorsen Marine Group.",
            "Halvorsen Marine Group",
            id="by whom it is done",
        ),
        pytest.param(
            "Who is the executor?",
            "I appoint Rufus Thane as executor of my will.",
            "Rufus Thane",
            id="a role",
        ),
        pytest.param(
            "Who is the surveyor?", "The surveyor, Captain Threnody, found rot.",
            "Captain Threnody", id="a role before the name",
        ),
        pytest.param(
            "Whose consent is needed for contact?",
            "There is no contact without the consent of Tessaly's Finance Director, Noor Haldane.",
            "Tessaly's Finance Director, Noor Haldane",
            id="whose",
        ),
        pytest.param(
            "To whom does she leave the necklace?",
            "To my granddaughter Pia Dunmore: my pearl necklace.",
            "Pia Dunmore",
            id="to whom",
        ),
    ],
)  # fmt: skip
def test_who(question: str, sentence: str, answer: str) -> None:
    assert told(question, sentence) == [answer]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param("Who pays the fee?", "Halvorsen Marine asked about the fee.", id="no verb"),
        pytest.param("Who is the arbitrator?", "Ms. Vance named an arbitrator.", id="no tie"),
        pytest.param("Who pays the fee?", "It pays the fee.", id="a pronoun"),
        pytest.param(
            "Who pays the fee?", "Buyer pays the fee; Seller pays the fee for taxes.", id="two"
        ),
    ],
)
def test_nobody_is_named_by_mere_presence(question: str, sentence: str) -> None:
    assert told(question, sentence) == []
