"""What a store must hold, in plain dictionaries: the same operations, written a second time.

Documents are (matter, bytes). A path has versions; what is found inside a mail has
the mail's path, "!/" and its name, and the mail as its parent; its versions are those
of what the same mail held.
"""

from dataclasses import dataclass, field
from pathlib import Path

from kb.store.database import Database
from kb.store.schema.migrations import migrate
from tests.soak.letters import inside

Content = tuple[str, bytes]
"""A document: its matter and its bytes."""


@dataclass(slots=True)
class Version:
    number: int
    content: Content
    parent: Content | None = None


@dataclass(slots=True)
class Model:
    """Paths with their versions, and the documents that are there."""

    versions: dict[tuple[str, str], list[Version]] = field(default_factory=dict)
    documents: set[Content] = field(default_factory=set)

    def take_in(self, files: dict[tuple[str, str], bytes]) -> None:
        """`kb ingest` of all files, by matter and path; then all inside what was new is read."""
        fresh = []
        for (matter, path), content in files.items():
            if self._receive((matter, path), (matter, content), None):
                fresh.append((matter, path, content))
        while fresh:
            matter, path, content = fresh.pop(0)
            for name, part in inside(content).items():
                place = (matter, f"{path}!/{name}")
                if self._receive(place, (matter, part), (matter, content)):
                    fresh.append((matter, place[1], part))

    def mirror(self, files: dict[tuple[str, str], bytes]) -> None:
        """`kb ingest --sync`: what moved moves, what is gone goes, then all is taken in."""
        known = {
            place: versions[-1]
            for place, versions in self.versions.items()
            if versions and versions[-1].parent is None
        }
        gone = {place: newest for place, newest in known.items() if place not in files}
        moves = []
        for place, content in files.items():
            if place in known:
                continue
            same = [
                old for old, newest in sorted(gone.items()) if newest.content == (place[0], content)
            ]
            if same:
                moves.append((same[0], place))
                del gone[same[0]]
        for old, new in moves:
            self._move(old, new)
        for place in gone:
            self._forget(place)
        self.take_in(files)

    def delete(self, content: Content) -> None:
        """`kb delete`: the document, and all that was only found inside it."""
        family = [content]
        for known in family:
            children = {v.content for v in self._all() if v.parent == known}
            for child in sorted(children):
                parents = [v.parent for v in self._all() if v.content == child]
                if child not in family and all(parent in family for parent in parents):
                    family.append(child)
        for known in family:
            self.documents.discard(known)
            for place, versions in self.versions.items():
                self.versions[place] = [v for v in versions if known not in (v.content, v.parent)]

    def seen(self) -> dict[Content, tuple[bool, frozenset[tuple[str, int, bytes | None]]]]:
        """Each document: whether it is current, and where it was found in which version."""
        return {
            known: (
                self._current(known),
                frozenset(
                    (path, v.number, v.parent[1] if v.parent else None)
                    for (_, path), versions in self.versions.items()
                    for v in versions
                    if v.content == known
                ),
            )
            for known in self.documents
        }

    def _all(self) -> list[Version]:
        return [version for versions in self.versions.values() for version in versions]

    def _receive(self, place: tuple[str, str], content: Content, parent: Content | None) -> bool:
        versions = self.versions.setdefault(place, [])
        beside = [v for v in versions if v.parent == parent]
        if not beside or beside[-1].content != content:
            number = versions[-1].number + 1 if versions else 1
            versions.append(Version(number, content, parent))
        new = content not in self.documents
        self.documents.add(content)
        return new

    def _move(self, old: tuple[str, str], new: tuple[str, str]) -> None:
        for place in list(self.versions):
            matter, path = place
            if place == old or (matter == old[0] and path.startswith(old[1] + "!/")):
                self.versions[matter, new[1] + path[len(old[1]) :]] = self.versions.pop(place)

    def _forget(self, place: tuple[str, str]) -> None:
        contents = {v.content for v in self.versions[place]}
        alone = [
            content
            for content in contents
            if not any(
                v.content == content
                for other, versions in self.versions.items()
                if other != place
                for v in versions
            )
        ]
        for content in alone:
            self.delete(content)
        self.versions[place] = []

    def _current(self, content: Content) -> bool:
        return any(
            v.content == content
            and v is [other for other in versions if other.parent == v.parent][-1]
            and (v.parent is None or self._current(v.parent))
            for versions in self.versions.values()
            for v in versions
        )


def difference(model: Model, store: Path) -> list[str]:
    """How the catalogue differs from the model, in sentences."""
    expected, there = model.seen(), _seen(store)
    told = [f"{_named(one)} is missing" for one in expected.keys() - there.keys()]
    told += [f"{_named(one)} should be gone" for one in there.keys() - expected.keys()]
    for one in expected.keys() & there.keys():
        if expected[one] != there[one]:
            told.append(f"{_named(one)} is {there[one]} and should be {expected[one]}")
    return told


def _seen(store: Path) -> dict[Content, tuple[bool, frozenset[tuple[str, int, bytes | None]]]]:
    database = Database(store / "catalogue.db")
    migrate(database)
    try:
        rows = database.rows(
            "SELECT d.*, m.name AS matter FROM document d JOIN matter m ON m.id = d.matter_id"
        )
        originals = store / "originals"
        content = {r["id"]: (originals / r["sha256"][:2] / r["sha256"]).read_bytes() for r in rows}
        sources: dict[str, set[tuple[str, int, bytes | None]]] = {}
        for s in database.rows("SELECT * FROM source"):
            parent = content[s["parent"]] if s["parent"] else None
            sources.setdefault(s["document_id"], set()).add((s["path"], s["version"], parent))
        return {
            (r["matter"], content[r["id"]]): (
                bool(r["current"]),
                frozenset(sources.get(r["id"], set())),
            )
            for r in rows
        }
    finally:
        database.close()


def _named(content: Content) -> str:
    return f"{content[0]}: {content[1][:60]!r}"
