"""The disk refuses: a run ends with a sentence or goes on, and a clean run completes the rest.

`make soak-faults` goes on to the last fault of each kind, and fills real disks.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.commands import ROOT


def soaked(module: str, *arguments: str) -> Any:
    """The figures of a soak in a process of its own: it forks, which threads do not survive."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.soak.{module}", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=280,
    )
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout)
    assert figures["broken"] == []
    assert done.returncode == 0, done.stderr
    return figures


KINDS = ("write", "fsync", "rename", "unlink", "mkdir", "index add", "index delete", "catalogue")


@pytest.mark.parametrize(
    "most",
    [
        pytest.param(1, id="the first of each kind"),
        pytest.param(3, id="three of each kind", marks=pytest.mark.slow),
    ],
)
def test_a_fault_of_the_disk_loses_nothing(most: int) -> None:
    kinds = [word for kind in KINDS for word in ("--kind", kind)]
    figures = soaked("faults", "--quick", "--most", str(most), "--command", "ingest", *kinds)
    assert figures["by kind"].keys() == set(KINDS)
