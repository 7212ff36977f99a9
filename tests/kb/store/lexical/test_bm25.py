"""The search by words: as a slow count over what the scope holds, whatever comes and goes."""

import math
import random
from collections import Counter, defaultdict

import numpy as np
import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Scope
from kb.store.database import Row
from kb.store.lexical import postings
from kb.store.lexical.bm25 import CONTEXT_WEIGHT, K1, B, Match
from kb.store.lexical.postings import ENTRY, posting
from kb.store.write_batches import at_once
from kb.text.analyzer import sought, terms
from tests.shelf import put

WORDS = "rent deposit tenant court notice term ship wine horse music garden weather".split()


def paragraphs(seed: int, count: int) -> str:
    chance = random.Random(seed)
    return "\n\n".join(
        " ".join(chance.choices(WORDS, k=chance.randint(3, 20))) for _ in range(count)
    )


def fill(kb: KnowledgeBase) -> None:
    for matter in range(3):
        for number in range(5):
            seed = matter * 100 + number
            put(kb, f"matter {matter}", f"{WORDS[number]} {seed}.txt", paragraphs(seed, 12))


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def slow(kb: KnowledgeBase, query: list[str], scope: Scope) -> dict[str, float]:
    """Okapi BM25 by counting the words of every chunk of the scope."""
    chunks = [
        (row["id"], row["words"].split(), row["context"].split())
        for row in kb.database.rows(
            "SELECT c.id, w.words, w.context, d.id AS document, d.matter_id, d.current "
            "FROM chunk c JOIN chunk_words w ON w.rowid = c.key "
            "JOIN document d ON d.id = c.document_id"
        )
        if row["matter_id"] in scope.matters
        and row["document"] not in scope.walled
        and (row["current"] or scope.superseded)
    ]
    mean = sum(len(words) for _, words, _ in chunks) / len(chunks)
    score: Counter[str] = Counter()
    for term in set(query):
        having = [one for one in chunks if term in one[1] or term in one[2]]
        weight = math.log(1 + (len(chunks) - len(having) + 0.5) / (len(having) + 0.5))
        for known, words, context in having:
            often = words.count(term) + CONTEXT_WEIGHT * (term in context)
            norm = K1 * (1 - B + B * len(words) / mean)
            score[known] += weight * often * (K1 + 1) / (often + norm)
    return dict(score)


def slow_whole(kb: KnowledgeBase, query: list[str], scope: Scope) -> dict[str, float]:
    """BM25 of documents of any length, by counting the words of all their chunks."""
    words: defaultdict[str, list[str]] = defaultdict(list)
    context: defaultdict[str, set[str]] = defaultdict(set)
    for row in kb.database.rows(
        "SELECT d.id, d.matter_id, d.current, w.words, w.context FROM chunk c "
        "JOIN chunk_words w ON w.rowid = c.key JOIN document d ON d.id = c.document_id"
    ):
        seen = row["matter_id"] in scope.matters and row["id"] not in scope.walled
        if seen and (row["current"] or scope.superseded):
            words[row["id"]] += row["words"].split()
            context[row["id"]] |= set(row["context"].split())
    score = dict.fromkeys(words, 0.0)
    for term in set(query):
        often = {
            known: words[known].count(term) + CONTEXT_WEIGHT * (term in context[known])
            for known in words
            if term in words[known] or term in context[known]
        }
        weight = math.log(1 + (len(words) - len(often) + 0.5) / (len(often) + 0.5))
        for known, count in often.items():
            score[known] += weight * count * (K1 + 1) / (count + K1)
    return score


def agrees(kb: KnowledgeBase, query: list[str], scope: Scope) -> None:
    expected = slow(kb, query, scope)
    found = kb.keywords.match(query, scope).ranked(query, 1000)
    assert dict(found) == pytest.approx(expected)
    best = kb.keywords.match(query, scope).ranked(query, 7)
    assert best == found[:7]
    assert [score for _, score in found] == sorted((s for _, s in found), reverse=True)
    whole = slow_whole(kb, query, scope)
    some = {DocumentId(known) for known in sorted(whole)[::2]}
    told = kb.keywords.match(query, scope).scored_whole(query, some)
    assert told == pytest.approx({known: whole[known] for known in some})


def test_scores_are_those_of_the_formula_worked_out_by_hand(kb: KnowledgeBase) -> None:
    """Okapi BM25 with k1 = 1.2 and b = 0.75; the counts elsewhere take both from the code."""
    texts = ("rent ship wine rent", "rent horse", "horse ship wine music garden wine")
    one, two, _ = [put(kb, "alpha", f"{n}.txt", text).id for n, text in enumerate(texts)]
    match = kb.keywords.match(["rent"], everything(kb))
    assert (match.chunks, match.mean_length) == (3, 4.0)
    # ln(1 + 1.5 / 2.5) = 0.470004; of mean length, twice: 2 * 2.2 / (2 + 1.2) = 1.375;
    # of half the mean length, once: 2.2 / (1 + 1.2 * (0.25 + 0.75 / 2)) = 2.2 / 1.75
    ranked = match.ranked(["rent"], 9)
    assert [known for known, _ in ranked] == [f"{one}-00000", f"{two}-00000"]
    assert [score for _, score in ranked] == pytest.approx([0.646255, 0.590862], abs=1e-6)
    # as whole documents, whose length is not held against them: 1.375, and 2.2 / 2.2
    assert match.scored_whole(["rent"], {one, two}) == {
        one: pytest.approx(0.646255, abs=1e-6),
        two: pytest.approx(0.470004, abs=1e-6),
    }


