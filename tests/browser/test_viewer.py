"""A document beside the page: its changes, facts, versions, mails; only the models are fakes."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document
from tests.browser.chromium import NEEDED
from tests.golden import word_files
from tests.ingest.formats.letters import letter, with_family
from tests.shelf import offer

pytestmark = NEEDED


def put(kb: KnowledgeBase, path: str, content: bytes) -> Document:
    """Offer a document, and wait until the service has read it and all that is in it."""
    found = offer(kb, "Aldergate", path, content)
    end = time.monotonic() + 60
    while kb.queue.waiting():
        assert time.monotonic() < end, "it was not read in time"
        time.sleep(0.05)
    return found


def show(page: Page, name: str, tab: str) -> None:
    page.reload()
    page.get_by_role("link", name="Documents").click()
    page.get_by_role("button", name=name, exact=True).first.click()
    page.get_by_role("tab", name=tab).click()


def test_tracked_changes_stand_in_the_text_and_in_a_list(
    page: Page, kb: KnowledgeBase, tmp_path: Path
) -> None:
    word_files.tracked_blocks(tmp_path / "a.docx")
    put(kb, "amendment.docx", (tmp_path / "a.docx").read_bytes())
    show(page, "amendment.docx", "Text")
    inserted = page.locator("#sheet ins", has_text="The landlord insures the house.")
    assert inserted.get_attribute("title") == "Inserted by Ann Doyle, 2024-03-05"
    deleted = page.locator("#sheet del", has_text="The landlord pays nothing.")
    assert "line-through" in deleted.evaluate("el => getComputedStyle(el).textDecorationLine")
    page.get_by_role("button", name="Show changes").click()
    page.locator("#sheet del").first.wait_for(state="detached")

    page.get_by_role("tab", name="Changes (6)").click()
    page.get_by_label("Show those with").fill("pays nothing")
    [row] = page.locator(".changes li").all()
    assert "Ann Doyle" in row.inner_text() and "5 March 2024" in row.inner_text()
    row.get_by_role("button", name="Show this deletion in the text").click()
    assert page.get_by_role("tab", name="Text").get_attribute("aria-selected") == "true"


def test_a_comment_is_told_with_its_author(page: Page, kb: KnowledgeBase, tmp_path: Path) -> None:
    word_files.commented(tmp_path / "b.docx")
    put(kb, "warranty.docx", (tmp_path / "b.docx").read_bytes())
    show(page, "warranty.docx", "Changes")
    row = page.locator(".changes li").first
    assert "Check with the client." in row.inner_text() and "Ann" in row.inner_text()
    assert row.locator(".commented").inner_text() == "good title"


def test_a_fact_is_corrected_in_place_by_keyboard(page: Page, kb: KnowledgeBase) -> None:
    found = put(kb, "note.txt", b"The roof leaked on Tuesday.")
    show(page, "note.txt", "Details")
    page.get_by_text("Add what is not known").click()
    page.get_by_role("button", name="Add parties").press("Enter")
    page.keyboard.type("Aldergate Holdings\nCobble Lane Books")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Correct parties").wait_for()
    assert page.evaluate("document.activeElement.ariaLabel") == "Correct parties"
    assert "by hand" in page.locator("[data-fact=party]").inner_text()
    facts = kb.contents.facts(found.id, kb.access.scope(kb.access.local_user()))
    parties = [(fact.value, hand) for fact, hand in facts if fact.name == "party"]
    assert parties == [("Aldergate Holdings", True), ("Cobble Lane Books", True)]


def test_a_fact_leads_to_its_words(page: Page, kb: KnowledgeBase) -> None:
    put(kb, "lease.txt", b"LEASE\n\nThis Lease is made on May 2, 2024 between Acme LLC and Bo Inc.")
    show(page, "lease.txt", "Details")
    page.get_by_role("button", name="2 May 2024").click()
    assert page.locator("#sheet mark").all_inner_texts() == ["May 2, 2024"]
    page.get_by_role("tab", name="Details").click()
    page.get_by_role("button", name="Correct date").click()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.ariaLabel") == "Correct date"


def test_a_title_is_corrected_in_place(page: Page, kb: KnowledgeBase) -> None:
    found = put(kb, "note.txt", b"The roof leaked on Tuesday.")
    show(page, "note.txt", "Details")
    page.get_by_role("button", name="Correct title").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Report on the roof")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("[data-fact=title]", has_text="by hand").wait_for()
    scope = kb.access.scope(kb.access.local_user())
    assert kb.library.document(found.id, scope).title == "Report on the roof"


def test_a_date_that_is_none_is_refused_with_a_reason(page: Page, kb: KnowledgeBase) -> None:
    put(kb, "note.txt", b"The roof leaked on Tuesday.")
    show(page, "note.txt", "Details")
    page.get_by_text("Add what is not known").click()
    page.get_by_role("button", name="Add date").click()
    page.keyboard.type("Tuesday")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").get_by_text("Write each day as 2024-03-01").wait_for()


def test_an_old_version_is_marked_and_leads_to_the_newest(page: Page, kb: KnowledgeBase) -> None:
    put(kb, "terms.txt", b"The rent is 4,000 dollars.")
    put(kb, "terms.txt", b"The rent is 5,000 dollars.")
    show(page, "terms.txt", "Details")
    page.get_by_role("button", name="Version 1").click()
    page.get_by_text("This is an old version.").wait_for()
    page.locator("#sheet", has_text="4,000").wait_for()
    page.get_by_role("button", name="Open the newest").click()
    page.locator("#sheet", has_text="5,000").wait_for()
    assert page.get_by_text("This is an old version.").count() == 0

    row = page.locator("tr", has_text="old version")
    assert row.count() == 0
    page.get_by_label("Old versions").check()
    row.wait_for()


def test_a_mail_leads_to_its_attachments_and_to_its_thread(
    page: Page, kb: KnowledgeBase, tmp_path: Path
) -> None:
    first = letter("Lease, a draft", "Here it is.\n", Message_ID="<m2@doyle.example>")
    put(kb, "first.eml", first.as_bytes())
    put(kb, "offer.eml", with_family(tmp_path).as_bytes())
    show(page, "offer.eml", "Details")
    thread = page.locator("section.family", has_text="Mails of the same conversation")
    assert "6 June 2017" in thread.inner_text()
    page.locator("section.family", has_text="Attachments").get_by_role(
        "button", name="note.txt"
    ).click()
    page.locator("#sheet", has_text="Call the broker.").wait_for()
    page.get_by_role("tab", name="Details").click()
    page.locator("section.family", has_text="Found in").get_by_role("button").click()
    page.locator("#viewer-title", has_text="offer.eml").wait_for()


def test_the_tabs_are_walked_by_arrow_keys(page: Page, kb: KnowledgeBase) -> None:
    put(kb, "note.txt", b"The roof leaked on Tuesday.")
    show(page, "note.txt", "Text")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "Authorities"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "note.txt"


@pytest.mark.parametrize("tab", ["Text", "Changes", "Details"])
def test_nothing_in_it_is_wider_than_a_phone(
    page: Page, kb: KnowledgeBase, tmp_path: Path, tab: str
) -> None:
    word_files.tracked_blocks(tmp_path / "a.docx")
    put(kb, f"{'long-' * 20}name.docx", (tmp_path / "a.docx").read_bytes())
    page.set_viewport_size({"width": 390, "height": 844})
    show(page, f"{'long-' * 20}name.docx", tab)
    assert page.evaluate("document.querySelector('#viewer').scrollWidth") <= 390
