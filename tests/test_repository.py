"""What a stranger looks for: a licence, decisions, a changelog, hooks."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

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


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions[0] == PROJECT["version"]


def test_the_hooks_are_the_lines_of_make_check() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    assert not any(hook["pass_filenames"] for hook in hooks)
    _, recipe = re.split(r"^check:.*\n", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE)
    lines = re.match(r"(?:\t.*\n)+", recipe)
    assert lines
    made = [
        line.strip().lstrip("@").replace("$(BIN)", ".venv/bin") for line in lines[0].splitlines()
    ]
    assert [hook["entry"] for hook in hooks] == made
