"""What a terminal may show of names and texts that others wrote."""

import io
import logging

import pytest

from kb.text.visible import VisibleFormatter, visible, visible_name


@pytest.mark.parametrize(
    ("text", "name", "lines"),
    [
        ("lease.pdf", "lease.pdf", "lease.pdf"),
        ("\x1b[2Jgone", "\\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\nready  /in/b.txt", "a\\nready  /in/b.txt", "a\nready  /in/b.txt"),
        ("a\tb", "a\\tb", "a\tb"),
        ("a\rb", "a\\rb", "a\\rb"),
        ("fdp.\u202eexe", "fdp.\\u202eexe", "fdp.\\u202eexe"),
        ("\x9b31m", "\\x9b31m", "\\x9b31m"),
        ("Straße 租约 שכירות", "Straße 租约 שכירות", "Straße 租约 שכירות"),
    ],
)
def test_what_gives_orders_is_spelled_out(text: str, name: str, lines: str) -> None:
    assert visible_name(text) == name
    assert visible(text) == lines


def test_a_record_of_the_log_is_one_line_whatever_it_names() -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(VisibleFormatter("%(levelname)s %(message)s"))
    log = logging.Logger("one")
    log.addHandler(handler)
    log.warning("the folder %s was open", "/in/\x1b[2J\n2026 INFO all is well\u202e")
    try:
        raise ValueError("\x1b[2J")
    except ValueError:
        log.exception("it failed")
    first, *rest = written.getvalue().splitlines()
    assert first == "WARNING the folder /in/\\x1b[2J\\n2026 INFO all is well\\u202e was open"
    assert rest[0] == "ERROR it failed" and "\x1b" not in written.getvalue()