@pytest.mark.parametrize("seed", range(4))
def test_scores_are_those_of_a_slow_count_in_any_scope(kb: KnowledgeBase, seed: int) -> None:
    fill(kb)
    scope, chance = everything(kb), random.Random(seed)
    documents = [one.id for one in kb.library.documents(scope)]
    for matters in (scope.matters, frozenset(chance.sample(sorted(scope.matters), 1))):
        walled = frozenset(chance.sample(documents, chance.choice([0, 2, 9])))
        query = terms(" ".join(chance.sample(WORDS, 3)))
        agrees(kb, query, Scope(scope.user_id, matters, walled))


def test_what_comes_and_goes_is_counted_at_once(kb: KnowledgeBase) -> None:
    fill(kb)
    chance = random.Random(7)
    for number in range(5):
        query = terms(" ".join(chance.sample(WORDS, 3)))
        put(kb, "matter 1", f"late {number}.txt", paragraphs(700 + number, 9))
        agrees(kb, query, everything(kb))
        put(kb, "matter 2", "n.txt", paragraphs(number, 9), path=f"/matter 2/wine 20{number}.txt")
        agrees(kb, query, everything(kb))
        kb.contents.state(
            kb.library.documents(everything(kb))[3].id, "title", ["A horse"], everything(kb)
        )
        agrees(kb, [*query, "hors"], everything(kb))
        kb.eraser.delete(chance.choice(kb.library.documents(everything(kb))).id, everything(kb))
        agrees(kb, query, everything(kb))


def test_many_documents_take_many_parts(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "PART_DOCUMENTS", 2)
    fill(kb)
    assert kb.database.rows("SELECT count(*) FROM posting_part")[0][0] == 9
    agrees(kb, terms("rent wine court"), everything(kb))
    monkeypatch.setattr(postings, "PART_CHUNKS", 1)
    put(kb, "matter 1", "late.txt", paragraphs(700, 9))
    agrees(kb, terms("rent wine court"), everything(kb))


def test_entering_all_again_enters_the_same(kb: KnowledgeBase) -> None:
    fill(kb)
    query = terms("rent wine court")
    before: Match = kb.keywords.match(query, everything(kb))
    with kb.database.write() as connection:
        connection.execute("DELETE FROM posting")
        connection.execute("DELETE FROM posting_part")
        connection.execute("UPDATE document SET part = NULL, posted = 0, posted_length = 0")
        for row in connection.execute("SELECT id FROM document ORDER BY seq").fetchall():
            at_once(connection, posting(row["id"]))
    after = kb.keywords.match(query, everything(kb))
    assert after.ranked(query, 1000) == before.ranked(query, 1000)
    assert (after.chunks, after.mean_length) == (before.chunks, before.mean_length)


def test_deleting_leaves_no_entry(kb: KnowledgeBase) -> None:
    fill(kb)
    going = kb.library.documents(everything(kb))[2]
    [[seq]] = kb.database.rows("SELECT seq FROM document WHERE id = ?", (going.id,))

    def entered() -> set[int]:
        rows = kb.database.rows("SELECT entries FROM posting")
        return {int(one) for row in rows for one in np.frombuffer(row[0], ENTRY)["document"]}

    assert seq in entered()
    kb.eraser.delete(going.id, everything(kb))
    assert seq not in entered() and len(entered()) == 14


def test_within_changes_what_is_found_and_no_score(kb: KnowledgeBase) -> None:
    fill(kb)
    query = terms("rent wine court")
    match = kb.keywords.match(query, everything(kb))
    chosen = frozenset(one.id for one in kb.library.documents(everything(kb))[2:4])
    expected = [
        hit for hit in match.ranked(query, 1000) if DocumentId(hit[0].rsplit("-", 1)[0]) in chosen
    ]
    assert expected
    assert match.ranked(query, 1000, within=chosen) == expected
    assert match.holders("rent") == {
        DocumentId(known.rsplit("-", 1)[0]) for known in slow(kb, ["rent"], everything(kb))
    }


def test_only_languages_that_stand_in_the_scope_are_looked_up(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(kb, "english", "note.txt", "The tenant pays the rent on the first day of each month.")
    put(kb, "german", "brief.txt", "Der Mieter zahlt, und er haftet für die Mietverträge.")
    asked, looked = sought("Mietvertrag", terms("Mietvertrag")), list[str]()
    rows = kb.database.rows

    def noted(sql: str, parameters: tuple[str, ...] = ()) -> list[Row]:
        looked.append(str(parameters))
        return rows(sql, parameters)

    monkeypatch.setattr(kb.database, "rows", noted)
    user = kb.access.local_user()
    english = kb.access.scope(user, ["english"])
    assert not any(kb.keywords.match(asked, english).postings.values())
    assert not any("de.mietvertrag" in one for one in looked)
    german = kb.access.scope(user, ["german"])
    assert any(kb.keywords.match(asked, german).postings.values())
    assert any("de.mietvertrag" in one for one in looked)
