"""The exact search over mapped files: as a plain product over what the scope holds, always."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Scope
from kb.ports import Vectors
from kb.search.hybrid import scoped_vectors
from kb.settings import Settings
from kb.store.vectors.exact import mapped_file
from kb.store.vectors.exact.quantization import encode
from tests.fakes import FakeEmbedder
from tests.shelf import put

WORDS = "rent deposit tenant court notice term ship wine horse music garden weather".split()


def paragraphs(seed: int, count: int) -> str:
    chance = random.Random(seed)
    return "\n\n".join(
        " ".join(chance.choices(WORDS, k=12)) + f" {seed} {number}" for number in range(count)
    )


def fill(kb: KnowledgeBase, matters: int = 3, documents: int = 4, each: int = 40) -> None:
    for matter in range(matters):
        for number in range(documents):
            text = paragraphs(matter * 100 + number, each)
            put(kb, f"matter {matter}", f"{matter}-{number}.txt", text)


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def reference(
    kb: KnowledgeBase, query: Vectors, scope: Scope, within: frozenset[DocumentId] | None = None
) -> list[str]:
    """The nearest ten by a plain product over every vector in the catalogue."""
    rows = kb.database.rows(
        "SELECT c.id, c.document_id, c.matter_id, d.current, e.vector FROM chunk c "
        "JOIN embedding e ON e.key = c.embedding JOIN document d ON d.id = c.document_id"
    )
    hits = [
        (-float(np.frombuffer(row[4], np.float32).astype(np.float64) @ query), row[0])
        for row in rows
        if row[2] in scope.matters
        and row[1] not in scope.walled
        and (within is None or row[1] in within)
        and (row[3] or scope.superseded)
    ]
    return [known for _, known in sorted((round(hit, 9), known) for hit, known in hits)][:10]


def found(
    kb: KnowledgeBase, query: Vectors, scope: Scope, within: frozenset[DocumentId] | None = None
) -> list[str]:
    hits = kb.reader.vectors.search(query, scope, 10, within=within)
    return [known for _, known in sorted((round(-cosine, 9), known) for known, cosine in hits)]


def queries(count: int = 8) -> Vectors:
    return FakeEmbedder().embed([paragraphs(seed, 1) for seed in range(500, 500 + count)])


def files(settings: Settings) -> list[Path]:
    return sorted((settings.data_dir / "codes").glob("*.codes"))


def reopened(kb: KnowledgeBase, settings: Settings) -> KnowledgeBase:
    kb.close()
    return KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)


def test_any_scope_finds_what_a_plain_product_finds(kb: KnowledgeBase) -> None:
    fill(kb)
    scope, chance = everything(kb), random.Random(1)
    documents = [one.id for one in kb.library.documents(scope)]
    for query in queries(12):
        for matters in (scope.matters, frozenset(sorted(scope.matters)[:1])):
            walled = frozenset(chance.sample(documents, chance.choice([0, 1, 6, 11])))
            narrow = Scope(scope.user_id, matters, walled)
            assert found(kb, query, narrow) == reference(kb, query, narrow)
            within = frozenset(chance.sample(documents, chance.choice([1, 2, 7])))
            assert found(kb, query, narrow, within) == reference(kb, query, narrow, within)


def test_the_older_version_is_found_on_request_alone(kb: KnowledgeBase) -> None:
    fill(kb)
    put(kb, "matter 1", "new.txt", paragraphs(900, 50), path="/matter 1/1-1.txt")
    plain = everything(kb)
    older = Scope(plain.user_id, plain.matters, superseded=True)
    for query in queries():
        assert found(kb, query, plain) == reference(kb, query, plain)
        assert found(kb, query, older) == reference(kb, query, older)
    assert any(reference(kb, q, plain) != reference(kb, q, older) for q in queries())


def test_what_comes_and_goes_is_followed(kb: KnowledgeBase, settings: Settings) -> None:
    fill(kb)
    for number in range(6):
        put(kb, "matter 1", f"late {number}.txt", paragraphs(700 + number, 45))
        going = kb.library.find(f"1-{number % 4}.txt", everything(kb)) if number < 4 else None
        if going:
            kb.eraser.delete(going.id, everything(kb))
        for query in queries(3):
            assert found(kb, query, everything(kb)) == reference(kb, query, everything(kb))
    assert len(files(settings)) == 3


def test_a_new_owner_maps_the_files_and_reads_no_vector(
    kb: KnowledgeBase, settings: Settings
) -> None:
    fill(kb)
    expected = [found(kb, query, everything(kb)) for query in queries()]
    again = reopened(kb, settings)
    try:
        held = again.shelves.of(everything(again).matters, 64)
        assert [len(shelf.filed.rows) for shelf in held] == [160] * 3
        assert [len(shelf.since.rows) for shelf in held] == [0] * 3
        assert [found(again, query, everything(again)) for query in queries()] == expected
    finally:
        again.close()


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1000])


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-500] ^= 64
    file.write_bytes(content)


def of_other_numbers(file: Path) -> None:
    rows = mapped_file.read_rows(file)
    assert rows is not None
    shorter = encode(np.eye(len(rows), 8, dtype=np.float32))
    mapped_file.write(file, mapped_file.Rows(rows.stamps, rows.counts, rows.keys, shorter))


@pytest.mark.parametrize("harm", [cut, flip, of_other_numbers, Path.unlink])
def test_a_harmed_file_is_made_anew(
    kb: KnowledgeBase, settings: Settings, harm: Callable[[Path], None]
) -> None:
    fill(kb)
    expected = [found(kb, query, everything(kb)) for query in queries()]
    before = {file: file.read_bytes() for file in files(settings)}
    harm(files(settings)[1])
    again = reopened(kb, settings)
    try:
        assert [found(again, query, everything(again)) for query in queries()] == expected
        assert {file: file.read_bytes() for file in files(settings)} == before
    finally:
        again.close()


def test_files_of_a_later_day_do_not_mislead_a_restored_catalogue(
    kb: KnowledgeBase, settings: Settings
) -> None:
    fill(kb)
    kb.close()
    backup = settings.data_dir.parent / "backup.db"
    shutil.copy(settings.data_dir / "catalogue.db", backup)
    kb = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    put(kb, "matter 0", "lost.txt", paragraphs(800, 90))
    found(kb, queries(1)[0], everything(kb))
    kb.close()
    shutil.copy(backup, settings.data_dir / "catalogue.db")
    for left in settings.data_dir.glob("catalogue.db-*"):
        left.unlink()
    again = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    try:
        put(again, "matter 0", "other.txt", paragraphs(801, 90))
        for query in queries():
            assert found(again, query, everything(again)) == reference(
                again, query, everything(again)
            )
    finally:
        again.close()


def test_a_file_half_written_or_of_no_matter_is_removed(
    kb: KnowledgeBase, settings: Settings
) -> None:
    fill(kb, matters=1)
    found(kb, queries(1)[0], everything(kb))
    folder = settings.data_dir / "codes"
    (folder / "m1.new").write_bytes(b"half")
    (folder / "mffffff.codes").write_bytes(b"of no matter")
    kept = files(settings)[0]
    again = reopened(kb, settings)
    again.close()
    assert [file for file in folder.iterdir() if file.name != kept.name] == []


def codes_of(kb: KnowledgeBase, document: DocumentId) -> list[bytes]:
    rows = kb.database.rows(
        "SELECT e.vector FROM chunk c JOIN embedding e ON e.key = c.embedding "
        "WHERE c.document_id = ?",
        (document,),
    )
    coded = encode(np.stack([np.frombuffer(row[0], np.float32) for row in rows]))
    return [code.tobytes() for code in coded.codes]


def test_deleting_leaves_no_coded_vector(kb: KnowledgeBase, settings: Settings) -> None:
    fill(kb)
    found(kb, queries(1)[0], everything(kb))
    going = kb.library.find("1-2.txt", everything(kb))
    codes = codes_of(kb, going.id)
    held = b"".join(file.read_bytes() for file in files(settings))
    assert all(code in held for code in codes)
    kb.eraser.delete(going.id, everything(kb))
    for _ in range(2):
        held = b"".join(file.read_bytes() for file in files(settings))
        assert not any(code in held for code in codes)
        assert found(kb, queries(1)[0], everything(kb)) == reference(
            kb, queries(1)[0], everything(kb)
        )


def test_without_room_for_files_searches_are_the_same(
    kb: KnowledgeBase, settings: Settings
) -> None:
    (settings.data_dir / "codes").write_text("in the way")
    fill(kb)
    for query in queries():
        assert found(kb, query, everything(kb)) == reference(kb, query, everything(kb))


def test_the_index_is_asked_only_where_nothing_is_outside(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(kb)
    assert kb.index is not None
    kb.index.ids()  # waits until it is open
    monkeypatch.setattr(scoped_vectors, "EXACT_UP_TO", 0)
    whole = everything(kb)
    one = next(iter(kb.library.documents(whole))).id
    some = Scope(whole.user_id, frozenset(sorted(whole.matters)[1:]))
    walled = Scope(whole.user_id, whole.matters, frozenset([one]))
    expected = [(s, [reference(kb, q, s) for q in queries()]) for s in (whole, some, walled)]
    for scope, wanted in expected:
        assert [found(kb, query, scope) for query in queries()] == wanted
    kb.index.delete(sorted(kb.index.ids()))  # and an index that has lost all loses nobody any
    for scope, wanted in expected:
        assert [found(kb, query, scope) for query in queries()] == wanted


def test_a_deletion_that_is_rolled_back_hides_nothing(
    kb: KnowledgeBase, settings: Settings
) -> None:
    fill(kb)
    reader = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    whole = everything(kb)
    expected = [found(kb, query, whole) for query in queries()]
    assert [found(reader, query, whole) for query in queries()] == expected
    going = kb.library.documents(whole)[0]
    with pytest.raises(RuntimeError), kb.database.write():
        assert kb.index is not None
        kb.index.delete([one for one in kb.chunks.ids() if one.startswith(going.id)])
        raise RuntimeError
    for opened in (kb, reader):
        assert [found(opened, query, whole) for query in queries()] == expected
    reader.close()


READER = """
import sys
from kb.offline import go_offline
go_offline()
from pathlib import Path
from kb.settings import Settings
from kb.app.bootstrap import KnowledgeBase
from tests.fakes import FakeEmbedder
from tests.kb.store.vectors.exact.test_exact import everything, found, queries, reference
kb = KnowledgeBase(Settings(data_dir=Path(sys.argv[1])), embedder=FakeEmbedder(), chat=None)
print("ready", kb.index is None, flush=True)
for line in sys.stdin:
    if line == "stand\\n":
        same = [found(kb, q, everything(kb)) == reference(kb, q, everything(kb)) for q in queries()]
        print(all(same), flush=True)
        continue
    hits = [kb.reader.vectors.search(q, everything(kb), 10) for q in queries()]
    print(all(len(hit) == 10 for hit in hits), flush=True)
kb.close()
"""


def test_a_reader_beside_the_owner_sees_what_the_owner_changes(
    kb: KnowledgeBase, settings: Settings
) -> None:
    fill(kb)
    found(kb, queries(1)[0], everything(kb))
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, settings.data_dir],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdin is not None and reader.stdout is not None

    def tell(word: str) -> None:
        reader.stdin.write(f"{word}\n")  # type: ignore[union-attr]
        reader.stdin.flush()  # type: ignore[union-attr]

    try:
        assert reader.stdout.readline() == "ready True\n"
        for number in range(4):
            tell("stand")
            assert reader.stdout.readline() == "True\n"
            for _ in range(3):
                tell("search")  # while the owner changes everything
            put(kb, "matter 1", f"late {number}.txt", paragraphs(700 + number, 90))
            kb.eraser.delete(kb.library.find(f"1-{number}.txt", everything(kb)).id, everything(kb))
            found(kb, queries(1)[0], everything(kb))
            assert [reader.stdout.readline() for _ in range(3)] == ["True\n"] * 3
    finally:
        reader.stdin.close()
        reader.wait()
        reader.stdout.close()
