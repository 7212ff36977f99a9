"""The sample firms' files: made of their sources; in the second, papers in eight languages."""

import hashlib
import json
import re
import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path
from unicodedata import name

import pytest

from ingest.facts.extract import facts
from ingest.parsing.parse import parse
from kb.domain import Reading
from kb.evaluation.sample import Gold, Question, read_questions
from kb.evaluation.sets.spans import locate
from kb.paths import DATA, LANGUAGES
from kb.sandbox.pool import Pool
from kb.settings import Settings

SOURCES = DATA / "sample-sources"
QUESTIONS = read_questions(LANGUAGES / "questions.jsonl")
GOLD = [(question, gold) for question in QUESTIONS for gold in question.gold]
PAPERS = sorted(p for p in LANGUAGES.rglob("*") if p.is_file() and p.suffix != ".jsonl")
SCANS = [path for path in PAPERS if path.stem.endswith("-scan")]
LEAST_ALIKE = 0.97
"""Of a scan's words by OCR and its source: their likeness, 1 where they are the same."""


def below(path: Path) -> str:
    """A paper's path as questions.jsonl writes it."""
    return path.relative_to(LANGUAGES).as_posix()


def dense(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def readings(pool: Pool) -> dict[str, Reading]:
    """All papers, read as ingestion reads them: seconds, most of them for OCR on two pages."""
    return {below(path): parse(path, path.name, pool, Settings()) for path in PAPERS}


def test_the_firm_is_as_mixed_as_it_is_said_to_be() -> None:
    spoken = {gold.path: gold.language for _, gold in GOLD}
    assert sorted(spoken) == [below(path) for path in PAPERS]  # each is asked about
    assert len(PAPERS) == 16
    assert set(spoken.values()) == {"ar", "de", "el", "en", "es", "fr", "ru", "zh"}
    assert {question.language for question in QUESTIONS} == set(spoken.values())
    letters = [letter for _, gold in GOLD for letter in gold.quote if letter.isalpha()]
    scripts = {name(letter).split()[0] for letter in letters}
    assert scripts == {"ARABIC", "CJK", "CYRILLIC", "GREEK", "LATIN"}
    formats = {path.suffix for path in PAPERS}
    assert formats == {".docx", ".eml", ".html", ".pdf", ".txt"}
    assert {spoken[below(path)] for path in SCANS} == {"de", "zh"}


def test_a_half_of_the_questions_is_across_languages() -> None:
    across = [question for question, gold in GOLD if question.language != gold.language]
    assert (len(GOLD), len(across)) == (53, 30)
    assert len(QUESTIONS) - len(GOLD) == 9  # which nothing answers
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS) == 62


@pytest.mark.parametrize(("question", "gold"), GOLD, ids=[question.id for question, _ in GOLD])
def test_a_quote_stands_once_in_its_paper_and_in_no_other(
    question: Question, gold: Gold, readings: dict[str, Reading]
) -> None:
    there = {path: locate(reading.text, gold.quote) for path, reading in readings.items()}
    found = {path: len(spans) for path, spans in there.items() if spans}
    if gold.path in [below(path) for path in SCANS]:
        found.setdefault(gold.path, 1)  # in the words of OCR, whose likeness is tested by itself
    assert found == {gold.path: 1}, question.text


@pytest.mark.parametrize("path", PAPERS, ids=below)
def test_a_paper_is_told_in_its_language(path: Path, readings: dict[str, Reading]) -> None:
    intended = {gold.language for _, gold in GOLD if gold.path == below(path)}
    told = {f.value for f in facts(readings[below(path)], path.name) if f.name == "language"}
    assert told == intended


@pytest.mark.parametrize("path", SCANS, ids=below)
def test_ocr_reads_a_scan_nearly_as_it_was_written(
    path: Path, readings: dict[str, Reading]
) -> None:
    body = (SOURCES / "languages" / f"{below(path)}.md").read_text("utf-8").split("---\n", 2)[2]
    written = dense(re.sub(r"^[#^] |^## |\\$", "", body, flags=re.MULTILINE))
    read = dense(readings[below(path)].text)
    alike = SequenceMatcher(None, written, read, autojunk=False).ratio()
    assert alike > LEAST_ALIKE, read


def test_a_page_is_where_a_question_says(readings: dict[str, Reading]) -> None:
    rows = (LANGUAGES / "questions.jsonl").read_text("utf-8").splitlines()
    golds = [gold for row in map(json.loads, rows) for gold in row["gold"]]
    wrong = []
    for gold in golds:
        reading = readings[gold["path"]]
        assert (gold["page"] is not None) == bool(reading.pages)
        for page in reading.pages[(gold["page"] or 1) - 1 : gold["page"]]:
            text = reading.text[page.char_start : page.char_end]
            alike = SequenceMatcher(None, dense(gold["quote"]), dense(text), autojunk=False)
            held = sum(block.size for block in alike.get_matching_blocks())
            if held < LEAST_ALIKE * len(dense(gold["quote"])):
                wrong.append(gold)
    assert wrong == []


def test_the_files_are_those_that_their_sources_make(tmp_path: Path) -> None:
    """Takes seconds: every source of both firms is typeset.

    A scan is drawn with a font that is not installed everywhere, so it is held to its source
    by the SHA-256 that it carries.
    """
    build = [sys.executable, str(SOURCES / "build.py"), "--out", str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    firms = {"sources": "sample", "languages": "sample-languages"}
    differing, made = [], set()
    for sources, firm in firms.items():
        for source in sorted((SOURCES / sources).rglob("*.md")):
            file = Path(firm) / source.relative_to(SOURCES / sources).with_suffix("")
            made.add(file)
            content = (DATA / file).read_bytes()
            if "\nfont: " in source.read_text("utf-8"):
                same = hashlib.sha256(source.read_bytes()).hexdigest().encode() in content
            else:
                same = (tmp_path / file).read_bytes() == content
            if not same:
                differing.append(str(file))
    assert differing == []
    kinds = {file.suffix for file in made}
    there = [path for firm in firms.values() for path in (DATA / firm).rglob("*")]
    assert made == {path.relative_to(DATA) for path in there if path.suffix in kinds}
