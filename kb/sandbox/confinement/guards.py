"""Which guards of the kernel hold a confined process on this machine, and what holds without."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.sandbox.confinement.landlock import landlock_version

_WITHOUT = {
    "Landlock": "it can read and write what this user can, documents of other matters too",
    "seccomp": "programs that it starts may open sockets",
    "namespaces": "the network is refused by seccomp, and what it started is found by looking",
}


@dataclass(frozen=True, slots=True)
class Guards:
    """`landlock` is the kernel's version of it, 0 where a file outside could be read."""

    landlock: int
    seccomp: bool
    namespaces: bool

    def __str__(self) -> str:
        """Those that hold, and for each that does not, what is so without it."""
        held = {
            "Landlock": self.landlock > 0,
            "seccomp": self.seccomp,
            "namespaces": self.namespaces,
        }
        version = f"Landlock {self.landlock}"
        names = [version if name == "Landlock" else name for name, holds in held.items() if holds]
        lacking = [f"no {name}: {_WITHOUT[name]}" for name, holds in held.items() if not holds]
        return "; ".join([", ".join(names) or "none", *lacking])


def in_force() -> dict[str, int | bool | str]:
    """As the process finds them in which this is called; `network` names its namespace."""
    own = Path("/proc/self/status").read_text("ascii", "replace")
    try:
        os.close(os.open("/etc/passwd", os.O_RDONLY))
        landlock = 0
    except OSError:
        landlock = landlock_version()
    return {"landlock": landlock, "seccomp": "Seccomp:\t2" in own, "network": _network()}


def guards(told: dict[str, Any]) -> Guards:
    """From what another process says of itself by `in_force`, seen from this one."""
    apart = told["network"] != _network()
    return Guards(int(told["landlock"]), bool(told["seccomp"]), apart)


def _network() -> str:
    return os.readlink("/proc/self/ns/net")
