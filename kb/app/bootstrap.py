"""Where real adapters are built: `open_kb(settings)`."""

import shutil
from pathlib import Path

from kb.answer.abstention import Readers
from kb.answer.answerer import Answerer, Answering
from kb.answer.model_queue import Turns
from kb.app.catalogue import Catalogue
from kb.errors import IndexUnavailable, ModelMissing, StoreProblem
from kb.guard.erasure import Eraser
from kb.guard.purging import Purging
from kb.interrupts import undisturbed
from kb.models.cross_encoders import (
    load_rerankers,
    multilingual_reader,
    packaged_reader,
    packaged_reranker,
)
from kb.models.embedder_factory import exported, exports, load_embedder
from kb.models.llm import LlamaChat
from kb.models.model_files import chosen_chat
from kb.ports import ChatModel, Embedder, Rerankers
from kb.search.hybrid.candidates import StoreView
from kb.search.hybrid.retriever import Retriever
from kb.search.hybrid.scoped_vectors import ScopedVectors
from kb.search.page_lines import CitedLines
from kb.search.similar.more_like_this import Similar
from kb.search.similar.samples import Samples
from kb.settings import MULTILINGUAL, Settings
from kb.store.changes.deletion import Deleting
from kb.store.changes.queue import Queue
from kb.store.data_folder import close_to_others, data_folder
from kb.store.database_errors import only_read
from kb.store.documents.designations import Designations
from kb.store.documents.page_lines import NumberedPages
from kb.store.lexical.bm25 import Keywords
from kb.store.lexical.terms import Wording
from kb.store.lock import Owner
from kb.store.remains import Remains
from kb.store.vectors.document_vectors import Portraits
from kb.store.vectors.embedders import Embedders, Former
from kb.store.vectors.embeddings import Embeddings
from kb.store.vectors.exact.matter_cache import Shelves
from kb.store.vectors.exact.search import ExactVectors
from kb.store.vectors.owned_index import OwnedIndex
from kb.store.vectors.reembedding import Renewal

SCRATCH = "scratch"
"""Folder for what parsers write; what an interrupted owner left there goes at the next start."""


