"""What lies deep within other parts is read, or said not to be: never left out in silence."""

from pathlib import Path

import pytest

from ingest.formats.base.options import ParseOptions
from ingest.parsing.dispatch import read_file
from kb.errors import ParseFailed
from tests.soak.attacks.base import Attack, nested
from tests.soak.attacks.sheets import book, opened
from tests.soak.attacks.words import word

_HEAD = "From: a@b.example\nTo: c@d.example\nSubject: x\nContent-Type: text/html\n\n<p>Above.</p>"
_PARAGRAPH = "<w:p><w:r><w:t>The rent is due.</w:t></w:r></w:p>"
_BELOW = "<w:p><w:r><w:t>And so is the deposit.</w:t></w:r></w:p>"
_SAID, _SO_IS = "<text:p>The rent is due.</text:p>", "<text:p>And so is the deposit.</text:p>"
_DEEP = (
    Attack("divs", ".html", nested(
        "<div>", "</div>", before="<html><p>Above.</p>", after="<p>And so is the deposit.</p>"
    )),
    Attack("cells", ".html", nested(
        "<b>", "</b>", before="<table><tr><td>a</td><td>", after="</td><td>b</td></tr></table>"
        "<p>And so is the deposit.</p>",
    )),
    Attack("quotes", ".eml", nested(
        "<blockquote><div>", "</div></blockquote>", before=_HEAD,
        after="<p>And so is the deposit.</p>",
    )),
    Attack("elements", ".xml", nested(
        "<a>", "</a>", before='<?xml version="1.0"?><b>', after="<c>And so is the deposit.</c></b>"
    )),
    Attack("tables", ".docx", word(nested(
        "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", inside=_PARAGRAPH, after=_BELOW
    ))),
    Attack("controls", ".docx", word(nested(
        "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", inside=_PARAGRAPH, after=_BELOW
    ))),
    Attack("lists", ".odt", opened("text", nested(
        "<text:list><text:list-item>", "</text:list-item></text:list>", inside=_SAID, after=_SO_IS
    ))),
    Attack("divs", ".epub", book(nested("<div>", "</div>", after="<p>And so is the deposit.</p>"))),
    Attack("groups", ".rtf", nested(
        "{", "}", before=r"{\rtf1 ", after=r"\par And so is the deposit.}"
    )),
)  # fmt: skip


@pytest.mark.parametrize("power", [1, 2, 3, 4])
@pytest.mark.parametrize("attack", _DEEP, ids=lambda one: f"{one.name}{one.suffix}")
def test_no_depth_takes_words_away_in_silence(tmp_path: Path, attack: Attack, power: int) -> None:
    file = attack.write(tmp_path, power)
    try:
        text = read_file(str(file), file.name, ParseOptions()).text
    except ParseFailed as failed:
        assert power > 1 and "nested too deeply" in failed.message
    else:
        words = " ".join(text.split())
        assert "The rent is due." in words and "And so is the deposit." in words
        assert not any("\ue000" <= one <= "\uf8ff" for one in text)  # marks of our own


def test_a_style_is_no_text_however_deep(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<html>" + "<div>" * 300 + "<style>a {}</style><script>b</script>The rent.")
    assert read_file(str(page), page.name, ParseOptions()).text == "The rent."
