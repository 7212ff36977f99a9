"""Searching on the page in a real browser: both ways, narrowed, and onwards from what is found."""

import re

import pytest
from playwright.sync_api import Locator, Page

from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId
from tests.browser.chromium import NEEDED
from tests.browser.test_viewer import put

pytestmark = NEEDED

LEASE = (
    "Commercial Lease\n\nThe tenant shall indemnify the landlord for gross negligence.\n\n"
    "The monthly rent is 5,000 dollars, and the tenant pays it on the first day.\n"
)
GUARANTY = "Guaranty\n\nThe guarantor pays the monthly rent whenever the tenant does not.\n"
MEMO = "Memorandum\n\nOur tenant \U0001d4d0 calls the rent <b>too high</b> and wants to leave.\n"


@pytest.fixture
def shelf(kb: KnowledgeBase, page: Page) -> Page:
    """Three documents with what is known of them; the page is already open."""
    for name, text, kind, day in (
        ("lease.txt", LEASE, "lease", "2019-03-01"),
        ("guaranty.txt", GUARANTY, "guaranty", "2021-09-14"),
        ("memo.txt", MEMO, "memo", "2024-05-05"),
    ):
        known(kb, put(kb, name, text.encode()).id, type=kind, date=day)
    page.get_by_role("link", name="Search").click()
    return page


def known(kb: KnowledgeBase, document: DocumentId, **facts: str) -> None:
    scope = kb.access.scope(kb.access.local_user())
    for name, value in facts.items():
        kb.contents.state(document, name, [value], scope)


def search(page: Page, words: str) -> None:
    page.get_by_role("searchbox", name="Search the documents").fill(words)
    page.keyboard.press("Enter")


def results(page: Page) -> Locator:
    return page.locator("#results .result")


def names(page: Page) -> set[str]:
    return {text.strip() for text in page.locator("#results .result-open").all_inner_texts()}


def by_terms(page: Page, expression: str) -> None:
    page.locator("label", has_text="Terms & connectors").click()
    search(page, expression)


def choose(page: Page, value: str) -> None:
    page.locator("#facets").get_by_role("checkbox", name=re.compile(f"^{value}")).check()


def test_plain_words_find_passages_with_their_place_and_kind(shelf: Page) -> None:
    search(shelf, "monthly rent")
    first = results(shelf).first
    first.wait_for()
    told = results(shelf).all_inner_texts()
    [lease] = [text for text in told if "5,000 dollars" in text]
    assert "Aldergate" in lease and "lease" in lease and "1 March 2019" in lease
    assert {"monthly", "rent"} <= {one.lower() for one in shelf.locator("mark").all_inner_texts()}
    assert shelf.locator("#results b").count() == 0  # a document's markup is text
    assert "from 3 documents" in shelf.locator("#results-count").inner_text()
    first.get_by_role("button").first.click()
    shelf.locator("#sheet mark").wait_for()


def test_a_facet_narrows_and_its_chip_takes_it_back(shelf: Page) -> None:
    search(shelf, "rent")
    choose(shelf, "guaranty")
    shelf.locator("#results-count", has_text="from 1 document").wait_for()
    assert "The guarantor pays" in results(shelf).first.inner_text()
    shelf.locator("#facets-count", has_text="1 document").wait_for()
    year = shelf.locator("#facets .facet", has_text="Year").locator("li")
    assert [text.split("\n")[0] for text in year.all_inner_texts()] == ["2021"]
    shelf.get_by_role("button", name="Remove Type: guaranty").click()
    shelf.locator("#results-count", has_text="from 3 documents").wait_for()
    assert shelf.locator("#search-chips button").count() == 0


def test_a_search_is_whole_again_after_a_reload(shelf: Page) -> None:
    search(shelf, "rent")
    choose(shelf, "2024")
    shelf.locator("#results-count", has_text="from 1 document").wait_for()
    assert "?" not in shelf.url.split("#")[0]
    shelf.reload()
    shelf.locator("#results-count", has_text="from 1 document").wait_for()
    assert "wants to leave" in results(shelf).first.inner_text()
    assert shelf.get_by_role("button", name="Remove Year: 2024").count() == 1
    assert shelf.get_by_role("searchbox").input_value() == "rent"


def test_a_question_keeps_to_the_filters(shelf: Page) -> None:
    choose(shelf, "memo")
    shelf.get_by_role("button", name="Remove Type: memo").wait_for()
    shelf.get_by_role("link", name="Ask").click()
    where = quoted(shelf, "What is the rent?")
    assert where and all("memo.txt" in text for text in where)


def quoted(shelf: Page, question: str) -> list[str]:
    """Where the quotes of an answer without a model are from."""
    shelf.get_by_role("checkbox", name="Quotes only").check()
    shelf.get_by_role("textbox", name="What do you need to know?").fill(question)
    shelf.keyboard.press("Enter")
    shelf.locator("#quotes li, #answer .reason").first.wait_for()
    return shelf.locator("#quotes .quote-where").all_inner_texts()


def test_nothing_found_says_what_to_try(shelf: Page) -> None:
    choose(shelf, "memo")
    shelf.get_by_label("until").fill("2020-01-01")
    search(shelf, "indemnity")
    nothing = shelf.locator("#search-nothing")
    nothing.get_by_text("Nothing was found.").wait_for()
    nothing.get_by_role("button", name="remove them all").click()
    results(shelf).first.wait_for()
    assert nothing.is_hidden()


