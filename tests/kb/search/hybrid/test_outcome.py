"""Questions that ask how a case ended, and those that only have such words."""

import time

import pytest

from kb.search.hybrid.outcome import asks_for_outcome


@pytest.mark.parametrize(
    "question",
    [
        "Did Marchbank win?",
        "did the tenant prevail on appeal?",
        "Did Ostrander succeed in compelling production of the adjuster's file?",
        "Did the landlord lose the appeal?",
        "Who won in Delgrave v. Union Dock?",
        "Which side won?",
        "What was held in Bellweather?",
        "What did the court decide?",
        "What did the Supreme Court hold in Sable Point?",
        "How did the court rule on the motion to compel?",
        "How did the case end?",
        "What is the holding of Marchbank?",
        "What was the outcome of the appeal?",
        "What was the result of the appeal?",
        "what was the disposition",
        "held",
        "holding in Tolliver v. Ashdown",
        "Was the judgment reversed?",
        "Was the motion for a preliminary injunction granted?",
        "Did the Court of Appeals affirm the award?",
        "Did the court rule for the buyer?",
    ],
)
def test_a_question_asks_for_the_outcome(question: str) -> None:
    assert asks_for_outcome(question)


@pytest.mark.parametrize(
    "question",
    [
        "When is the rent due?",
        "What does the dissent say about sixty-eight days?",
        "Who decided how the building is insured?",
        "Does the tenant lose its deposit if it leaves early?",
        "What did the landlord do after the keys were returned?",
        "Is consent to assignment deemed granted after ten days?",
        "Which judge wrote the opinion?",
        "What standard applies to gross negligence?",
        "Did Quarrystone have a back-up system?",
        "Was the notice sent to the right address?",
        "Has the company lost customers?",
        "What is the result of late payment?",
        "How is the deposit held?",
        "What does a client have to prove to win a malpractice case?",
        "",
    ],
)
def test_a_question_asks_for_something_else(question: str) -> None:
    assert not asks_for_outcome(question)


def test_a_long_question_is_looked_at_quickly() -> None:
    began = time.process_time()
    asks_for_outcome("did the court was the " * 50_000)
    assert time.process_time() - began < 1
