"""What a terminal may show of names and texts that others wrote."""

import pytest

from kb.text.visible import visible, visible_name


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
