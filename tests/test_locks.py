"""The locks fit each other, what is declared, and the oldest Python that is promised."""

import importlib.metadata
import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.commands import ROOT
from tests.test_deploy import PINNED, demands

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK_OF = {"dev": "dev.txt", "lock": "lock.txt", "models": "models.txt", "ray": "ray.txt"}
"""The lock that holds each extra."""
FIRST = ("torch.txt", "cuda.txt", "build.txt")
"""What is installed before the others."""


@pytest.mark.parametrize("lock", ["ray.txt", "lock.txt"])
def test_every_pin_of_an_extra_has_a_hash(lock: str) -> None:
    assert demands(lock)
    assert [line for line in demands(lock) if not PINNED.fullmatch(line)] == []


def pins(lock: str) -> dict[str, str]:
    """The version of each package in a lock."""
    split = [line.split()[0].split("==") for line in demands(lock)]
    return {canonicalize_name(name): version for name, version in split}


def test_the_locks_agree_and_satisfy_what_is_declared() -> None:
    run = pins("run.txt") | pins("torch.txt")
    assert {name: at for name, at in pins("build.txt").items() if run.get(name, at) != at} == {}
    assert {name: at for name, at in pins("dev.txt").items() if run.get(name, at) != at} == {}
    assert set(PROJECT["optional-dependencies"]) == set(LOCK_OF)
    asked = [(line, run) for line in PROJECT["dependencies"]]
    for extra, lines in PROJECT["optional-dependencies"].items():
        asked += [(line, run | pins(LOCK_OF[extra])) for line in lines]
    for line, locked in asked:
        wanted = Requirement(line)
        assert locked[canonicalize_name(wanted.name)] in wanted.specifier, line


def test_what_is_locked_runs_on_the_oldest_python_that_is_promised() -> None:
    oldest = f"{PROJECT['requires-python'].removeprefix('>=')}.0"
    refused = {}
    for name in pins("run.txt"):
        for needs in importlib.metadata.metadata(name).get_all("Requires-Python") or ():
            if oldest not in SpecifierSet(needs):
                refused[name] = needs
    assert refused == {}


def test_the_recipe_is_sound_and_renews_every_lock() -> None:
    script = ROOT / "requirements" / "lock.sh"
    assert subprocess.run(["bash", "-n", script]).returncode == 0
    text = script.read_text("utf-8")
    assert "set -euo pipefail" in text
    assert set(re.findall(r"\| keep (\S+)", text)) == {"run.txt", *FIRST, *LOCK_OF.values()}
    assert f"--python-version {PROJECT['requires-python'].removeprefix('>=')} " in text
    told = subprocess.run(
        ["make", "--dry-run", "lock", "UPGRADE=rich"], cwd=ROOT, capture_output=True, text=True
    )
    assert 'UPGRADE="rich" bash requirements/lock.sh' in told.stdout


def test_what_sources_ask_for_to_be_built_is_locked() -> None:
    asked = (ROOT / "requirements" / "build.in").read_text().split("\n")
    assert {line for line in asked if line and line[0] != "#"} <= pins("build.txt").keys()


def test_a_renewed_torch_keeps_the_builds_that_no_index_lists_of_its_version_alone() -> None:
    script = (ROOT / "requirements" / "lock.sh").read_text("utf-8")
    [function] = re.findall(r"^elsewhere\(\) \{.*?^\}", script, re.MULTILINE | re.DOTALL)
    [known] = demands("torch.txt")
    version = known.split()[0].partition("==")[2]
    for at, more in ((version, 1), ("9.9.9", 0)):
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail\nhere=requirements\n{function}\nelsewhere"],
            input=f"torch=={at} \\\n    --hash=sha256:{'0' * 64}\n",
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        assert done.stdout.count("--hash") == 1 + more, done.stderr
        assert not done.stdout.rstrip("\n").endswith("\\")
