"""The environment of our child processes: what they need, and no secrets of the parent."""

import os
import sys
from pathlib import Path

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")


def clean_environment(**more: str) -> dict[str, str]:
    """Where programs and modules are found, the language, and `more`."""
    environ = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environ["PYTHONPATH"] = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    return {**environ, **more}
