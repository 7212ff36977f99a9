"""`kb verify` as a person runs it, in this process: no model, no other process."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import kb.cli.verify
from kb.__main__ import app
from kb.app.catalogue import Catalogue
from kb.app.verification import verify_original
from kb.cli.doctor import _originals
from kb.domain import Document
from kb.errors import OriginalDamaged, OriginalUnreadable
from kb.settings import Settings
from tests.damage import Harm, changed_byte, every_harm, missing, restore
from tests.shelf import offer

LEASE = b"The monthly rent is 5,000 dollars."


@pytest.fixture
def firm(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setenv("KB_DATA_DIR", str(settings.data_dir))
    opened = Catalogue(settings)
    offer(opened, "beta", "/beta/other.txt", b"The deposit is 900 dollars.")
    return opened


@pytest.fixture
def lease(firm: Catalogue) -> Document:
    return offer(firm, "alpha", "/alpha/lease.txt", LEASE)


Ran = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: Any) -> Ran:
    def ran(*words: str) -> tuple[int, str]:
        """Its exit code, and what it printed with the lines joined."""
        capsys.readouterr()
        try:
            code = app(list(words), standalone_mode=False)
        except SystemExit as ended:
            code = ended.code
        return int(code or 0), capsys.readouterr().out

    return ran


@every_harm
def test_it_names_what_is_damaged_and_what_to_do(
    firm: Catalogue,
    lease: Document,
    run: Ran,
    monkeypatch: pytest.MonkeyPatch,
    harm: Harm,
    kind: type[OriginalDamaged],
) -> None:
    assert run("verify")[0] == 0
    path = firm.files.path(lease.sha256)
    with monkeypatch.context() as patched:
        harm(path, patched)
        code, said = run("verify")
        assert code == 1
        for told in ("lease.txt", "alpha", lease.id, "/alpha/lease.txt", str(path), kind.said):
            assert told in said
        assert "Then run `kb verify` again." in said and "other.txt" not in said
        assert ("from a backup" in said) is (kind is not OriginalUnreadable)
        code, printed = run("verify", "--json")
        report = json.loads(printed)
        [one] = report["damaged"]
        assert (code, one["document_id"], one["code"]) == (1, lease.id, kind.code)
        assert (report["complete"], report["read"], report["originals"]) == (True, 2, 2)
        shown = json.loads(run("show", "lease.txt", "--json")[1])
        assert shown["original_code"] == kind.code
        assert kind.said in run("show", "lease.txt")[1]
        problems: list[str] = []
        _originals(firm.settings, problems)  # the part of `kb doctor` that takes no models
        assert ["kb verify" in problem for problem in problems] == [True]
        restore(firm, lease.sha256, LEASE, patched)
    assert run("verify")[0] == 0
    assert "original_problem" not in run("show", "lease.txt")[1]


def test_a_share_is_told_with_its_part(firm: Catalogue, lease: Document, run: Ran) -> None:
    read = json.loads(run("verify", "--share", "7", "--json")[1])
    assert read["share"] == 7 and 1 <= read["part"] <= 7
    assert f"part {read['part']} of 7" in run("verify", "--share", "7")[1]


def test_interrupted_it_says_how_far_it_came(
    firm: Catalogue, lease: Document, run: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def stopping(*told: Any) -> Any:
        if read:
            raise KeyboardInterrupt
        read.append(1)
        return verify_original(*told)

    monkeypatch.setattr(kb.cli.verify, "verify_original", stopping)
    code, said = run("verify")
    assert code == 130
    assert "Interrupted. 1 of 2 originals read" in said
    read.clear()
    code, said = run("verify", "--json")
    assert (code, json.loads(said)["complete"], json.loads(said)["read"]) == (130, False, 1)


def test_the_database_files_are_examined_where_that_is_asked(
    firm: Catalogue, lease: Document, run: Ran
) -> None:
    report = json.loads(run("verify", "--catalogue", "--json")[1])
    assert report["databases"] == {"catalogue.db": [], "audit.db": []}
    firm.close()
    path = firm.settings.data_dir / "audit.db"
    torn = bytearray(path.read_bytes())
    torn[4096:4196] = bytes(100)  # the header of the second page
    path.write_bytes(torn)
    code, said = run("verify", "--catalogue")
    assert code == 1
    assert "audit.db" in said and "backup" in said and "sound" in said


def test_what_its_reader_may_not_see_is_told_by_its_file_alone(
    firm: Catalogue, lease: Document, run: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = firm.files.path(lease.sha256)
    missing(path, monkeypatch)
    changed_byte(
        next(p for p in path.parents[1].glob("[0-9a-f][0-9a-f]/*") if p.is_file()), monkeypatch
    )
    monkeypatch.setattr(
        "kb.store.documents.library.Library.all_matter_ids", lambda _: frozenset[str]()
    )
    code, said = run("verify")
    assert code == 1
    assert str(path) in said and "may not read" in said
    assert "lease" not in said and "alpha" not in said
