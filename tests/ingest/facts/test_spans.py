"""The span of a fact holds the words that it was read from."""

import html
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.facts.base.days import days
from ingest.facts.base.places import adjective_at, place_in
from ingest.facts.extract import facts
from ingest.parsing.parse import parse
from kb.domain import Element, ElementKind, Fact, Reading
from kb.paths import LANGUAGES, SAMPLE
from kb.sandbox.pool import Pool
from kb.settings import Settings
from tests.ingest.facts.test_facts import OPINION, SUPPLY

NOWHERE = {"type", "language", "bates", "author", "message-id", "reply-to", "hidden-text", "ocr"}
"""Facts that no words of the text state."""


def spans(text: str, *elements: Element, title: str = "") -> dict[str, list[str]]:
    """The words that each fact was read from, by the fact's name."""
    there: dict[str, list[str]] = {}
    for fact in facts(Reading("text/plain", text, elements, title=title), "a.txt"):
        if fact.char_start is not None:
            there.setdefault(fact.name, []).append(text[fact.char_start : fact.char_end])
    return there


def bare(words: str) -> str:
    """Letters and digits alone: names are written in other capitals, and without soft hyphens."""
    return "".join(one for one in html.unescape(words).casefold() if one.isalnum())


def days_in(words: str) -> list[str]:
    return [day.iso for day in days(" ".join(words.split()))]


def is_place(place: str, words: str) -> bool:
    named = " ".join(words.split())
    adjectives = (adjective_at(named)[0], {"deutsches": "Germany"}.get(named))
    return bare(place) in bare(words) or place in (place_in(named), *adjectives)


def names_a_court(court: str, words: str) -> bool:
    return set(bare(words)) <= set(bare(court)) and "court" in bare(words)


HOLDS: dict[str, Callable[[str, str], bool]] = {
    "date": lambda value, words: days_in(words) == [value],
    "jurisdiction": is_place,
    "court": names_a_court,
}
"""Whether words say a value that is written in a form of its own."""


def holds(name: str, value: str, words: str) -> bool:
    said = HOLDS[name](value, words) if name in HOLDS else bare(value) == bare(words)
    return said and words == words.strip()


def test_facts_of_a_contract_stand_where_they_were_read() -> None:
    assert spans(SUPPLY) == {
        "date": ["3rd day of\nMarch, 2019"],
        "party": ["Harbor Mills, Inc.", "Doyle Tool & Die Co. Ltd"],
        "jurisdiction": ["New York"],
    }
    [law] = [fact for fact in facts(Reading("text/plain", SUPPLY, ()), "") if "jur" in fact.name]
    assert law.char_start == SUPPLY.rindex("New York")  # of the clause, not of the address


def test_facts_of_an_opinion_stand_where_they_were_read() -> None:
    assert spans(OPINION) == {
        "date": ["May 4, 2016"],
        "party": ["HARBOR MILLS, INC.", "ELENA ROWE"],
        "court": ["UNITED STATES COURT OF APPEALS\n                      FOR THE NINTH CIRCUIT"],
        "docket": ["15-1234"],
        "judge": ["Okonjo", "Lindt", "Marsh"],
        "jurisdiction": [
            "UNITED STATES COURT OF APPEALS\n                      FOR THE NINTH CIRCUIT"
        ],
    }


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        pytest.param(
            "SERVICE AGREEMENT\nThis Agreement is made between Smith &amp; Sons,\n  Inc. (the "
            "“Agent”) and Brook (UK) Limited (“Brook”).",
            "party",
            ["Smith &amp; Sons,\n  Inc.", "Brook (UK) Limited"],
            id="html and lines",
        ),
        pytest.param(
            "SERVICE AGREEMENT\nBrook Ltd drew this up. This Agreement is made between Acme Inc. "
            "(a maker of tools, of Ohio) and Brook Ltd, as agreed. The parties agree.",
            "party",
            ["Acme Inc.", "Brook Ltd"],
            id="parentheses",
        ),
        pytest.param(
            "NDA\nThe parties agree. This Agreement is governed by English\nlaw.",
            "jurisdiction",
            ["English"],
            id="an adjective",
        ),
        pytest.param(
            "NDA\nThe parties agree. This Agreement is governed by the laws of Washington, D.C.",
            "jurisdiction",
            ["Washington, D.C"],
            id="a capital",
        ),
        pytest.param(
            "MIETVERTRAG\nDieser Vertrag unterliegt dem Recht der Bundesrepublik\nDeutschland.",
            "jurisdiction",
            ["Bundesrepublik\nDeutschland"],
            id="German",
        ),
        pytest.param(
            "1  SUPREME COURT OF TEXAS\n2  Acme Inc.\n3  v.\n4  Brook Ltd\n5  No. 15–420 (L)\n",
            "docket",
            ["15–420 (L)"],
            id="numbered lines",
        ),
    ],
)
def test_a_span_is_of_the_text_as_it_is_written(text: str, name: str, words: list[str]) -> None:
    assert spans(text)[name] == words


