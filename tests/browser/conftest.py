"""The page in a real browser, over the real store; only the models are fakes."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from api.server.app import create_app
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.settings import Settings
from tests.api.serving import served
from tests.browser.chromium import ARGUMENTS, CHROMIUM


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(kb: KnowledgeBase, lent_parsers: None) -> Iterator[str]:
    worker = Worker(kb)
    with served(create_app(kb)) as address:
        yield address
    worker.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "store", max_file_mb=1)


@pytest.fixture
def wrong() -> list[str]:
    """What the browser complained of; a test that makes trouble takes out what it made."""
    return []


@pytest.fixture
def page(browser: Browser, address: str, wrong: list[str]) -> Iterator[Page]:
    """The page, watched: no request may leave the origin, no error may be raised."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.goto(f"{address}/")
    yield page
    context.close()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert wrong == []
