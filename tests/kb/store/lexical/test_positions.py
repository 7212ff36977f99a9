"""Where words stand: written with the text, gone with the document, filled for what was there."""

from pathlib import Path

import numpy as np
import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Fact
from kb.settings import Settings
from kb.store.database import Database
from kb.store.lexical import positions
from kb.store.lexical.boundaries import OFFSET, Laid, laying
from kb.store.lexical.position_reader import PlacesInScope
from kb.store.lexical.positions import CHUNKS, TABLES, fill, fill_anew, placing
from kb.store.schema.migrations import STEPS
from kb.store.write_batches import at_once
from kb.text.analyzer import terms
from kb.text.tokens import token_spans, tokens
from tests.shelf import put

TEXT = "The lessee pays the rent. Zyzzyva and rent.\n\nNothing else is due."


def rows(kb: KnowledgeBase) -> list[tuple[str, bytes]]:
    return [tuple(row) for row in kb.database.rows("SELECT word, places FROM word_place")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Décor DÉCOR de\u0301cor", ["decor"] * 3, id="case and accents fall away"),
        pytest.param("the party’s parties'", ["the", "party's", "parties"], id="possessives"),
        pytest.param("O'Brien non-compete", ["o", "brien", "non", "compete"], id="joints"),
        pytest.param("1,250,000.50 and 1,2,3", ["1250000.50", "and", "1", "2", "3"], id="numbers"),
        pytest.param("410 U.S. 113 §12.3(a)", ["410", "u", "s", "113", "12.3", "a"], id="citation"),
        pytest.param("株式会社 한국 ABC社", [*"株式会社한국", "abc", "社"], id="no spaces"),
        pytest.param("— § … !", [], id="no words"),
    ],
)
def test_tokens_are_words_as_they_are_written(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected
    assert [len(tokens(text[a:b])) for a, b in token_spans(text)] == [1] * len(expected)


def laid(text: str, chunks: list[tuple[int, int]], rows: list[tuple[int, int]]) -> Laid:
    laid: Laid = at_once(None, laying(text, chunks, rows))
    return laid


def offsets(told: bytes) -> list[int]:
    return [int(one) for one in np.frombuffer(told, OFFSET)]


def test_a_sentence_runs_on_over_what_was_set_aside_and_over_a_cut() -> None:
    text = "He shall pay\n\nPage 3 of 9\n\nthe rent. It is due."
    found = laid(text, [(0, 12), (27, 36), (37, 47)], [])
    assert offsets(found.words["rent"]) == [4]
    assert offsets(found.sentences) == [0, 5]
    assert offsets(found.paragraphs) == [0]
    assert offsets(found.chunks) == [0, 3, 5]


def test_a_row_of_a_table_is_a_sentence_of_its_own() -> None:
    text = "Name | Rent\nAldergate | 500\nand so on"
    found = laid(text, [(0, len(text))], [(0, 11), (12, 27)])
    assert offsets(found.sentences) == [0, 2, 4]
    assert offsets(found.paragraphs) == [0]


DIVIDED_WORDS = "The par-\nties sign a non-\ncompete with T-\nMobile of THE COM-\nPANY and pay."


def test_a_divided_word_stands_once_whole_and_in_pieces() -> None:
    found = laid(DIVIDED_WORDS, [(0, len(DIVIDED_WORDS))], [])
    for word in ("parties", "par", "ties"):
        assert offsets(found.words[word]) == [1]
    assert offsets(found.words["sign"]) == [2]
    assert offsets(found.words["noncompete"]) == [4]
    assert offsets(found.words["mobile"]) == [7]
    assert offsets(found.words["company"]) == [10]
    assert found.tokens == len(list(token_spans(DIVIDED_WORDS))) == len(tokens(DIVIDED_WORDS)) == 13


def test_a_word_goes_on_over_what_was_set_aside() -> None:
    text = "He gave an indemni-\n\nPage 3\n\nfication in May."
    found = laid(text, [(0, 19), (29, len(text))], [])
    assert offsets(found.words["indemnification"]) == [3]
    assert offsets(found.words["fication"]) == [4]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('"the parties sign"', True),
        ("parties w/1 sign", True),
        ("non-compete", True),
        ("noncompete", True),
        ('"a non-compete with"', True),
        ('"non compete"', True),
        ('"par ties"', True),
        ('"ties sign"', True),
        ('"compete with"', True),
        ('"sign par"', False),
        ('"t-mobile"', True),
        ("tmobile", False),
    ],
)
def test_a_divided_word_is_found_as_one_and_by_its_pieces(
    kb: KnowledgeBase, expression: str, *, found: bool
) -> None:
    put(kb, "alpha", "deal.txt", DIVIDED_WORDS)
    scope = kb.access.scope(kb.access.local_user())
    assert bool(kb.connectors.documents(expression, scope)) is found


def test_what_is_marked_in_a_divided_word_is_all_of_it(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "deal.txt", DIVIDED_WORDS)
    (spans,) = kb.connectors.search("noncompete", kb.access.scope(kb.access.local_user())).spans
    assert [DIVIDED_WORDS[start:end] for start, end in spans] == ["non-\ncompete"]


