"""What a stranger looks for: a licence."""

import tomllib

from tests.commands import ROOT
from tests.test_deploy import demands

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


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
