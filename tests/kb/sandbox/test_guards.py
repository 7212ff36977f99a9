"""What `kb doctor` tells of the kernel's guards, and of those that lack."""

import subprocess
import sys

import pytest

from kb.sandbox.confinement.guards import Guards, guards, in_force
from kb.sandbox.confinement.landlock import landlock_version
from kb.sandbox.pool import parser_guards

TELL = "from kb.sandbox.pool import parser_guards; print(parser_guards())"


@pytest.mark.parametrize(
    ("held", "told"),
    [
        pytest.param(Guards(7, True, True), "Landlock 7, seccomp, namespaces", id="all"),
        pytest.param(
            Guards(0, True, True),
            "seccomp, namespaces; no Landlock: it can read and write what this user can, "
            "documents of other matters too",
            id="an older kernel",
        ),
        pytest.param(
            Guards(4, True, False),
            "Landlock 4, seccomp; no namespaces: the network is refused by seccomp, and what it "
            "started is found by looking",
            id="a container",
        ),
    ],
)
def test_what_lacks_is_told_with_what_is_so_without_it(held: Guards, told: str) -> None:
    assert str(held) == told


def test_a_process_that_nothing_confines_says_so() -> None:
    assert not guards(in_force()).landlock
    assert not guards(in_force()).namespaces


def test_parsers_say_what_confines_them_with_and_without_namespaces() -> None:
    found = parser_guards()
    assert (found.landlock, found.seccomp) == (landlock_version(), True)
    if subprocess.run(["unshare", "-Ur", "true"], capture_output=True).returncode:
        pytest.skip("network namespaces are not allowed here")
    assert found.namespaces
    refuse = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
    command = ["unshare", "-Ur", "sh", "-c", refuse, "sh", sys.executable, "-c", TELL]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "; no namespaces:" in done.stdout
