"""Which embedder serves: int8 where a check shows the same ranking, else the reference."""

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.errors import ModelFailed
from kb.models.model_files import PACKED_FILE, embedder_folder, sha256_of
from kb.models.onnx import (
    EXPORT,
    FACTS_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    OnnxEmbedder,
    instruction_set,
)
from kb.ports import Embedder
from kb.settings import MULTILINGUAL, Settings
from kb.store.data_folder import writable

log = logging.getLogger("kb")

CHECK_FILE = "check.json"
"""Whether the export ranks as the reference does, and the hash of each of its files."""
LEAST_RANK_CORRELATION = 0.97
"""Spearman's rho between the two rankings of the probe, averaged over its questions."""

AS_GOOD = 0.03
"""Two cosines that differ by no more may change places between the reference and the export."""


class Reference(Embedder, Protocol):
    """A model in fp32, and what is made of it."""

    def export(self, folder: Path) -> None:
        """Write model.onnx (int8), tokenizer.json and facts.json for `OnnxEmbedder`."""


_PROBE_QUESTIONS = (
    "When does the lease end?",
    "Who must indemnify the other party?",
    "What law governs the agreement?",
    "How much is the liability cap?",
    "Why did the court deny the motion?",
    "May the agreement be assigned without consent?",
)
_PROBE_TEXTS = (
    "This Lease expires at midnight on 30 June 2031 unless terminated earlier.",
    "The Supplier shall indemnify the Customer against all claims of third parties.",
    "This Agreement is governed by the laws of the State of Delaware.",
    "Liability under this Agreement is limited to USD 5,000,000 in the aggregate.",
    "The motion to dismiss is denied because the complaint states a plausible claim.",
    "Neither party may assign this Agreement without the prior written consent of the other.",
    "Rent is payable in advance on the first day of each calendar month.",
    "Confidential Information does not include what is already in the public domain.",
    "The tenant may renew for two further terms of five years each.",
    "Notices must be in writing and sent by registered post to the address below.",
    "The plaintiff appeals from the order granting summary judgment.",
    "The board approved the minutes of the previous meeting without amendment.",
    "Fees are billed monthly at the hourly rates set out in Schedule B.",
    "The parties submit to the exclusive jurisdiction of the courts of New York.",
    "All intellectual property created under this Agreement belongs to the Client.",
    "The employee shall not compete with the company for twelve months.",
)


