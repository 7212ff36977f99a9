"""Many files on the page: dropped, followed, tried again, found after a reload."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route

from tests.api.house import pdf
from tests.browser.chromium import NEEDED

pytestmark = NEEDED

GOOD = [(f"visit {n}.txt", f"Visit {n}: the roof leaked on day {n}.") for n in range(22)]
HARD = [
    ("torn.pdf", "%PDF-1.4 torn"),
    ("torn too.pdf", "%PDF-1.7 torn as well"),
    ("broken.docx", "PK\x03\x04 not a package"),
    ("large.txt", "x" * (2 << 20)),
]
EMPTY = [("nothing.txt", ""), ("nothing too.txt", "")]
HIDDEN = [(".DS_Store", "of no use")]
LEASE = pdf("The monthly rent is 5,000 dollars.").decode("latin-1")


@pytest.fixture
def drops(page: Page) -> Iterator[Page]:
    """The documents view with a new matter named."""
    page.get_by_role("link", name="Documents").click()
    page.get_by_label("Name of the new matter").fill("Harbour Road")
    yield page


def drop(page: Page, files: Sequence[tuple[str, str]]) -> None:
    page.evaluate(
        """(files) => {
            const data = new DataTransfer();
            for (const [name, text] of files) data.items.add(new File([text], name));
            document.getElementById("drop").dispatchEvent(
                new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        [list(file) for file in files],
    )


def card(page: Page) -> Locator:
    return page.locator("#jobs article").first


def finished(page: Page, seconds: int = 120) -> str:
    line = card(page).locator(".job-pace", has_text="Finished")
    line.wait_for(timeout=seconds * 1000)
    return line.inner_text()


def test_thirty_mixed_files_are_followed_to_their_ends(drops: Page) -> None:
    files = [*GOOD, *HARD, *EMPTY, *HIDDEN, ("lease.pdf", LEASE)]
    drop(drops, files)
    card(drops).get_by_text("Adding 29 files to Harbour Road").wait_for()
    said = finished(drops)
    assert said == "Finished: 23 ready, 2 skipped, 4 failed."
    assert "1 hidden file left out." in card(drops).inner_text()
    bar = card(drops).get_by_role("progressbar")
    assert bar.get_attribute("aria-valuenow") == bar.get_attribute("aria-valuemax") == "29"
    assert said in drops.locator("#jobs-said").inner_text()

    told = card(drops).locator(".job-problems li")
    names = [line.split("\n")[0] for line in told.all_inner_texts()]
    assert set(names[:4]) == {name for name, _ in HARD}
    assert all(text.endswith(".") for text in told.locator(".problem").all_inner_texts())


def test_only_what_failed_is_tried_again(drops: Page) -> None:
    drop(drops, [*GOOD[:5], *HARD])
    assert finished(drops) == "Finished: 5 ready, 4 failed."
    tried: list[str] = []
    drops.on("request", lambda request: tried.append(f"{request.method} {request.url}"))
    with drops.expect_response("**/retry") as answer:
        card(drops).get_by_role("button", name="Retry the failed").click()
    told = answer.value.json()
    assert told["queued"] == 3
    assert [one["path"] for one in told["send_again"]] == ["large.txt"]
    assert finished(drops) == "Finished: 5 ready, 4 failed."
    assert not [request for request in tried if "POST" in request and "/v1/documents" in request]


def test_a_file_that_is_too_large_stays_told_after_a_retry(drops: Page) -> None:
    drop(drops, [*GOOD[:1], HARD[-1]])
    finished(drops)
    card(drops).get_by_role("button", name="Retry the failed").click()
    card(drops).get_by_text("Too large to be sent again: 1 file.").wait_for()
    card(drops).get_by_text("“large.txt” is larger than 1 MB.").wait_for()


def test_a_reload_in_the_middle_shows_the_job_again(drops: Page) -> None:
    let_in = 8

    def tired(route: Route) -> None:
        nonlocal let_in
        let_in -= 1
        if let_in >= 0:
            route.continue_()  # the others are never answered

    drops.route("**/v1/documents?job=*", tired)
    drop(drops, GOOD)
    card(drops).locator("dd", has_text="8 of 22").wait_for()
    drops.reload()
    assert finished(drops) == "Finished: 8 ready."
    assert "8 of 22 came in. Add the same files again" in card(drops).inner_text()


def test_a_service_that_is_away_for_a_moment_loses_no_file(drops: Page, wrong: list[str]) -> None:
    away = 3

    def flaky(route: Route) -> None:
        nonlocal away
        away -= 1
        if away >= 0:
            route.abort()
        else:
            route.continue_()

    drops.route("**/v1/documents?job=*", flaky)
    drop(drops, GOOD[:6])
    assert finished(drops) == "Finished: 6 ready."
    assert away < 0
    assert len(wrong) == 3 and all("ERR_FAILED" in line for line in wrong)
    wrong.clear()


def test_the_list_can_be_saved(drops: Page, tmp_path: Path) -> None:
    drop(drops, [*GOOD[:2], HARD[0]])
    finished(drops)
    with drops.expect_download() as saved:
        card(drops).get_by_role("link", name="Save the list (CSV)").click()
    saved.value.save_as(tmp_path / "list.csv")
    rows = csv.DictReader(io.StringIO((tmp_path / "list.csv").read_text("utf-8-sig")))
    assert {row["path"]: row["status"] for row in rows} == {
        "visit 0.txt": "ready",
        "visit 1.txt": "ready",
        "torn.pdf": "failed",
    }


def test_two_thousand_files_do_not_stop_the_page(drops: Page) -> None:
    """Only the page is under test: the service's answers are made up, at once."""
    drops.route(
        "**/v1/documents?job=*",
        lambda route: route.fulfill(status=202, json={"documents": [], "refused": []}),
    )
    drops.evaluate(
        """() => {
            window.longest = 0;
            let last = performance.now();
            const tick = () => {
                const now = performance.now();
                window.longest = Math.max(window.longest, now - last);
                last = now;
                setTimeout(tick, 10);
            };
            tick();
        }"""
    )
    drop(drops, [(f"{n}.txt", f"{n}") for n in range(2000)])
    card(drops).get_by_text("Adding 2,000 files").wait_for()
    card(drops).locator("dd", has_text=re.compile(r"^[1-9]\d\d of 2,000")).wait_for()
    card(drops).get_by_role("button", name="Stop sending").click()
    card(drops).get_by_text("Sending was stopped").wait_for()
    assert drops.evaluate("window.longest") < 1500
    assert drops.evaluate("document.querySelectorAll('*').length") < 1500
