"""A dissent in a real browser: labelled where it is found, where it is quoted, and in its text."""

from playwright.sync_api import Page

from kb.app.bootstrap import KnowledgeBase
from tests.browser.chromium import NEEDED
from tests.browser.test_search_page import quoted, results, search
from tests.browser.test_viewer import put, show
from tests.ingest.opinions.opinions import COURT

pytestmark = NEEDED

DISSENT = "\n     BOWNES, J., dissenting.  The mills ought to have won the millrace.\n"


def test_a_dissent_is_labelled_wherever_it_is_shown(page: Page, kb: KnowledgeBase) -> None:
    put(kb, "harbor.txt", (COURT + DISSENT).encode())
    page.get_by_role("link", name="Search").click()
    search(page, "millrace")
    badge = results(page).first.locator(".badge.opinion")
    assert badge.inner_text() == "dissent of Bownes"
    assert "apart" in (badge.get_attribute("class") or "")
    results(page).first.get_by_role("button").first.click()
    page.locator("#sheet mark").wait_for()
    assert page.locator("#viewer-where .badge.opinion").inner_text() == "dissent of Bownes"
    assert page.locator("#sheet .speaks").all_inner_texts() == [
        "majority of Lindt",
        "disposition",
        "dissent of Bownes",
    ]
    page.get_by_role("link", name="Ask").click()
    where = quoted(page, "Ought the mills to have won the millrace?")
    assert any(text.endswith("dissent of Bownes") for text in where)


def test_what_is_no_opinion_bears_no_label(page: Page, kb: KnowledgeBase) -> None:
    put(kb, "lease.txt", b"Commercial Lease\n\nThe monthly rent is 5,000 dollars.\n")
    show(page, "lease.txt", "Text")
    page.locator("#sheet .plain").wait_for()
    assert page.locator(".badge.opinion, .speaks").count() == 0