def test_of_two_places_the_one_that_was_read_counts() -> None:
    twice = SUPPLY.replace(
        "Exhibit 10.4", "Exhibit 10.4 of March 3, 2019, Doyle Tool & Die Co. Ltd"
    )
    found = facts(Reading("text/plain", twice, ()), "a.txt")
    starts = {fact.value: fact.char_start for fact in found}
    assert starts["2019-03-03"] == twice.index("3rd day")
    assert starts["Doyle Tool & Die Co. Ltd"] == twice.rindex("Doyle Tool")


def test_what_the_file_states_stands_nowhere() -> None:
    stated = (Fact("date", "2019-03-03"), Fact("party", "HARBOR MILLS, INC."))
    found = facts(Reading("text/plain", SUPPLY, (), facts=stated), "a.txt")
    assert set(stated) <= set(found)


def test_a_title_has_a_place_only_where_it_stands_at_the_top() -> None:
    text = "RETAIL\nLEASE\n\nThe parties agree."
    heading = Element(ElementKind.HEADING, 0, 13)
    assert spans(text, heading, title="RETAIL LEASE")["title"] == ["RETAIL\nLEASE"]
    assert "title" not in spans(text, heading, title="Lease of 2019")
    hidden = Element(ElementKind.HIDDEN, 0, 13)
    assert "title" not in spans(text, hidden, title="RETAIL LEASE")


def test_parties_of_a_caption_in_the_title_stand_there() -> None:
    text = "Acme Inc. v. Brook Ltd\nSUPREME COURT OF TEXAS\nWe affirm."
    title = "Acme Inc. v. Brook Ltd"
    assert spans(text, Element(ElementKind.TITLE, 0, 22), title=title)["party"] == [
        "Acme Inc.",
        "Brook Ltd",
    ]
    assert "party" not in spans(text[23:], title=title)


def papers() -> Iterator[Path]:
    for firm in (SAMPLE, LANGUAGES):
        yield from sorted(
            p for p in firm.rglob("*") if p.suffix in (".docx", ".html", ".txt", ".pdf")
        )


def test_facts_of_the_sample_firms_are_held_by_their_spans(pool: Pool) -> None:
    settings = Settings(ocr="off")
    wrong, held = [], 0
    for path in papers():
        reading = parse(path, path.name, pool, settings)
        stated = {(fact.name, fact.value) for fact in reading.facts}
        for fact in facts(reading, path.name):
            if fact.name in NOWHERE or (fact.name, fact.value) in stated:
                assert (fact.char_start, fact.char_end) == (None, None), fact
                continue
            if fact.char_start is None:  # a caption in the file's properties
                assert fact.name == "party" and fact.value in reading.title, fact
                continue
            words = reading.text[fact.char_start : fact.char_end]
            held += 1
            if not holds(fact.name, fact.value, words):
                wrong.append((path.name, fact, words))
    assert wrong == []
    assert held > 100
