"""The page in German, its switch, its catalogue, and papers that are read from right to left."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from api.web.pages import catalogue
from kb.answer.abstention import Model
from kb.app.bootstrap import KnowledgeBase
from tests.browser.chromium import NEEDED
from tests.browser.test_viewer import put
from tests.scripted import ScriptedChat

pytestmark = NEEDED

MIETE = (
    "§ 3 Miete\nDie monatliche Miete beträgt 1.250,50 Euro. Sie ist am 03.04.2024 fällig.\n\n"
    "§ 7 Kündigung\nDie Mieterin kann mit einer Frist von sechs Monaten kündigen.\n"
)
RENT = "The monthly rent is 1,250.50 dollars, due on 03/04/2024.\n"
HEBREW = 'סעיף 4: השוכר ישלם דמי שכירות בסך 8,750 ש"ח לחברת Brandt Logistics עד 04.06.2024.\n'
ARABIC = "المادة 3: يدفع المستأجر أجرة شهرية قدرها 12,500 درهم إلى Brandt Logistics GmbH.\n"
BOTH = (
    "The lessee pays a monthly rent of 12,500 dirhams to the lessor on the first day.\n\n"
    "يلتزم المستأجر بدفع أجرة شهرية قدرها 12,500 درهم إلى المؤجر في اليوم الأول.\n"
)


@pytest.fixture
def german(browser: Browser, address: str) -> Iterator[Page]:
    """The page as a browser with German as its first language gets it."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{address}/")
    yield page
    context.close()


def ask(page: Page, question: str) -> None:
    page.locator(".views a").first.click()
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    page.locator("#quotes li, #answer .reason").first.wait_for()
    page.locator("#stop").wait_for(state="hidden")


def test_a_german_reader_is_asked_answered_and_judged_in_german(
    german: Page, kb: KnowledgeBase, chat: ScriptedChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "confidence", lambda *_: 1.0)  # no model here reads German
    chat.reply = "Die monatliche Miete beträgt 1.250,50 Euro [1]."
    put(kb, "miete.txt", MIETE.encode())
    ask(german, "Wie hoch ist die monatliche Miete?")
    assert german.locator("html").get_attribute("lang") == "de"
    quote = german.locator("#quotes q").first
    assert "1.250,50 Euro" in quote.inner_text() and "03.04.2024" in quote.inner_text()
    marks = quote.evaluate("q => getComputedStyle(q).quotes")
    assert marks == '"„" "“"'
    assert german.locator(".chip.supported").inner_text() == "1 gestützt"
    german.get_by_text("Verfasst von scripted auf diesem Rechner").wait_for()
    assert german.locator("#state").inner_text() == "1 Dokument in 1 Mandat, nur auf diesem Rechner"

    put(kb, "rent.txt", RENT.encode())
    chat.reply = "The monthly rent is 1,250.50 dollars [1]."
    ask(german, "What is the monthly rent, and when is it due?")
    german.get_by_text("Written by scripted on this machine").wait_for()
    assert german.locator("#byline").get_attribute("lang") == "en"
    assert german.locator("#ask-button").inner_text() == "Fragen"
    assert "1,250.50 dollars, due on 03/04/2024" in german.locator("#quotes").inner_text()


def test_the_switch_is_remembered_and_keeps_the_place(page: Page, address: str) -> None:
    page.get_by_role("link", name="Search").click()
    page.locator("#query").fill("rent")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Deutsch").click()
    page.locator("html[lang=de] #search-title").wait_for()
    page.wait_for_url(f"{address}/#search?q=rent")
    assert page.locator("#query").input_value() == "rent"
    assert page.context.cookies() == []
    page.goto(f"{address}/#documents")
    page.reload()
    page.get_by_role("heading", name="Dokumente").wait_for()
    page.get_by_role("link", name="English").press("Enter")
    page.get_by_role("heading", name="Documents").wait_for()
    assert page.title() == "Documents · Knowledge base"
    page.evaluate("localStorage.setItem('language', 'xx')")  # one that the page no longer has
    page.reload()
    page.get_by_role("heading", name="Documents").wait_for()
    page.wait_for_function("localStorage.getItem('language') === 'en'")
    assert page.url == f"{address}/#documents"


@pytest.mark.parametrize("width", [390, 1280])
def test_german_words_fit(german: Page, kb: KnowledgeBase, width: int) -> None:
    put(kb, f"{'Gewerberaummietvertrags' * 3}änderung.txt", MIETE.encode())
    german.set_viewport_size({"width": width, "height": 844})
    for view in ("ask", "search", "documents"):
        german.locator(f".views a[data-view={view}]").click()
        german.locator(f"#view-{view}").wait_for()
        assert german.evaluate("document.documentElement.scrollWidth") <= width
        clipped = german.evaluate(
            """() => [...document.querySelectorAll("button, a, label, h1, h2, th, summary")]
                .filter((one) => one.checkVisibility() && !one.closest(".unseen, .skip")
                    && one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
                .map((one) => one.textContent)"""
        )
        assert clipped == []


