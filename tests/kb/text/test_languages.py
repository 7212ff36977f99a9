"""Words in the languages of the corpus, through a real store."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Fact
from kb.store.lexical.postings import posting
from kb.store.write_batches import at_once
from kb.text.analyzer import VERSION, content_terms, sought, terms
from tests.shelf import put

GERMAN = "Der Mietvertrag endet mit Ablauf der Verträge. Die Kündigungsfristen sind einzuhalten."


def found(kb: KnowledgeBase, query: str) -> set[DocumentId]:
    scope = kb.access.scope(kb.access.local_user())
    words = content_terms(query) or terms(query)
    ranked = kb.keywords.match(sought(query, words), scope).ranked(words, 10)
    chunks = kb.chunks.by_id([known for known, _ in ranked], scope)
    return {chunk.document_id for chunk in chunks.values()}


@pytest.mark.parametrize(
    ("code", "text", "query"),
    [
        pytest.param("de", GERMAN, "Vertrags", id="German inflection"),
        pytest.param("de", GERMAN, "Kündigungsfrist", id="German plural of a compound"),
        pytest.param("de", GERMAN, "Miete Frist", id="the end of a German compound"),
        pytest.param(
            "de", "Der Vertrag ist fällig.", "Mietvertrag", id="a compound finds its part"
        ),
        pytest.param("es", "La rescisión de los contratos.", "recisiones contrato", id="Spanish"),
        pytest.param("fr", "Les honoraires de l’avocat.", "avocats", id="French elision"),
        pytest.param("ru", "Договоры расторгнуты.", "договором", id="Russian"),
        pytest.param("zh", "房屋租赁合同期限为五年。", "租赁合同", id="Chinese pairs"),
        pytest.param("zh", "房屋租赁合同期限为五年。", "房", id="one Chinese character"),
        pytest.param("ja", "賃貸借契約書を締結した。", "賃貸借契約", id="Japanese"),
        pytest.param("ja", "ｶﾞｲﾄﾞﾗｲﾝ", "ガイドライン", id="half-width Japanese"),
        pytest.param("ko", "임대차계약서에 따라", "임대차계약", id="Korean"),
        pytest.param("th", "สัญญาเช่าบ้าน", "สัญญาเช่า", id="Thai"),
        pytest.param("hi", "अनुबंध की शर्तों के अधीन", "अनुबंधों", id="Hindi"),
        pytest.param("ar", "إنهاء العقد المبرم", "بالعقد", id="Arabic"),
        pytest.param("el", "Οι συμβάσεις λύθηκαν", "συμβάσεων", id="Greek"),
        pytest.param("de", "Kaufpreis 1.250.000,50 EUR", "1,250,000.50", id="continental figures"),
        pytest.param("fr", "CHF 1'250'000", "1250000", id="Swiss figures"),
    ],
)
def test_a_document_is_found_in_its_language(
    kb: KnowledgeBase, code: str, text: str, query: str
) -> None:
    wanted = put(kb, "Ashford", "wanted.txt", text, facts=(Fact("language", code),))
    put(kb, "Ashford", "other.txt", "The lease ends in May 2031.", facts=(Fact("language", "en"),))
    assert found(kb, query) == {wanted.id}


def test_a_passage_tells_its_language_where_the_document_does_not(kb: KnowledgeBase) -> None:
    wanted = put(kb, "Ashford", "both.txt", f"The contract is bilingual.\n\n{GERMAN}")
    assert found(kb, "Wie lange sind die Fristen?") == {wanted.id}


def test_a_language_that_comes_later_is_searched_too(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", "The tenant pays the rent in advance.")
    assert found(kb, "Vertrags") == set()
    document = put(kb, "alpha", "vertrag.txt", GERMAN)
    assert found(kb, "Vertrags") == {document.id}


def test_words_of_other_languages_do_not_reorder_an_english_search(kb: KnowledgeBase) -> None:
    texts = ["Rent is due monthly. Rents rise.", "The rental tenant pays rent.", "Nothing of it."]
    for number, text in enumerate(texts):
        put(kb, "Ashford", f"{number}.txt", text, facts=(Fact("language", "en"),))
    scope = kb.access.scope(kb.access.local_user())
    plain = kb.keywords.match(["rent", "tenant"], scope).ranked(["rent", "tenant"], 10)
    for query in ("rents tenants", "How do the tenants pay the rents?"):
        match = kb.keywords.match(sought(query, ["rent", "tenant"]), scope)
        assert match.ranked(["rent", "tenant"], 10) == plain


def test_what_is_outside_the_scope_changes_no_score(kb: KnowledgeBase) -> None:
    put(kb, "Ashford", "in.txt", GERMAN, facts=(Fact("language", "de"),))
    scope = kb.access.scope(kb.access.local_user(), ["Ashford"])
    wanted = sought("Frist Vertrag", ["frist", "vertrag"])
    before = kb.keywords.match(wanted, scope)
    put(kb, "Birch", "out.txt", f"{GERMAN} Frist", facts=(Fact("language", "de"),))
    after = kb.keywords.match(wanted, scope)
    assert (before.near, before.ranked(wanted, 5)) == (after.near, after.ranked(wanted, 5))


def test_a_stated_language_counts_at_once(kb: KnowledgeBase) -> None:
    document = put(kb, "Ashford", "short.txt", "Kündigungsfristen")
    scope = kb.access.scope(kb.access.local_user())
    assert not found(kb, "Frist")
    kb.contents.state(document.id, "language", ["de"], scope)
    assert found(kb, "Frist") == {document.id}


def test_an_older_store_goes_on_and_is_worded_anew_by_a_reindex(kb: KnowledgeBase) -> None:
    document = put(kb, "Ashford", "old.txt", GERMAN, facts=(Fact("language", "de"),))
    with kb.database.write() as connection:  # as it was before languages had words of their own
        words = " ".join(terms(GERMAN))
        connection.execute("UPDATE chunk_words SET words = ?", (words,))
        connection.execute("DELETE FROM fact WHERE name = 'words'")
        at_once(connection, posting(document.id))
    assert found(kb, "Kündigungsfristen") == {document.id}
    assert not found(kb, "Frist")
    assert not kb.wording.current()
    kb.reindex()
    assert found(kb, "Frist") == {document.id}
    assert kb.wording.current()


def test_a_new_store_has_the_words_of_this_version(kb: KnowledgeBase) -> None:
    put(kb, "Ashford", "new.txt", GERMAN)
    assert kb.wording.current()
    assert kb.database.rows("SELECT value FROM fact WHERE name = 'words'")[0][0] == VERSION


def test_deleting_leaves_no_word_of_any_language(kb: KnowledgeBase) -> None:
    document = put(kb, "Ashford", "gone.txt", GERMAN, facts=(Fact("language", "de"),))
    kb.eraser.delete(document.id, kb.access.scope(kb.access.local_user()))
    assert not kb.database.rows("SELECT * FROM posting")
    assert not kb.database.rows("SELECT rowid FROM chunk_words")


def test_many_threads_stem_alike() -> None:
    words = [f"Kündigungsfristen{number}".replace("0", "o") for number in range(60)]

    def stems(_: int) -> list[tuple[str, ...]]:
        return [tuple(sorted(sought(word, terms(word))[terms(word)[0]].same)) for word in words]

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(stems, range(8)))
    assert all(one == told[0] for one in told)
