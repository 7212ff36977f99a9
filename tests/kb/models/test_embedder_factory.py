"""Exported embedders: made once, named by how they were made, found again."""

import json
import shutil
from pathlib import Path

from kb.models.embedder_factory import exported, exports, load_embedder
from kb.models.onnx import EXPORT, FACTS_FILE
from kb.settings import Settings
from tests.commands import embedder


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
