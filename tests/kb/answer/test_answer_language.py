"""What is said of an answer is said in the language of its question; quotes stay as they are."""

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.text.messages import said
from tests.kb.answer.test_answerer import ask, everything
from tests.scripted import ScriptedChat
from tests.shelf import put

MIETE = (
    "Die monatliche Miete nach dem Hafen-Vertrag beträgt 1.250,50 Euro und ist am 03.04.2024 "
    "fällig. Der Mieter hält keine Tiere."
)
GERMAN = "Wie hoch ist die monatliche Miete nach dem Hafen-Vertrag?"
ENGLISH = "What is the monthly rent under the Hafen-Vertrag?"
FRENCH = "Quel est le montant de la Miete dans le Hafen-Vertrag ?"


@pytest.mark.parametrize(("question", "language"), [(GERMAN, "de"), (ENGLISH, "en")])
def test_an_abstention_speaks_as_it_was_asked(
    kb: KnowledgeBase, question: str, language: str
) -> None:
    answer = ask(kb, question)
    assert answer.abstained
    assert answer.reason == said("answer.nothing-readable", language)


def test_a_name_that_stands_nowhere_is_told_in_german(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "miete.txt", MIETE)
    answer = ask(kb, "Welche 17 Vulkane haben die Mieter 1999 in Island gesehen?")
    assert answer.abstained and answer.reason
    assert "in keinem dieser Dokumente vor." in answer.reason
    assert "„17“" in answer.reason
    assert answer.reason.endswith(said("answer.not-found", "de"))


@pytest.mark.parametrize(
    ("reply", "key", "count"),
    [
        pytest.param("Die Miete beträgt 9.000 Euro [1].", "answer.withheld-all", 1, id="withheld"),
        pytest.param("", "answer.nothing-said", None, id="silent"),
    ],
)
def test_why_there_is_no_prose_is_said_in_german(
    kb: KnowledgeBase, chat: ScriptedChat, reply: str, key: str, count: int | None
) -> None:
    chat.parameters, chat.reply = 135_000_000, reply
    put(kb, "alpha", "miete.txt", MIETE)
    assert ask(kb, GERMAN).reason == said(key, "de", count=count, written=count)


def test_a_model_that_fails_is_told_in_german_and_its_own_words_are_kept(
    kb: KnowledgeBase, chat: ScriptedChat
) -> None:
    chat._fails = True
    put(kb, "alpha", "miete.txt", MIETE)
    put(kb, "alpha", "rent.txt", "The monthly rent under the Hafen-Vertrag is 5,000 dollars.")
    reason = ask(kb, GERMAN).reason or ""
    assert reason.startswith("Das Sprachmodell konnte nicht antworten")
    assert reason.endswith("The scripted model was told to fail. Ask again.")
    assert ask(kb, ENGLISH).reason == "The scripted model was told to fail. Ask again."


@pytest.mark.parametrize("question", [GERMAN, ENGLISH, FRENCH])
def test_days_and_figures_of_a_quote_are_never_rewritten(kb: KnowledgeBase, question: str) -> None:
    document = put(kb, "alpha", "miete.txt", MIETE)
    answer = ask(kb, question, llm=False)
    text = kb.library.text(document.id, everything(kb))
    assert answer.quotes
    assert all(text[q.char_start : q.char_end] == q.text for q in answer.quotes)
    assert "1.250,50 Euro" in answer.quotes[0].text and "03.04.2024" in answer.quotes[0].text


def test_a_search_says_in_german_what_it_could_not_use(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(kb, "alpha", "miete.txt", MIETE)
    monkeypatch.setattr("kb.search.hybrid.retriever.readable", lambda *_: False)
    for query, language in ((GERMAN, "de"), (ENGLISH, "en"), (FRENCH, "en")):
        found = kb.retriever.search(query, everything(kb))
        assert found.degraded == said("search.words-only", language)