def test_the_drawer_of_a_phone_closes_by_escape_and_fits(shelf: Page) -> None:
    shelf.set_viewport_size({"width": 390, "height": 844})
    search(shelf, "monthly rent")
    results(shelf).first.wait_for()
    assert shelf.evaluate("document.documentElement.scrollWidth") <= 390
    button = shelf.get_by_role("button", name="Filters", exact=True)
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    shelf.get_by_role("heading", name="Filters").wait_for()
    assert shelf.evaluate("document.getElementById('main').inert")
    choose(shelf, "memo")
    shelf.keyboard.press("Escape")
    button = shelf.get_by_role("button", name="Filters (1)")
    assert button.get_attribute("aria-expanded") == "false"
    assert button.evaluate("button => button === document.activeElement")
    assert not shelf.evaluate("document.getElementById('main').inert")


def test_terms_and_connectors_find_exactly_and_count(shelf: Page) -> None:
    by_terms(shelf, 'indemnif! w/10 "gross negligence"')
    shelf.locator("#results-count", has_text="1 document, 1 passage").wait_for()
    assert shelf.locator("#results mark").all_inner_texts() == ["indemnify", "gross negligence"]
    search(shelf, "rent and not guarantor")
    shelf.locator("#results-count", has_text="2 documents, 2 passages").wait_for()
    assert not any("guarantor" in text for text in results(shelf).all_inner_texts())
    marked = {text.lower() for text in shelf.locator("#results mark").all_inner_texts()}
    assert marked == {"rent"}  # behind a character beyond the first plane too


def test_what_is_wrong_with_an_expression_is_shown_while_it_is_typed(
    shelf: Page, wrong: list[str]
) -> None:
    shelf.locator("label", has_text="Terms & connectors").click()
    field = shelf.get_by_role("searchbox")
    field.fill("rent guarantor")
    pointed = shelf.locator("#search-problem .pointed")
    pointed.wait_for()
    assert pointed.inner_text() == "g"
    assert shelf.locator("#search-problem p").first.inner_text().endswith(".")
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("rent and guarantor")
    shelf.locator("#live", has_text="1 document matches").wait_for()
    assert pointed.count() == 0 and field.get_attribute("aria-invalid") == "false"
    assert wrong and all("400" in line for line in wrong)
    wrong.clear()


def test_facets_are_counted_among_what_the_expression_finds(shelf: Page) -> None:
    by_terms(shelf, "guarantor or dollars")
    shelf.locator("#facets-count", has_text="2 documents").wait_for()
    kinds = shelf.locator("#facets .facet", has_text="Type").locator(".facet-value")
    assert set(kinds.all_inner_texts()) == {"lease", "guaranty"}


def test_questions_can_be_asked_among_what_was_found(shelf: Page) -> None:
    by_terms(shelf, "guarantor")
    shelf.get_by_role("button", name="Ask among these results").click()
    shelf.get_by_role("button", name="Remove Among documents with: guarantor").wait_for()
    where = quoted(shelf, "Who pays the rent?")
    assert where and all("guaranty.txt" in text for text in where)


def test_more_like_a_passage_names_what_it_was_made_from(shelf: Page) -> None:
    search(shelf, "monthly rent")
    results(shelf).first.wait_for()
    [lease] = [one for one in results(shelf).all() if "5,000 dollars" in one.inner_text()]
    with shelf.expect_request("**/v1/similar") as asked:
        lease.get_by_role("link", name="More like this").click()
    sent = asked.value.post_data_json or {}
    assert sent["start"] == 0 and "page" not in sent
    origin = shelf.locator("#origin")
    origin.get_by_text("Made from").wait_for()
    assert "lease" in origin.inner_text().lower()
    results(shelf).first.wait_for()
    assert not any("5,000 dollars" in text for text in results(shelf).all_inner_texts())
    shelf.get_by_role("button", name="Back to the search").click()
    shelf.locator("#results-count", has_text="from 3 documents").wait_for()


def test_more_like_a_document_is_asked_beside_it(shelf: Page) -> None:
    shelf.get_by_role("link", name="Documents").click()
    shelf.get_by_role("button", name="lease.txt", exact=True).click()
    shelf.get_by_role("link", name="More like this").click()
    shelf.locator("#origin", has_text="the whole document").wait_for()
    found = shelf.locator("#like-documents .result")
    found.first.wait_for()
    assert not any("lease.txt" in text for text in found.all_inner_texts())


def test_the_authorities_of_a_document_stand_beside_it(page: Page, kb: KnowledgeBase) -> None:
    put(kb, "brief.txt", b"This was held in Roe v. Wade, 410 U.S. 113 (1973), now overruled.\n")
    page.reload()
    page.get_by_role("link", name="Documents").click()
    page.get_by_role("button", name="brief.txt", exact=True).click()
    page.get_by_role("tab", name="Authorities").click()
    told = page.locator("#sheet .authority")
    told.wait_for()
    assert "410 U.S. 113" in told.inner_text() and "not here" in told.inner_text()
    assert "overruled" in told.locator(".hints").inner_text()
    told.get_by_role("button").last.click()
    page.locator("#sheet mark", has_text="410 U.S. 113").wait_for()
