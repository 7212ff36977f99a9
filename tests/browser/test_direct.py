"""The direct answer on the page: first, marked in its quote, with a button that leads there."""

import pytest
from playwright.sync_api import Page

from kb.app.bootstrap import KnowledgeBase
from tests.browser.chromium import NEEDED
from tests.browser.test_page import ask
from tests.browser.test_viewer import put

pytestmark = NEEDED

RENT = "\U0001d4d0 Harbour lease.\n\nThe monthly rent of the Harbour lease is 5,000 dollars.\n"
CLAUSE = "The law of {} governs the {} agreement."


@pytest.mark.parametrize("width", [1440, 390])
def test_a_direct_answer_comes_first_and_is_marked_where_it_stands(
    page: Page, kb: KnowledgeBase, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    put(kb, "harbour.txt", RENT.encode())
    page.reload()
    ask(page, "What is the monthly rent of the Harbour lease?")
    line = page.locator("#direct li")
    line.wait_for()
    assert line.inner_text() == "5,000 dollars 1"
    assert page.locator("#quotes mark").all_inner_texts() == ["5,000 dollars"]
    above = page.evaluate(
        "() => document.querySelector('#direct').getBoundingClientRect().bottom"
        " <= document.querySelector('#quotes').getBoundingClientRect().top"
    )
    assert above
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.locator("#stop").wait_for(state="hidden")
    if page.get_by_role("button", name="Close the source").is_visible():
        page.get_by_role("button", name="Close the source").click()
    button = line.get_by_role("button", name="Passage 1")
    button.focus()
    page.keyboard.press("Enter")
    page.locator("#sheet mark").wait_for()
    assert "5,000 dollars" in page.locator("#sheet mark").inner_text()


def test_a_comparison_has_a_line_for_each_and_the_next_question_clears_them(
    page: Page, kb: KnowledgeBase
) -> None:
    put(kb, "osprey.txt", CLAUSE.format("England and Wales", "Osprey").encode())
    put(kb, "merlin.txt", CLAUSE.format("the State of Tamarack", "Merlin").encode())
    page.reload()
    ask(page, "Which law governs the Osprey agreement and which the Merlin agreement?")
    page.locator("#direct li").first.wait_for()
    lines = [line.rsplit(" ", 1)[0] for line in page.locator("#direct li").all_inner_texts()]
    assert lines == ["Osprey: England and Wales", "Merlin: the State of Tamarack"]
    page.locator("#stop").wait_for(state="hidden")
    ask(page, "Which vaccine did Zanzibar buy?")
    page.get_by_text("No sure answer was found.").wait_for()
    assert page.locator("#direct-part").is_hidden() and page.locator("#direct li").count() == 0
