"""Debian's chromium, and the tests that need it."""

from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NEEDED = [
    pytest.mark.alone,
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason="chromium is not on this machine (apt-get install chromium)"
    ),
]
"""For `pytestmark`."""