def test_a_word_of_a_million_pieces_takes_its_share() -> None:
    text = "ab-\n" * 250_000
    assert laid(text, [(0, len(text))], []).tokens == 62_500
    assert len(terms(text)) < 300_000


def test_a_line_of_a_million_letters_takes_its_share() -> None:
    text = "word v. " * 125_000
    assert laid(text, [(0, len(text))], []).tokens == 250_000


def test_deleting_leaves_no_word_and_no_byte_of_it(kb: KnowledgeBase, settings: Settings) -> None:
    put(kb, "alpha", "other.txt", "The rent of another.")
    before = rows(kb)
    document = put(kb, "alpha", "lease.txt", TEXT)
    assert any(word == "zyzzyva" for word, _ in rows(kb))
    kb.eraser.delete(document.id, kb.access.scope(kb.access.local_user()))
    assert rows(kb) == before
    kb.database.forget()
    for path in Path(settings.data_dir).glob("catalogue.db*"):
        assert b"zyzzyva" not in path.read_bytes().lower()


def test_the_last_document_of_a_block_takes_it_along(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "lease.txt", TEXT)
    kb.eraser.delete(document.id, kb.access.scope(kb.access.local_user()))
    assert rows(kb) == []
    assert kb.database.rows("SELECT * FROM word_block") == []


def test_words_that_are_not_committed_are_not_there(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "lease.txt", TEXT)
    before = rows(kb)
    with pytest.raises(RuntimeError), kb.database.write() as connection:
        at_once(connection, placing(document.id, "Rent and more rent"))
        raise RuntimeError("killed")
    assert rows(kb) == before


def test_placing_again_is_placing_once(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "lease.txt", TEXT)
    put(kb, "alpha", "note.txt", "Rent again.")
    scope = kb.access.scope(kb.access.local_user())
    before = kb.connectors.search("rent", scope).spans
    with kb.database.write() as connection:
        at_once(connection, placing(document.id, TEXT))
    assert kb.connectors.search("rent", scope).spans == before


def test_a_store_from_before_is_filled_when_it_is_opened(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", TEXT)
    put(kb, "alpha", "note.txt", "Rent again.")
    scope = kb.access.scope(kb.access.local_user())
    found = kb.connectors.search("rent w/5 zyzzyva", scope)
    before = rows(kb)
    with kb.database.write() as connection:
        for table in ("word_document", "word_block", "word_place"):
            connection.execute(f"DROP TABLE {table}")
        fill(connection)
    assert rows(kb) == before
    again = kb.connectors.search("rent w/5 zyzzyva", scope)
    assert (again.documents, again.spans) == (found.documents, found.spans) != (0, ())
    assert fill in STEPS
    assert all(sql.split()[0] == "CREATE" for sql in TABLES)


def test_words_that_are_told_otherwise_since_are_placed_anew(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "bond.txt", "The bond lapses in 2030\u2078 with the lease.")
    before = rows(kb)
    with kb.database.write() as connection:
        older = laid("The bond lapses in 20308 with the lease.", [(0, 40)], [])
        at_once(connection, placing(document.id, "", older))
    assert rows(kb) != before
    with kb.database.write() as connection:
        fill_anew(connection)
    assert rows(kb) == before
    assert fill_anew in STEPS


def test_history_that_another_mail_holds_is_found_there_alone(kb: KnowledgeBase) -> None:
    offer = put(kb, "alpha", "offer.eml", "We offer zyzzyva.", facts=(Fact("message-id", "one"),))
    reply = put(
        kb,
        "alpha",
        "reply.eml",
        "We accept this gladly.",
        facts=(Fact("reply-to", "one"),),
        quoted="We offer zyzzyva.",
    )
    scope = kb.access.scope(kb.access.local_user())
    assert kb.connectors.documents("zyzzyva", scope) == {offer.id}
    found = kb.connectors.search("gladly", scope)
    assert [p.document.id for p in found.result.passages] == [reply.id]


def test_a_text_longer_than_a_slot_has_several(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slots are made small, with all that follows from their size."""
    monkeypatch.setattr(positions, "SLOT_BITS", 12)
    monkeypatch.setattr("kb.store.lexical.position_reader.SLOT_BITS", 12)
    long = put(kb, "alpha", "long.txt", "first " + "word " * 9_000 + "last")
    put(kb, "alpha", "short.txt", "last of all")
    scope = kb.access.scope(kb.access.local_user())
    assert kb.connectors.documents("last", scope) > {long.id}
    assert kb.connectors.documents("atleast9000(word) and first not second", scope) == {long.id}
    assert kb.connectors.search("last w/2 word", scope).documents == 1
    assert kb.connectors.search("last w/255 first", scope).documents == 0


def test_a_snapshot_does_not_see_what_is_written_meanwhile(
    kb: KnowledgeBase, settings: Settings
) -> None:
    put(kb, "alpha", "lease.txt", TEXT)
    scope = kb.access.scope(kb.access.local_user())
    other = Database(settings.data_dir / "catalogue.db")
    with other.snapshot():
        places = PlacesInScope(other, scope)
        put(kb, "alpha", "note.txt", "Rent again.")
        assert len(PlacesInScope(other, scope).documents) == 1
        assert len(places.of_words([CHUNKS], places.everything())) == 2
    assert len(PlacesInScope(other, scope).documents) == 2
    other.close()