def load_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings ask for; prepares the fast path on first use.

    Raises `ModelMissing` when the model's folder is not there, `ModelFailed` when it cannot be
    loaded, or its fast form not be written.
    """
    folder, name = embedder_folder(settings)
    if settings.embedder == "reference":
        return _reference(folder, name)
    with _place(settings, folder) as root:
        prepared = prepare(root, folder, name)
        if settings.embedder == "int8" or json.loads((prepared / CHECK_FILE).read_text())["same"]:
            return OnnxEmbedder(prepared)
    return _reference(folder, name)


@contextmanager
def _place(settings: Settings, folder: Path) -> Iterator[Path]:
    """Where the export is, or can be made: for this process alone where the store is only read."""
    root = exports(settings)
    if writable(root) or _as_written(root / _stamp(folder)):
        yield root
        return
    with TemporaryDirectory(prefix="kb-embedder-") as spare:
        yield Path(spare)


def exports(settings: Settings) -> Path:
    """The folder with a folder for each exported model."""
    return settings.data_dir / "models" / "embedder"


def prepare(root: Path, folder: Path, name: str) -> Path:
    """Export and check the int8 model once for this model file and processor; its folder.

    One whose files are no longer as they were written is made anew. Raises `ModelFailed`.
    """
    prepared = root / _stamp(folder)
    if _as_written(prepared):
        return prepared
    if prepared.exists():
        log.warning("the exported embedding model in %s is not whole; it is made anew", prepared)
    reference = _reference(folder, name)
    pending = root / f"{prepared.name}.{os.getpid()}"
    try:
        _export(reference, pending)
        if not _as_written(prepared):  # another process may have been quicker
            shutil.rmtree(prepared, ignore_errors=True)
            pending.rename(prepared)
    except Exception as error:
        raise ModelFailed(
            f"The embedding model could not be made ready in {root} ({_reason(error)}). Make room "
            f"on the disk, {_room(folder)} MB for it alone, then run the same again."
        ) from error
    finally:
        shutil.rmtree(pending, ignore_errors=True)
    return prepared


def _stamp(folder: Path) -> str:
    """The name of the export of this model file for this processor."""
    stamp = f"{EXPORT}|{folder}|{_fingerprint(folder)}|{instruction_set()}"
    return hashlib.sha256(stamp.encode()).hexdigest()[:16]


def _export(reference: Reference, pending: Path) -> None:
    reference.export(pending)
    hashes = {file.name: sha256_of(file) for file in sorted(pending.iterdir())}
    told = {**compare(reference, OnnxEmbedder(pending)), "sha256": hashes}
    (pending / CHECK_FILE).write_text(json.dumps(told, indent=1))


def _as_written(prepared: Path) -> bool:
    """Whether an export is there and is the bytes that were checked: 20 ms for 23 MB."""
    try:
        told = json.loads((prepared / CHECK_FILE).read_text())
        hashes: dict[str, str] = told["sha256"]
        whole = {MODEL_FILE, TOKENIZER_FILE, FACTS_FILE} <= hashes.keys() and "same" in told
        return whole and all(sha256_of(prepared / name) == sha for name, sha in hashes.items())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def exported(root: Path, model: str) -> Embedder | None:
    """The export of that name that an earlier version made, where it is still there and whole."""
    for facts in sorted(root.glob(f"*/{FACTS_FILE}")):
        with suppress(Exception):  # the door of vendors: whatever a damaged file makes of them
            if json.loads(facts.read_text())["name"] == model:
                return OnnxEmbedder(facts.parent)
    return None


def compare(reference: Embedder, fast: Embedder) -> dict[str, float | bool]:
    """Do both rank a probe of legal sentences alike? Best hit equal or as good, order nearly so."""
    slow_rows, fast_rows = (
        one.embed(_PROBE_QUESTIONS, query=True) @ one.embed(_PROBE_TEXTS).T
        for one in (reference, fast)
    )
    hits = slow_rows[np.arange(len(slow_rows)), fast_rows.argmax(axis=1)]
    best = bool((hits >= slow_rows.max(axis=1) - AS_GOOD).all())
    rho = float(
        np.mean(
            [
                np.corrcoef(_ranks(a), _ranks(b))[0, 1]
                for a, b in zip(slow_rows, fast_rows, strict=True)
            ]
        )
    )
    return {"same": best and rho >= LEAST_RANK_CORRELATION, "best_hit": best, "rank_rho": rho}


def _ranks(values: NDArray[np.float32]) -> NDArray[np.intp]:
    return values.argsort().argsort()


def _reference(folder: Path, name: str) -> Reference:
    try:
        if name == MULTILINGUAL:
            from kb.models.packed_embedder import PackedEmbedder  # noqa: PLC0415 - onnx takes a second

            return PackedEmbedder(folder / PACKED_FILE, name)
        from kb.models.sentence_transformers_models import ReferenceEmbedder  # noqa: PLC0415 - torch takes seconds

        return ReferenceEmbedder(folder, name)
    except Exception as error:
        raise ModelFailed(
            f"The embedding model in {folder} cannot be loaded ({_reason(error)}). Put the folder "
            "back as it was, or name another with KB_EMBEDDER_PATH."
        ) from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def _room(folder: Path) -> int:
    """Megabytes that exporting takes: the weights in full, and once more as bytes."""
    size = sum(file.stat().st_size for file in _weights(folder))
    return (size * 5 // 4 >> 20) + 1


def _fingerprint(folder: Path) -> str:
    """Sizes and times of the weights: cheap, and changes when they do."""
    files = _weights(folder)
    return ",".join(f"{f.name}:{f.stat().st_size}:{f.stat().st_mtime_ns}" for f in files)


def _weights(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors")) + sorted(folder.glob("*.bin"))
