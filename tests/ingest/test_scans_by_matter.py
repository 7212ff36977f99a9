"""What a scan is guessed from: the languages of its own matter, and of no other."""

from pathlib import Path

from ingest.pipeline import Original
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Fact
from kb.errors import ParseFailed
from kb.ports import Vectors
from kb.store.changes.content import Parsed
from tests.shelf import offer, put


class Asked:
    """Reads nothing, and keeps what it was asked with."""

    def __init__(self) -> None:
        self.languages: dict[str, tuple[str, ...]] = {}

    def read(self, original: Original) -> Parsed:
        self.languages[original.claim.name] = original.languages
        raise ParseFailed("It was only asked for.", "unsupported")

    def embed(self, texts: list[str], model: str) -> Vectors:
        raise AssertionError(f"{len(texts)} texts for {model}")

    def close(self) -> None:
        pass


def test_a_file_is_read_with_the_languages_of_its_own_matter(kb: KnowledgeBase) -> None:
    kb.own()
    for matter, language in (("alpha", "el"), ("beta", "ru")):
        put(
            kb,
            matter,
            f"{matter}.txt",
            f"A paper of {matter}.",
            facts=(Fact("language", language),),
        )
    for matter in ("alpha", "beta", "gamma"):
        offer(kb, matter, str(Path("/", matter, f"{matter}.pdf")), f"%PDF- {matter}".encode())
    engine = Asked()
    worker = Worker(kb, size=1, engine=engine)
    try:
        for _ in range(600):
            if not kb.queue.waiting():
                break
            worker._stopping.wait(0.05)
    finally:
        worker.stop()
    assert engine.languages == {"alpha.pdf": ("el",), "beta.pdf": ("ru",), "gamma.pdf": ()}
