"""Questions and documents on the page in a real browser; only the models are fakes."""

from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Page

from kb.app.bootstrap import KnowledgeBase
from tests.api.house import pdf
from tests.browser.chromium import NEEDED
from tests.scripted import ScriptedChat

pytestmark = NEEDED

LEASE = pdf(
    "LEASE OF UNIT 3\n\nThis lease is made between Aldergate Holdings and Cobble Lane Books.",
    "The monthly rent is 5,000 dollars.\n\nThe tenant may end the lease with notice.",
)
NOTE = "Notes \U0001d4d0 of the visit.\n\nThe roof leaked <b>badly</b> on Tuesday.\n"


def add(page: Page, matter: str, *files: tuple[str, bytes]) -> None:
    """Choose files for a new matter and wait until all are ready."""
    page.get_by_role("link", name="Documents").click()
    page.get_by_label("Add to matter").select_option(label="New matter…")
    page.get_by_label("Name of the new matter").fill(matter)
    kinds = {"pdf": "application/pdf"}
    chosen: list[FilePayload] = [
        {"name": name, "mimeType": kinds.get(name[-3:], "text/plain"), "buffer": content}
        for name, content in files
    ]
    page.set_input_files("#files", chosen)
    for name, _ in files:
        page.locator("tr", has_text=name).get_by_text("Ready", exact=True).wait_for(timeout=60_000)


def ask(page: Page, question: str) -> None:
    page.get_by_role("link", name="Ask").click()
    page.get_by_role("textbox", name="What do you need to know?").fill(question)
    page.keyboard.press("Enter")


def test_a_question_is_answered_with_quotes_and_its_page_is_shown(
    page: Page, chat: ScriptedChat
) -> None:
    chat.reply = "The monthly rent is 5,000 dollars [1]. It doubles [9]."
    add(page, "Aldergate", ("lease.pdf", LEASE))
    ask(page, "What is the monthly rent?")

    quote = page.locator("#quotes li").first
    quote.get_by_text("The monthly rent is 5,000 dollars.").wait_for()
    assert "lease.pdf" in quote.inner_text() and "Aldergate" in quote.inner_text()

    page.get_by_text("Written by scripted on this machine").wait_for()
    assert page.locator(".chip.supported").inner_text() == "1 supported"
    assert "no such source" in page.locator(".chip.unknown").inner_text()

    page.get_by_role("button", name="Close the source").click()
    page.locator(".chip.supported").click()
    page.locator("#sheet img").wait_for()
    assert "lease.pdf, with the quoted passage marked" in str(
        page.locator("#sheet img").get_attribute("alt")
    )
    assert marked(page)
    page.get_by_role("button", name="Next").click()
    page.get_by_text("page 2 of 2").wait_for()


def marked(page: Page) -> bool:
    """Whether the shown page image has yellow in it."""
    return bool(
        page.eval_on_selector(
            "#sheet img",
            """image => {
                const canvas = document.createElement("canvas");
                canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
                const brush = canvas.getContext("2d");
                brush.drawImage(image, 0, 0);
                const {data} = brush.getImageData(0, 0, canvas.width, canvas.height);
                for (let at = 0; at < data.length; at += 4)
                    if (data[at] > 225 && data[at + 1] > 200 && data[at + 2] < 190) return true;
                return false;
            }""",
        )
    )


def test_a_passage_of_a_text_is_marked_in_it_and_is_never_markup(page: Page) -> None:
    add(page, "Aldergate", ("note.txt", NOTE.encode()))
    ask(page, "When did the roof leak?")
    page.locator("#quotes button").first.click()
    mark = page.locator("#sheet mark")
    mark.wait_for()
    assert "The roof leaked <b>badly</b> on Tuesday." in mark.inner_text()
    assert page.locator("#sheet b").count() == page.locator("#quotes q b").count() == 0


def test_an_abstention_is_shown_as_one(page: Page) -> None:
    add(page, "Aldergate", ("note.txt", NOTE.encode()))
    ask(page, "Which vaccine did Zanzibar buy?")
    page.get_by_text("No sure answer was found.").wait_for()
    assert page.locator(".reason").inner_text().endswith(".")


def test_what_a_small_model_says_beside_the_quotes_is_withheld(
    page: Page, chat: ScriptedChat
) -> None:
    chat.parameters = 135_000_000
    chat.reply = "The monthly rent is 9,000 dollars [1]."
    add(page, "Aldergate", ("lease.pdf", LEASE))
    ask(page, "What is the monthly rent?")
    page.get_by_text("A sentence of the language model is not said").wait_for()
    assert page.locator("#quotes li").count() > 0
    assert "9,000" not in page.locator("#answer").inner_text()
    chat.reply = "The monthly rent is 5,000 dollars [1]."
    ask(page, "What is the monthly rent?")
    page.get_by_text("Written by scripted on this machine").wait_for()
    assert page.locator(".chip.supported").inner_text() == "1 supported"


def test_stop_ends_the_answer(page: Page, kb: KnowledgeBase, chat: ScriptedChat) -> None:
    chat.reply, chat._gap_s = "word " * 200, 0.1
    add(page, "Aldergate", ("lease.pdf", LEASE))
    ask(page, "What is the monthly rent?")
    page.locator("#answer", has_text="word").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for()
    assert page.locator("#quotes li").count() > 0


def test_a_dropped_file_is_followed_until_it_is_ready(page: Page) -> None:
    page.get_by_role("link", name="Documents").click()
    page.get_by_label("Name of the new matter").fill("Dropped")
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["The roof leaked on Tuesday."], "dropped.txt"));
            document.getElementById("drop").dispatchEvent(
                new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    row = page.locator("tr", has_text="dropped.txt")
    row.get_by_text("Ready", exact=True).wait_for(timeout=60_000)
    assert "Dropped" in row.inner_text()


def test_a_document_is_deleted_only_after_a_question(page: Page) -> None:
    add(page, "Aldergate", ("note.txt", NOTE.encode()))
    page.get_by_role("button", name="Delete note.txt").click()
    page.get_by_role("button", name="Keep it").click()
    assert page.locator("tr", has_text="note.txt").count() == 1
    page.get_by_role("button", name="Delete note.txt").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_text("There are no documents here yet.").wait_for()


def test_only_the_chosen_matters_are_asked(page: Page) -> None:
    add(page, "Aldergate", ("note.txt", NOTE.encode()))
    add(page, "Ferrant", ("roof.txt", b"The roof of the other building leaked in May."))
    page.get_by_role("link", name="Ask").click()
    page.get_by_text("All matters").click()
    page.get_by_role("checkbox", name="Ferrant").check()
    page.keyboard.press("Escape")
    ask(page, "When did the roof leak?")
    page.locator("#quotes li").first.wait_for()
    assert "note.txt" not in page.locator("#quotes").inner_text()


def test_nothing_is_wider_than_a_phone(page: Page) -> None:
    add(page, "Aldergate", (f"a-long-name{'-and-longer' * 8}.pdf", LEASE))
    page.set_viewport_size({"width": 390, "height": 844})
    for view in ("Ask", "Documents"):
        page.get_by_role("link", name=view).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("colour", ["light", "dark"])
def test_it_has_both_schemes(page: Page, colour: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=colour)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = sum(int(part) for part in paper.strip("rgb()").split(","))
    assert (lightness > 384) is (colour == "light")
