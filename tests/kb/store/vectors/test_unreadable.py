"""Writing that the embedding model cannot read: found by words, and said so."""

import time
from pathlib import Path

import pytest

from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, Scope
from kb.models.embedder_factory import load_embedder
from kb.models.vocabulary import unread_share
from kb.ports import UNREADABLE, Embedder
from kb.settings import Settings
from kb.store.vectors.unreadable import words_only
from kb.text.messages import said
from tests.commands import new_store
from tests.fakes import FakeEmbedder
from tests.shelf import offer

pytestmark = pytest.mark.usefixtures("lent_parsers")

CHINESE = "房屋租赁合同期限为五年，租金按月支付。" * 4
ENGLISH = "The lease ends in May 2031 and the rent is paid monthly to the landlord."


class Polyglot(FakeEmbedder):
    """It reads everything, as a multilingual model does."""

    name = "polyglot-64/fp32"

    def unread(self, text: str) -> float:
        return 0.0


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return load_embedder(Settings(data_dir=new_store(tmp_path_factory.mktemp("models")).data_dir))


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def taken_in(kb: KnowledgeBase, name: str, text: str) -> Document:
    document = offer(kb, "Ashford", f"/Ashford/{name}", text.encode())
    worker = Worker(kb, size=1)
    try:
        while kb.queue.waiting():
            time.sleep(0.02)
    finally:
        worker.stop()
    return kb.library.document(document.id, everything(kb))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param(ENGLISH, True, id="English"),
        pytest.param("Welche Kündigungsfrist gilt für die Mietverträge?", True, id="German"),
        pytest.param("¿Cuándo termina el contrato de arrendamiento?", True, id="Spanish"),
        pytest.param("ACME 2031 § 12", True, id="names and figures"),
        pytest.param("", True, id="nothing"),
        pytest.param(CHINESE, False, id="Chinese, of which some characters are known"),
        pytest.param("Договор аренды заключён сторонами", False, id="Russian, spelled by letters"),
        pytest.param("Σύμβαση μίσθωσης ακινήτου", False, id="Greek"),
        pytest.param("عقد إيجار العقار التجاري", False, id="Arabic"),
        pytest.param("สัญญาเช่าบ้าน", False, id="Thai"),
        pytest.param("임대차계약서에 따라", False, id="Korean"),
        pytest.param("अनुबंध की शर्तों के अधीन", False, id="Hindi"),
    ],
)
def test_the_packaged_model_reads_only_the_latin_alphabet(
    packaged: Embedder, text: str, read: bool
) -> None:
    assert (packaged.unread(text) < UNREADABLE) is read


def test_words_in_whole_pieces_are_read_and_bytes_are_not() -> None:
    assert unread_share("Договор", [(0, 4), (4, 7)], [False, False]) == 0
    assert unread_share("租赁", [(0, 2)], [False]) == 0
    four = [(n, n + 1) for n in range(4) for _ in range(3)]  # three bytes a character
    assert unread_share("租赁合同", four, [False] * 12) == 1


def test_a_document_that_cannot_be_read_is_found_by_words_and_says_why(
    kb: KnowledgeBase,
) -> None:
    document = taken_in(kb, "lease.txt", CHINESE)
    assert document.status == "ready"
    assert document.problem == words_only(document.chunks, document.chunks, "fake-64")
    assert "KB_EMBEDDER_MODEL=multilingual" in (document.problem or "")
    result = kb.retriever.search("租赁合同", everything(kb))
    assert [passage.document.id for passage in result.passages][:1] == [document.id]
    assert kb.in_step() == (0, 0)
    assert kb.library.words_only(everything(kb)) == 1


def test_ingesting_says_it_once_of_what_came_in(tmp_path: Path) -> None:
    kb, once = new_store(tmp_path), "2 documents hold writing that the embedding model"
    (tmp_path / "papers").mkdir()
    for name in ("one", "two"):
        (tmp_path / "papers" / f"{name}.txt").write_text(f"{CHINESE} {name}")
    told = " ".join(kb.run("ingest", tmp_path / "papers").split())
    assert told.count(once) == 1
    assert "KB_EMBEDDER_MODEL=multilingual" in told.partition(once)[2]
    (tmp_path / "papers" / "lease.txt").write_text(ENGLISH)
    assert "hold writing" not in " ".join(kb.run("ingest", tmp_path / "papers").split())


def test_a_query_that_cannot_be_read_is_answered_by_words_alone(kb: KnowledgeBase) -> None:
    wanted = taken_in(kb, "lease.txt", CHINESE)
    taken_in(kb, "other.txt", ENGLISH)
    result = kb.retriever.search("租赁合同", everything(kb))
    assert {passage.document.id for passage in result.passages} == {wanted.id}
    assert result.degraded == said("search.words-only", "en")
    assert kb.retriever.search("When does the lease end?", everything(kb)).degraded is None


def test_what_can_be_read_of_a_document_keeps_its_vectors(kb: KnowledgeBase) -> None:
    document = taken_in(kb, "both.md", f"# Lease\n\n{ENGLISH}\n\n# 合同\n\n{CHINESE}")
    assert "of 2 passages" in (document.problem or "")
    rows = kb.database.rows("SELECT embedding <> '' FROM chunk ORDER BY ordinal")
    assert [row[0] for row in rows] == [1, 0]


def test_a_model_that_reads_it_takes_the_problem_away(
    settings: Settings, kb: KnowledgeBase
) -> None:
    known = taken_in(kb, "lease.txt", CHINESE).id
    kb.close()
    other = KnowledgeBase(settings, embedder=Polyglot(), chat=None)
    try:
        other.reindex()
        assert other.library.document(known, everything(other)).problem is None
        assert other.library.words_only(everything(other)) == 0
        assert other.retriever.search("租赁合同", everything(other)).degraded is None
        vector = other.embedder.embed([f"lease\n{CHINESE}"])[0]
        hits = other.reader.vectors.search(vector, everything(other), 5)
        assert [chunk_id for chunk_id, _ in hits] == [f"{known}-00000"]
    finally:
        other.close()


def test_vectors_of_an_older_version_that_mean_nothing_go_at_a_reindex(settings: Settings) -> None:
    old = KnowledgeBase(settings, embedder=Polyglot(), chat=None)
    known = taken_in(old, "lease.txt", CHINESE).id
    old.close()
    kb = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    try:
        kb.reindex()
        assert "cannot read" in (kb.library.document(known, everything(kb)).problem or "")
        assert not kb.database.rows("SELECT key FROM embedding")
        assert kb.in_step() == (0, 0)
    finally:
        kb.close()


def test_the_count_of_such_documents_is_the_scopes(kb: KnowledgeBase) -> None:
    taken_in(kb, "lease.txt", CHINESE)
    kb.library.add_matter("Birch")
    assert kb.library.words_only(kb.access.scope(kb.access.local_user(), ["Birch"])) == 0
