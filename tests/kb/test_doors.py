"""The walls between the rooms: what an import may pull in, and that the contracts bite."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kb.paths import ROOT

SLOW = {
    *("torch", "sentence_transformers", "sklearn", "scipy", "pandas", "llama_cpp", "chromadb"),
    *("unstructured", "llama_index", "fastapi"),
}


def test_the_switches_need_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "kb" / "offline.py").read_text())
    imported = [
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    assert imported
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.parametrize("module", ["kb.cli.search", "kb.__main__"])
def test_starting_a_command_imports_no_slow_library(module: str) -> None:
    program = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert loaded & SLOW == set()


BREACHES = {
    "kb/search/similar/rank_fusion.py": ("import kb.answer.prompts", "The floors of kb"),
    "kb/newroom.py": ("", "The floors of kb"),
    "kb/evaluation/sample.py": ("import kb.cli.output", "The commands are the roof"),
    "kb/guard/audit.py": ("import kb.app.client", "A store is opened at the roof"),
    "kb/store/lexical/terms.py": ("import kb.store.documents.chunks", "The floors of kb.store"),
    "kb/store/vectors/exact/quantization.py": (
        "import kb.store.vectors.chroma",
        "The floors of kb.store.vectors",
    ),
    "kb/search/surrounding.py": ("import kb.search.hybrid.query", "The floors of kb.search"),
    "ingest/chunking/tables.py": ("import ingest.worker", "The floors of ingest"),
    "ingest/formats/base/parts.py": (
        "import ingest.formats.markup.xml",
        "The floors of ingest.formats",
    ),
    "api/schemas/base.py": ("import api.streaming.answer", "The floors of api"),
    "kb/text/analyzer.py": ("import ingest.parsing.media_types", "kb knows neither ingest nor api"),
    "api/dependencies.py": (
        "import ingest.parsing.media_types",
        "api and ingest never import each other",
    ),
    "kb/search/hybrid/scoped_vectors.py": (
        "import kb.models.model_files",
        "Models are known to search and answer only through ports",
    ),
    "kb/store/documents/chunks.py": ("import chromadb", "One door for chromadb"),
    "kb/store/blobs.py": ("import sqlcipher3", "One door for sqlcipher3"),
    "kb/models/model_files.py": (
        "import sentence_transformers",
        "One door for sentence_transformers",
    ),
    "kb/store/vectors/exact/search.py": ("import onnxruntime", "One door for onnxruntime"),
    "kb/models/llm.py": ("import llama_cpp", "One door for llama_cpp"),
    "ingest/pipeline.py": ("import llama_index", "One door for llama_index"),
    "ingest/formats/markup/text.py": ("import unstructured", "One door for unstructured"),
    "ingest/formats/office/docx.py": ("import pypdfium2", "One door for pypdfium2"),
    "ingest/formats/pdf/inside.py": ("import pikepdf", "One door for pikepdf"),
    "ingest/parsing/ocr_pages.py": ("import rapidocr", "One door for rapidocr"),
    "ingest/facts/base/days.py": ("import langdetect", "One door for langdetect"),
    "ingest/citations/patterns.py": ("import eyecite", "One door for eyecite and its courts"),
    "kb/search/citations/case_names.py": ("import reporters_db", "Two doors for reporters_db"),
    "ingest/folder/mirror.py": ("import watchfiles", "One door for watchfiles"),
    "kb/store/lexical/bm25.py": ("import simsimd", "One door for simsimd"),
    "ingest/worker.py": ("import ray", "One door for ray"),
    "ingest/formats/base/elements.py": ("import starlette", "The web framework stays under api"),
}
"""In which file which line breaks which contract."""


def contracts(folder: Path) -> dict[str, str]:
    """Each contract's verdict, KEPT or BROKEN."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "NO_COLOR": "1"},
    )
    return dict(re.findall(r"^(\S.*) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for room in ("kb", "ingest", "api"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_each_contract_is_kept_and_breaks_where_it_is_breached(copy: Path) -> None:
    kept = contracts(copy)
    assert kept and set(kept.values()) == {"KEPT"}
    assert set(kept) == {name for _, name in BREACHES.values()}
    for file, (line, _) in BREACHES.items():
        with (copy / file).open("a") as source:
            source.write(f"\n{line}\n")
    assert contracts(copy) == dict.fromkeys(kept, "BROKEN")
