"""What is installed, which models, what would dial out, and is the index in step."""

import importlib.metadata
import os
import shutil
from typing import Any

from kb.app import client
from kb.app.bootstrap import open_kb
from kb.errors import KBError
from kb.models.model_files import (
    chat_models,
    chosen_chat,
    embedder_model,
    model_json,
    sha256_of,
)
from kb.offline import SWITCHES
from kb.settings import Settings

LIBRARIES = (
    "chromadb",
    "fastapi",
    "llama-cpp-python",
    "llama-index-core",
    "onnxruntime",
    "pypdfium2",
    "sentence-transformers",
    "sqlcipher3",
    "torch",
    "unstructured",
)


def examine(settings: Settings) -> dict[str, Any]:
    """Everything `kb doctor` tells; `problems` is a list of sentences, empty when all is well."""
    problems: list[str] = []
    report = {
        "libraries": _libraries(problems),
        "models": _models(settings, problems),
        "offline": _switches(problems),
        "index": _index(settings, problems),
        "disk_free_mb": _disk(settings, problems),
    }
    return {**report, "problems": problems}


def _libraries(problems: list[str]) -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "missing"
            problems.append(f"{name} is not installed. Run `make setup`.")
    return found


def _models(settings: Settings, problems: list[str]) -> list[dict[str, object]]:
    listed = []
    try:
        embedder = embedder_model(settings)
        listed.append({**model_json(embedder, in_use=True), "sha256": sha256_of(embedder.path)})
        chosen = chosen_chat(settings)
        if chosen is None:
            problems.append("There is no language model; answers are quotes alone.")
        for model in {m.name: m for m in (*chat_models(settings), chosen) if m}.values():
            actual = sha256_of(model.path)
            intact = not model.sha256 or model.sha256 == actual
            if not intact:
                problems.append(
                    f"{model.path} has changed since it was installed. Import it again."
                )
            told = model_json(model, in_use=bool(chosen and chosen.name == model.name))
            listed.append({**told, "sha256": actual, "intact": intact})
    except KBError as error:
        problems.append(error.message)
    return listed


def _switches(problems: list[str]) -> dict[str, bool]:
    """Each vendor's switch and whether it is off. A switch left on would dial out."""
    off = {name: os.environ.get(name) == value for name, value in SWITCHES.items()}
    problems.extend(
        f"{name} is not set, so a library would dial out." for name in off if not off[name]
    )
    return off


def _index(settings: Settings, problems: list[str]) -> dict[str, object]:
    owner = client.connect(settings)
    if owner:
        return {"state": "held by the running service", **owner.status()}
    try:
        kb = open_kb(settings, chat=False)
    except KBError as error:
        problems.append(error.message)
        return {"state": "not opened"}
    try:
        if kb.index is None:
            return {"state": "held by another process"}
        if kb.embedder is not kb.embedders.wanted:
            problems.append(
                f"The vectors are {kb.embedder.name}'s and the settings name "
                f"{kb.embedders.wanted.name}. `kb reindex` changes them while searches go on."
            )
        lacking, extra = kb.in_step()
        if lacking or extra:
            problems.append(
                f"The index lacks {lacking} chunks and has {extra} too many: `kb reindex`."
            )
        return {"state": "in step" if not lacking + extra else "out of step", "lacking": lacking}
    finally:
        kb.close()


def _disk(settings: Settings, problems: list[str]) -> int:
    folder = (
        settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent
    )
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free >> 20
    if free < 1024:
        problems.append(f"Only {free} MB are free under {folder}. Make room before ingesting.")
    return free
