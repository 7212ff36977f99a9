"""Who reads what: English readers read English, the multilingual one all that is not."""

from collections.abc import Iterator

import pytest

from kb.answer.abstention import Readers
from kb.app.bootstrap import KnowledgeBase
from kb.ports import Rerankers
from kb.settings import Settings
from tests.fakes import FakeEmbedder
from tests.recorded import Recorded
from tests.shelf import put

ENGLISH = "The tenant pays the rent of the flat in advance on the first day of the month."
GERMAN = "Der Mieter zahlt die Miete für die Wohnung im Voraus am ersten Tag des Monats."
IN_ENGLISH = "When does the tenant pay the rent of the flat?"
IN_GERMAN = "Wann zahlt der Mieter die Miete für die Wohnung?"


class Many(FakeEmbedder):
    """As if its vectors reached over languages."""

    multilingual = True


@pytest.fixture(params=[True, False], ids=["multilingual", "english"])
def kb(request: pytest.FixtureRequest, settings: Settings) -> Iterator[KnowledgeBase]:
    own, abroad = Recorded(), Recorded()
    opened = KnowledgeBase(
        settings,
        embedder=Many() if request.param else FakeEmbedder(),
        chat=None,
        readers=Readers(own, own, abroad),
        rerankers=Rerankers(own, own, abroad),
    )
    yield opened
    opened.close()


def read_by(kb: KnowledgeBase, question: str) -> tuple[bool, bool]:
    """Whether the English readers read anything, and the multilingual one."""
    own, abroad = kb.readers.reader, kb.readers.multilingual
    assert isinstance(own, Recorded) and isinstance(abroad, Recorded)
    own.texts.clear()
    abroad.texts.clear()
    scope = kb.access.scope(kb.access.local_user())
    answer = kb.answerer.answer(question, scope, turn=None)
    assert answer.passages
    return bool(own.texts), bool(abroad.texts)


def test_english_beside_english_is_read_by_the_english_readers(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", ENGLISH)
    assert read_by(kb, IN_ENGLISH) == (True, False)


def test_what_is_not_english_is_read_by_the_multilingual_one_beside_its_embedder(
    kb: KnowledgeBase,
) -> None:
    put(kb, "alpha", "lease.txt", ENGLISH)
    put(kb, "alpha", "mietvertrag.txt", GERMAN)
    many = kb.embedder.multilingual
    assert read_by(kb, IN_GERMAN) == (not many, many)
    assert read_by(kb, IN_ENGLISH) == (not many, many)
