"""Chunks of a court's opinion: each of one part, under headings of its own judge."""

from pathlib import Path

from ingest.chunking.chunker import chunk
from ingest.formats.markup.text import read_plain_text
from ingest.opinions.parts import opinion_parts
from kb.domain import DocumentId, Fact, Opinion, OpinionPart
from tests.fakes import FakeEmbedder
from tests.ingest.opinions.opinions import COURT


def test_no_chunk_straddles_two_parts_and_no_heading_reaches_another_judge(tmp_path: Path) -> None:
    dissent = "BOWNES, Circuit Judge, dissenting. I would reverse.\n"
    file = tmp_path / "opinion.txt"
    file.write_text(COURT.replace("CONCLUSION", "III. CONCLUSION") + dissent)
    reading = read_plain_text(str(file), file.name)
    parts = opinion_parts(reading, [Fact("type", "opinion")])
    chunks = chunk(reading, DocumentId("d"), "", FakeEmbedder(), 400, parts=parts)
    assert [one.opinion for one in chunks] == [
        *(None for _ in chunks[:-3]),
        Opinion(OpinionPart.MAJORITY, "Lindt"),
        Opinion(OpinionPart.DISPOSITION),
        Opinion(OpinionPart.DISSENT, "Bownes"),
    ]
    assert "CONCLUSION" in chunks[-2].heading
    assert chunks[-1].heading == ""
    assert chunks[-1].text.startswith("BOWNES")
    for one in chunks:
        assert one.text == reading.text[one.char_start : one.char_end]
