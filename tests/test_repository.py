"""What a stranger looks for: a licence, decisions."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.test_deploy import demands

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def test_the_licence_is_the_one_that_is_declared() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    assert all((ROOT / name).is_file() for name in PROJECT["license-files"])
    assert (
        "Apache License\n                           Version 2.0" in (ROOT / "LICENSE").read_text()
    )


def test_the_terms_of_all_weights_and_models_are_told() -> None:
    terms = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    models = [line.split("==")[0] for line in demands("models.txt")]
    weights = [f"data/models/{one.name}" for one in (ROOT / "data" / "models").iterdir()]
    assert [name for name in (*models, *weights) if f"`{name}`" not in terms] == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_number_date_and_parts(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert re.search(r"^Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_architecture_lists_every_decision() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rows = re.findall(
        r"^\| (\d+) \| \[(.*)\]\(docs/decisions/(.*)\) \| (.*) \|$", text, re.MULTILINE
    )
    assert [name for _, _, name, _ in rows] == [page.name for page in DECISIONS]
    for (number, title, _, date), page in zip(rows, DECISIONS, strict=True):
        head = page.read_text("utf-8")
        assert head.startswith(f"# {number}. {title}\n\nDate: {date}\n")