class KnowledgeBase(Catalogue):
    """Every part of one opened store. Close it when done: it holds a lock and processes."""

    def __init__(
        self,
        settings: Settings,
        *,
        embedder: Embedder,
        chat: ChatModel | None,
        former: Former = lambda name, folder: None,
        readers: Readers | None = None,
        rerankers: Rerankers | None = None,
    ) -> None:
        super().__init__(settings)
        folder = settings.data_dir
        self.owner = Owner(folder)
        self.chat = chat
        self.readers = readers or Readers(packaged_reader(), packaged_reranker())
        self._rerankers = rerankers
        self.queue = Queue(self.database)
        self.deleting = Deleting(self.database)
        self.embeddings = Embeddings(self.database)
        self.embedders = Embedders(self.embeddings, embedder, former)
        self.renewal = Renewal(self.database, self.embeddings)
        self.keywords = Keywords(self.database)
        self.designations = Designations(self.database)
        self.wording = Wording(self.database)
        self.turns = Turns(settings.chat_queue)
        self.index: OwnedIndex | None = None
        self.shelves = Shelves(self.chunks, folder / "codes", writes=False)
        if self.database.writes and self.owner.acquire():
            self._own(folder)
        self._search()

    @property
    def embedder(self) -> Embedder:
        """The one whose vectors are in the store now."""
        return self.embedders.now()

    def own(self) -> bool:
        """Become the owner if no other process is; True when this process owns the store.

        Raises `StoreProblem` where the store can only be read.
        """
        if not self.database.writes:
            raise only_read(self.settings.data_dir)
        if self.index is None and self.owner.acquire():
            self._own(self.settings.data_dir)
            self._search()
        return self.index is not None

    def reindex(self) -> int:
        """Build the vector index anew from the catalogue; how many vectors it holds.

        Where the settings name another embedder, its vectors are made beside those in use,
        which are searched until all are there; then they take over at once. Raises
        `IndexUnavailable` when another process owns the store, `StoreProblem` as `own`.
        """
        if not self.own() or self.index is None:
            raise IndexUnavailable("Another process owns this store. Ask it, or stop it first.")
        self.wording.renew()
        wanted, folder = self.embedders.wanted, _named_folder(self.settings)
        self.renewal.fill(wanted)
        return self.purging.reindex(wanted.name, lambda: self.renewal.switch(wanted, folder))

    def in_step(self) -> tuple[int, int]:
        """(chunks that the index lacks, ids it has that no chunk has); (0, 0) is in step."""
        if self.index is None:
            return 0, 0
        known, indexed = self.chunks.ids(), self.index.ids()
        return len(known - indexed), len(indexed - known)

    def ready(self) -> list[str]:
        """Why the service cannot do its whole work now; empty when it can."""
        reasons = []
        if self.index is None:
            reasons.append("The vector index is not open; searches go on over the catalogue.")
        elif degraded := self.index.degraded():
            reasons.append(degraded)
        if self.chat is None:
            reasons.append("No language model is installed; quotes are given alone.")
        return reasons

    def close(self) -> None:
        with undisturbed():
            if self.chat:
                self.chat.close()
            if self.index:
                self.index.close()
                if self.owner.held:  # closing twice is closing once
                    self.originals.ended()
            self.owner.release()
            super().close()

    def _own(self, folder: Path) -> None:
        close_to_others(folder)
        self.files.sweep()
        shutil.rmtree(folder / SCRATCH, ignore_errors=True)
        self.queue.recover()
        self.deleting.resume(self.files)
        self.queue.mend()
        self.attendance.close_left()
        self.originals.tidy()
        self.wording.begin()
        if self.embeddings.model() in ("", self.embedders.wanted.name):
            self.embeddings.set_model(self.embedders.wanted.name, _named_folder(self.settings))
        self.shelves = Shelves(self.chunks, folder / "codes", writes=True)
        model = self.embeddings.model()
        self.index = OwnedIndex(folder / "vectors", model, self.chunks, self.shelves)

    def _search(self) -> None:
        exact = ExactVectors(self.chunks, self.shelves)
        vectors = ScopedVectors(self.chunks, exact, self.index)
        self.reader = StoreView(
            self.library,
            self.contents,
            self.chunks,
            self.keywords,
            vectors,
            self.authorities,
            self.designations,
            CitedLines(NumberedPages(self.database), self.chunks, self.library),
        )
        self.retriever = Retriever(
            self.reader, self.embedders, self.audit, rerankers=self._rerankers
        )
        portraits = Portraits(self.database)
        samples = Samples(self.reader, portraits)
        self.similar = Similar(self.reader, self.embedders, portraits, samples, self.audit)
        self.answerer = Answerer(
            Answering(
                self.retriever,
                self.reader,
                self.readers,
                self.audit,
                self.chat,
                self.settings.chat_max_tokens,
            )
        )
        self.purging = Purging(self.database, self.index, Remains(self.settings.data_dir))
        self.eraser = Eraser(
            self.library,
            self.deleting,
            self.files,
            self.index,
            audit=self.audit,
            remains=self.purging.remains,
        )


def _named_folder(settings: Settings) -> str:
    """Where the embedder of these settings lies; empty for the packaged one."""
    return str(settings.embedder_path.absolute()) if settings.embedder_path else ""


def _former(settings: Settings) -> Former:
    """The embedder that the store's vectors are of, where the settings name another now."""

    def load(name: str, folder: str) -> Embedder | None:
        kind = "reference" if name.endswith("/fp32") else "int8"
        model = "multilingual" if name.startswith(MULTILINGUAL) else "english"
        path = Path(folder) if folder else None
        told = {"embedder_path": path, "embedder_model": model, "embedder": kind}
        try:
            found = load_embedder(settings.model_copy(update=told))
        except ModelMissing:
            return None
        return found if found.name == name else exported(exports(settings), name)

    return load


def open_kb(settings: Settings, *, chat: bool = True, renewing: bool = False) -> KnowledgeBase:
    """Open the store with the models that the settings name. Raises `KBError`.

    `renewing` opens it also when its vectors were made by an embedder that is gone, for
    `reindex`, which makes them anew.
    """
    data_folder(settings.data_dir)
    model = chosen_chat(settings) if chat else None
    speaker = (
        LlamaChat(model, context=settings.chat_context, threads=settings.chat_threads)
        if model
        else None
    )
    embedder = load_embedder(settings)
    abroad = multilingual_reader(embedder.counter if embedder.multilingual else None)
    readers = Readers(packaged_reader(), packaged_reranker(), abroad)
    packaged = Rerankers(led=readers.reranker, free=readers.reader, multilingual=abroad)
    kb = KnowledgeBase(
        settings,
        embedder=embedder,
        chat=speaker,
        former=_former(settings),
        readers=readers,
        rerankers=load_rerankers(settings, packaged),
    )
    if not renewing:
        try:
            kb.embedders.now()
        except StoreProblem:
            kb.close()
            raise
    return kb
