"""Exported embedders: made once, named by how they were made, found again, mended."""

import errno
import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import ModelFailed
from kb.models.embedder_factory import CHECK_FILE, exported, exports, load_embedder
from kb.models.model_files import chosen_chat
from kb.models.onnx import EXPORT, FACTS_FILE, MODEL_FILE, TOKENIZER_FILE
from kb.settings import Settings
from tests.commands import embedder
from tests.fakes import FakeEmbedder


def test_the_export_of_an_earlier_version_is_found_by_its_name(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    shutil.copytree(embedder(), exports(settings))
    now = load_embedder(settings)
    assert now.name.endswith(f".{EXPORT}")
    [facts] = exports(settings).glob(f"*/{FACTS_FILE}")
    assert exported(exports(settings), "MiniLM/int8-before") is None
    told = json.loads(facts.read_text())
    facts.write_text(json.dumps({**told, "name": "MiniLM/int8-before"}))
    before = exported(exports(settings), "MiniLM/int8-before")
    assert before is not None
    assert (before.embed(["The rent."]) == now.embed(["The rent."])).all()


class Exporting(FakeEmbedder):
    """A reference whose export is a copy of one that was made before, so that it takes no time."""

    made = 0

    def export(self, folder: Path) -> None:
        type(self).made += 1
        folder.mkdir(parents=True)
        for name in (MODEL_FILE, TOKENIZER_FILE, FACTS_FILE):
            [file] = embedder().glob(f"*/{name}")
            shutil.copy(file, folder)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder with an export in it; making another is quick."""
    monkeypatch.setattr("kb.models.embedder_factory._reference", lambda *_: Exporting())
    Exporting.made = 0
    shutil.copytree(embedder(), tmp_path / "models" / "embedder")
    return Settings(data_dir=tmp_path, embedder="int8")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def overwrite(file: Path) -> None:
    """Some bytes in the middle: of weights nobody would notice it."""
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + bytes(64) + whole[middle + 64 :])


def garble(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(file.stat().st_size))


@pytest.mark.parametrize("damage", [cut, overwrite, garble, Path.unlink])
@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE, FACTS_FILE, CHECK_FILE])
def test_an_export_that_was_damaged_is_made_anew(
    settings: Settings, name: str, damage: Callable[[Path], None]
) -> None:
    before = load_embedder(settings)
    assert Exporting.made == 0
    [file] = exports(settings).glob(f"*/{name}")
    damage(file)
    after = load_embedder(settings)
    assert Exporting.made == 1 and after.name == before.name
    assert (after.embed(["The rent."]) == before.embed(["The rent."])).all()
    load_embedder(settings)
    assert Exporting.made == 1


@pytest.mark.parametrize(
    "refusal", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("vendor's words")]
)
def test_an_export_that_cannot_be_written_is_a_sentence_and_leaves_nothing(
    settings: Settings, refusal: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Exporting, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "fp32.onnx").write_bytes(bytes(99))
        raise refusal

    monkeypatch.setattr(Exporting, "export", refused)
    shutil.rmtree(exports(settings))
    with pytest.raises(ModelFailed) as failed:
        load_embedder(settings)
    assert "Make room on the disk" in failed.value.message and "vendor" not in failed.value.message
    assert list(exports(settings).iterdir()) == []


def test_a_model_that_cannot_be_loaded_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "config.json").write_bytes(b"\0garbage")
    settings = Settings(data_dir=tmp_path / "store", embedder_path=folder, embedder="reference")
    with pytest.raises(ModelFailed) as failed:
        load_embedder(settings)
    assert str(folder) in failed.value.message and "KB_EMBEDDER_PATH" in failed.value.message


def test_a_list_of_models_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "models.json").write_bytes(b'{"chat": ')
    with pytest.raises(ModelFailed) as failed:
        chosen_chat(Settings(data_dir=tmp_path))
    assert "models.json" in failed.value.message
