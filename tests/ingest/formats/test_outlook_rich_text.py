"""Rich Text as Outlook packs it."""

from ingest.formats.mail.outlook_rich_text import unpacked

PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d"
    "0a800fa0"
)


def test_the_example_of_the_specification_is_unpacked() -> None:
    assert unpacked(PACKED) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_what_breaks_off_gives_what_comes_before() -> None:
    assert unpacked(PACKED[:30]).startswith(b"{\\rtf1\\ansi\\ansicpg1252")
    assert unpacked(PACKED[:9]) == unpacked(b"0" * 40) == b""
