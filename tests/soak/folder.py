"""A folder of two matters that changes at random, round after round."""

import random
from pathlib import Path

from tests.soak.letters import mail, note

MATTERS = ("alpha", "beta")


class Folder:
    """Notes and mails below `root`; every change is drawn from one seed."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self._chance = random.Random(seed)
        self._next = 1
        for matter in MATTERS:
            (root / matter).mkdir(parents=True, exist_ok=True)
        for _ in range(5):
            self.add()

    def files(self) -> dict[tuple[str, str], bytes]:
        """What is there now, by matter and path, in the order in which it is found."""
        return {
            (path.relative_to(self.root).parts[0], str(path)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }

    def change(self) -> None:
        """A few things happen in the folder."""
        for _ in range(self._chance.randint(1, 3)):
            self._chance.choice([self.add, self.edit, self.copy, self.move, self.remove])()
        self.add()  # always something to read

    def add(self) -> None:
        place = self.root / self._chance.choice(MATTERS)
        number = self._number()
        if self._chance.random() < 0.4:
            (place / f"mail-{number}.eml").write_bytes(self._mail(number))
        else:
            (place / f"note-{number}.txt").write_bytes(note(number))

    def edit(self) -> None:
        """New content at a path; a mail keeps some of its attachments, or old content returns."""
        if path := self._any():
            number = self._number()
            path.write_bytes(self._mail(number) if path.suffix == ".eml" else note(number))

    def copy(self) -> None:
        """The same note at a second path."""
        if path := self._any(".txt"):
            number = self._number()
            (path.parent / f"copy-{number}.txt").write_bytes(path.read_bytes())

    def move(self) -> None:
        if path := self._any():
            path.rename(path.with_name(f"moved-{self._number()}{path.suffix}"))

    def remove(self) -> None:
        if path := self._any():
            path.unlink()

    def _mail(self, number: int) -> bytes:
        """Attachments come from a small stock, so that mails and folders share them."""
        stock = [note(-n) for n in range(1, 6)]
        chosen = self._chance.sample(range(5), self._chance.randint(0, 2))
        answers = self._chance.randint(1, number - 1) if number > 1 else 0
        return mail(number, {f"part-{n}.txt": stock[n] for n in chosen}, answers=answers)

    def _any(self, suffix: str = "") -> Path | None:
        there = sorted(p for p in self.root.rglob(f"*{suffix}") if p.is_file())
        return self._chance.choice(there) if there else None

    def _number(self) -> int:
        self._next += 1
        return self._next