@pytest.mark.parametrize(
    ("name", "text", "question", "figures"),
    [
        pytest.param("הסכם.txt", HEBREW, "מה דמי שכירות השוכר?", "8,750", id="Hebrew"),
        pytest.param("عقد 7.txt", ARABIC, "ما أجرة المستأجر شهرية؟", "12,500", id="Arabic"),
    ],
)
def test_what_is_written_from_right_to_left_is_read_so(
    page: Page, kb: KnowledgeBase, name: str, text: str, question: str, figures: str
) -> None:
    put(kb, name, text.encode())
    put(kb, "rent.txt", RENT.encode())
    page.reload()
    page.get_by_role("checkbox", name="Quotes only").check()
    ask(page, question)
    quote = page.locator("#quotes q", has_text=figures)
    assert directed(quote.evaluate(DIRECTION)) == ("rtl", "start")
    assert text.strip() in str(quote.text_content())
    assert page.locator("#question").evaluate("one => getComputedStyle(one).direction") == "rtl"
    shown = page.locator("#quotes bdi", has_text=name).first
    assert shown.evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"

    mark = page.locator("#sheet[aria-busy=false] mark")
    mark.wait_for()
    page.get_by_role("button", name="Close the source").click()
    page.locator("#quotes button", has_text=figures).click()
    mark.wait_for()
    assert directed(page.locator("#sheet .plain").evaluate(DIRECTION)) == ("rtl", "start")
    assert figures in mark.inner_text() and "Brandt Logistics" in mark.inner_text()
    edges = page.evaluate(
        """() => [document.querySelector("#sheet mark"), document.querySelector("#sheet .plain")]
            .map((one) => one.getBoundingClientRect().right)"""
    )
    assert edges[1] - edges[0] < 60  # it begins at the right


DIRECTION = "one => [getComputedStyle(one).direction, getComputedStyle(one).textAlign]"


def directed(told: Any) -> tuple[str, str]:
    direction, align = told
    return direction, align


def test_each_paragraph_of_a_paper_in_two_languages_has_its_direction(
    page: Page, kb: KnowledgeBase
) -> None:
    put(kb, "both.txt", BOTH.encode())
    put(kb, "rent.txt", RENT.encode())
    for name, mixed in (("both.txt", "plaintext"), ("rent.txt", "isolate")):
        page.reload()
        page.get_by_role("link", name="Documents").click()
        page.get_by_role("button", name=name, exact=True).click()
        sheet = page.locator("#sheet .plain")
        sheet.wait_for()
        assert sheet.evaluate("one => getComputedStyle(one).unicodeBidi") == mixed
        assert directed(sheet.evaluate(DIRECTION)) == ("ltr", "start")
        page.keyboard.press("Escape")
    page.get_by_role("link", name="Search").click()
    for words, mixed in (("lessee monthly rent dirhams", "plaintext"), ("dollars due", "isolate")):
        page.get_by_role("searchbox").fill(words)
        page.keyboard.press("Enter")
        found = page.locator("#results[aria-busy=false] .result-text", has_text=words.split()[0])
        found.wait_for()
        assert found.evaluate("one => getComputedStyle(one).unicodeBidi") == mixed


def bracketed(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Every text between brackets, that it can be told from what was not taken from here."""
    kept = ("locale", "language")
    return {
        key: text
        if key in kept
        else f"⟦{text}⟧"
        if isinstance(text, str)
        else {form: f"⟦{words}⟧" for form, words in text.items()}
        for key, text in texts.items()
    }


SEEN = """() => {
    const theirs = ["bdi", "q", "blockquote", "code", "script", "style", "noscript", "mark", "time",
        ".languages", ".plain", ".reason", ".plain-facts dd", ".job-when", ".number",
        "select:not(#by-status) option", ".result .badge", "#viewer-where"].join();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walk.nextNode()) {
        const parent = walk.currentNode.parentElement;
        if (!parent.closest(theirs) && parent.id !== "answer") texts.push(walk.currentNode.data);
    }
    for (const name of ["aria-label", "placeholder", "title"])
        for (const one of document.querySelectorAll(`[${name}]`))
            if (!one.closest(".languages")) texts.push(one.getAttribute(name));
    return texts;
}"""
"""The texts of the page in their order, without those of documents and of the service."""


def foreign(page: Page) -> list[str]:
    """What stands on the page in letters and comes from elsewhere than the catalogue.

    An element may stand in a text, whose brackets are then in two of the page's texts.
    """
    found, depth = [], 0
    for text in page.evaluate(SEEN):
        outside = ""
        for character in text:
            depth += {"⟦": 1, "⟧": -1}.get(character, 0)
            outside += "" if depth else character
        if re.search(r"[^\W\d_]", outside):
            found.append(text)
    assert depth == 0
    return found


def test_every_word_that_is_shown_comes_from_the_catalogue(
    page: Page, kb: KnowledgeBase, chat: ScriptedChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "texts", {"en": bracketed(catalogue.texts["en"])})
    chat.reply = "The monthly rent is 1,250.50 dollars [1]. It doubles [9]. Nobody knows."
    put(kb, "rent.txt", RENT.encode())
    page.reload()
    ask(page, "What is the monthly rent?")
    page.locator("#byline").wait_for()
    seen = {"ask": foreign(page)}
    for tab in ("text", "authorities", "details"):
        page.locator(f"#tab-{tab}").click()
        page.locator("#sheet[aria-busy=false]").wait_for()
        seen[tab] = foreign(page)
    page.locator("#viewer-close").click()
    for view, words in (("search", "rent"), ("search", "zanzibar")):
        page.locator(f".views a[data-view={view}]").click()
        page.locator("#query").fill(words)
        page.keyboard.press("Enter")
        page.locator("#results .result, #search-nothing li").first.wait_for()
        seen[words] = foreign(page)
    page.locator(".views a[data-view=documents]").click()
    page.locator("#document-rows tr").wait_for()
    seen["documents"] = foreign(page)
    assert {where: what for where, what in seen.items() if what} == {}
